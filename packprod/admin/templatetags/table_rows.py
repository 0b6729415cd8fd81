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
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from unfold.templatetags.unfold_list import result_headers

from packprod.admin.change_list import TableChangeList
from packprod.admin.formats import label

register = template.Library()
CHECKBOX = "action_checkbox"
_CHECKBOX = (
    '<td class="action-checkbox"><input type="checkbox" name="{}" value="{}" class="action-select"'
    ' aria-label="Select record"></td>'
)


class _Column(NamedTuple):
    name: str
    head: str
    value: Callable[[Any], Any]
    colours: Any
    is_link: bool


class _Table(NamedTuple):
    """What holds for all rows of the page."""

    cl: TableChangeList
    columns: list[_Column]
    has_checkbox: bool
    empty: str
    filters: str  # as the end of each row's address, so that its page leads back to this list


@register.inclusion_tag("packprod_admin/rows.html")
def table_rows(cl: TableChangeList) -> dict[str, Any]:
    """The heads as unfold has them, and every row of the page."""
    heads = list(result_headers(cl))
    return {"cl": cl, "result_headers": heads, "num_sorted_fields": 1, "rows": mark_safe("".join(_rows(cl)))}  # noqa: S308 - of escaped cells


def _rows(cl: TableChangeList) -> Iterator[str]:
    table = _Table(
        cl,
        columns=[_column(cl, name) for name in cl.list_display if name != CHECKBOX],
        has_checkbox=CHECKBOX in cl.list_display,
        empty=conditional_escape(cl.model_admin.get_empty_value_display()),
        filters=_preserved_filters(cl),
    )
    return (_row(table, row) for row in cl.result_list)


def _row(table: _Table, row: Any) -> str:
    box = format_html(_CHECKBOX, ACTION_CHECKBOX_NAME, row.pk) if table.has_checkbox else ""
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
    links = cl.list_display_links or ()
    return _Column(name, conditional_escape(capfirst(head)), method, getattr(method, "label", None), name in links)


def _cell(table: _Table, column: _Column, row: Any) -> str:
    shown = _shown(column, row) or table.empty
    if not column.is_link:
        return f'<td class="field-{column.name}" data-label="{column.head}">{shown}</td>'
    address = conditional_escape(f"{table.cl.url_for_result(row)}{table.filters}")
    return f'<th class="field-{column.name}" data-label="{column.head}"><a href="{address}">{shown}</a></th>'


def _shown(column: _Column, row: Any) -> str:
    """The cell's content; empty where the row says nothing."""
    value = column.value(row)
    if value is None or value == "":
        return ""
    if column.colours is None:
        return conditional_escape(value if isinstance(value, str) else display_for_value(value, ""))
    return label(value, column.colours.get(value, ""))
