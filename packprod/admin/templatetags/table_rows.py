"""`{% table_rows cl %}`: the table of a change list, its rows written in one go.

unfold's own tag works out all column heads anew for each row, renders a template for each label and puts 30 classes on
each cell. Here a column is looked at once a page, and how cells look stands in rows.css.
"""

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, NamedTuple

from django import template
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_value, label_for_field
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.templatetags.unfold_list import result_headers

from packprod.admin.change_list import TableChangeList
from packprod.admin.formats import escaped, label

register = template.Library()
CHECKBOX = "action_checkbox"


class _Column(NamedTuple):
    begin: str  # the cell's tag
    end: str
    value: Callable[[Any], Any]
    colours: Any
    is_link: bool


class _Table(NamedTuple):
    """What holds for all rows of the page."""

    cl: TableChangeList
    columns: list[_Column]
    empty: str
    filters: str  # as the end of each row's address, so that its page leads back to this list


@register.inclusion_tag("packprod_admin/rows.html")
def table_rows(cl: TableChangeList) -> dict[str, Any]:
    """The heads as unfold has them, and every row of the page."""
    heads = list(result_headers(cl))
    return {"cl": cl, "result_headers": heads, "num_sorted_fields": 1, "rows": SafeString("".join(_rows(cl)))}


def _rows(cl: TableChangeList) -> Iterator[str]:
    columns = [_column(cl, name) for name in cl.list_display if name != CHECKBOX]
    table = _Table(cl, columns, escaped(cl.model_admin.get_empty_value_display()), escaped(_preserved_filters(cl)))
    box = _box if CHECKBOX in cl.list_display else lambda row: ""
    return (_row(table, row, box(row)) for row in cl.result_list)


def _box(row: Any) -> str:
    return (
        f'<td class="action-checkbox"><input type="checkbox" name="{ACTION_CHECKBOX_NAME}" value="{escaped(row.pk)}"'
        ' class="action-select" aria-label="Select record"></td>'
    )


def _row(table: _Table, row: Any, box: str) -> str:
    cells = "".join([_cell(table, column, row) for column in table.columns])
    return f'<tbody><tr class="data-row">{box}{cells}</tr></tbody>'


def _preserved_filters(cl: TableChangeList) -> str:
    """Django works it out for each address; it is the same for all rows."""
    if not cl.result_list:
        return ""
    address = cl.url_for_result(cl.result_list[0])
    kept = add_preserved_filters({"preserved_filters": cl.preserved_filters, "opts": cl.opts}, address)
    return kept.removeprefix(address)


def _column(cl: TableChangeList, name: str) -> _Column:
    """A column is a method of the list's admin, else a field of its rows."""
    head = str(label_for_field(name, cl.model, cl.model_admin))
    method = getattr(cl.model_admin, name, None) or attrgetter(name)
    is_link = name in (cl.list_display_links or ())
    tag = "th" if is_link else "td"
    begin = f'<{tag} class="field-{name}" data-label="{escaped(capfirst(head))}">'
    return _Column(begin, f"</{tag}>", method, getattr(method, "label", None), is_link)


def _cell(table: _Table, column: _Column, row: Any) -> str:
    shown = _shown(column, row) or table.empty
    if column.is_link:
        shown = f'<a href="{escaped(table.cl.url_for_result(row))}{table.filters}">{shown}</a>'
    return f"{column.begin}{shown}{column.end}"


def _shown(column: _Column, row: Any) -> str:
    """The cell's content; empty where the row says nothing."""
    value = column.value(row)
    if value is None or value == "":
        return ""
    if column.colours is None:
        return escaped(value if isinstance(value, str) else display_for_value(value, ""))
    return label(value, column.colours.get(value, ""))
