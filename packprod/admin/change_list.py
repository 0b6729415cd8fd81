"""Django's change list over a table: cursor pages instead of numbered ones, counts only where they are known."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.http import HttpRequest
from unfold.views import ChangeList

from packprod.admin.formats import number
from packprod.admin.links import change_url
from packprod.admin.paging import Trail, read_trail
from packprod.text import normal_text


class CursorPaginator:
    """What the pagination template shows of a page."""

    template_name = "packprod_admin/pagination.html"
    num_pages = 1
    page_range = (1,)

    def __init__(self, *, number: int, first_row: int, rows: int) -> None:
        self.number = number
        self.first_row = first_row + 1
        self.last_row = first_row + rows

    def get_elided_page_range(self, number: int) -> tuple[int, ...]:
        """Django's tag asks for it; there are no page numbers."""
        return self.page_range


class TableChangeList(ChangeList):  # type: ignore[misc]  # unfold has no types
    """One page of rows. `total` is None where the number of rows is not known."""

    filter_params: dict[str, list[str]]
    can_show_all = False
    show_full_result_count = False

    def get_results(self, request: HttpRequest) -> None:
        """Reads the page. Raises InvalidCursor for a page of another list, EngineUnavailable."""
        scope = f"{self.opts.label}:{self.list_per_page}:{self.queryset.query.scope}"
        trail = read_trail(request.GET.get(PAGE_VAR, ""), scope=scope)
        page = self.queryset.page(limit=self.list_per_page, position=trail.here.position)
        self.result_list = page.items
        self.total = page.total if page.total is not None else self.queryset.total()
        # Django needs a number here. Where the true one is not known, no template shows it.
        self.result_count = self.total if self.total is not None else trail.here.rows_before + len(page.items) + 1
        self.full_result_count = self.result_count  # the same: else the header claims a number of results
        self.show_admin_actions = True
        self.multi_page = trail.number > 1 or page.next_position is not None
        self.paginator = CursorPaginator(number=trail.number, first_row=trail.here.rows_before, rows=len(page.items))
        self.ended_early = page.ended_early
        following = trail.next(page.next_position, rows=len(page.items)) if page.next_position is not None else None
        self.first_url = self._url(Trail(), scope) if trail.number > 1 else None
        self.previous_url = self._url(trail.previous(), scope)
        self.next_url = self._url(following, scope)

    @property
    def total_text(self) -> str:
        """The total with grouped digits; empty where it is not known."""
        return "" if self.total is None else number(self.total)

    def _url(self, trail: Trail | None, scope: str) -> str | None:
        if trail is None:
            return None
        signed = trail.signed(scope=scope)
        return str(self.get_query_string({PAGE_VAR: signed} if signed else {}))

    def url_for_result(self, result: Any) -> str:
        """The address of the row's page."""
        return change_url(self.opts.label_lower, result.pk)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """An empty field of the filter form is no filter, and stays out of the addresses made from here on."""
        self.filter_params = {name: values for name, values in self.filter_params.items() if any(values)}
        return super().get_queryset(request, exclude_parameters)

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[str]:
        """One sort at a time, as an index has one order: by a column's number or the sort's name (`-created_at`)."""
        named = self.params.get(ORDER_VAR, "")
        if named.removeprefix("-") in queryset.source.sorts:
            return [named]
        return list(super().get_ordering(request, queryset))[:1]

    def _get_deterministic_ordering(self, ordering: Any) -> list[str]:
        """The sources' keys are unique already."""
        return list(ordering)

    def get_ordering_field_columns(self) -> dict[int, str]:
        """The column that is sorted by."""
        query = self.queryset.query
        sorted_by = [at for at, name in enumerate(self.list_display) if self.get_ordering_field(name) == query.sort]
        return dict.fromkeys(sorted_by[:1], "desc" if query.descending else "asc")

    @property
    def sort_name(self) -> str:
        """The sort as `get_ordering` reads it."""
        query = self.queryset.query
        return f"-{query.sort}" if query.descending else str(query.sort)

    @property
    def sort_choices(self) -> list[tuple[str, str, bool]]:
        """For narrow screens, which have no column heads: each sort in words, its address, whether it is on."""
        columns = ((name, self.get_ordering_field(name)) for name in self.list_display)
        sorts = [
            (f"{label_for_field(name, self.model, self.model_admin)}, {ends}", f"{sign}{field}")
            for name, field in columns
            if field in self.queryset.source.sorts
            for sign, ends in (("-", "descending"), ("", "ascending"))
        ]
        return [(text, self._sorted_url(sort), sort == self.sort_name) for text, sort in sorts]

    def _sorted_url(self, sort: str) -> str:
        return str(self.get_query_string({ORDER_VAR: sort}, [PAGE_VAR]))

    def apply_select_related(self, queryset: Any) -> Any:
        """Nothing to join."""
        return queryset

    @property
    def active_filters(self) -> list[tuple[str, str]]:
        """What narrows the list, in words, and the address without it."""
        found = [(text, self.get_query_string(remove=[name])) for name, text in self._in_words()]
        text = normal_text(self.query)
        return [(f"“{text}”", self.get_query_string(remove=[SEARCH_VAR])), *found] if text else found

    def _in_words(self) -> Iterator[tuple[str, str]]:
        for spec in self.filter_specs:
            yield from spec.in_words()


class RowlessChangeList(TableChangeList):
    """Filters, search and sort of an address, for an export: the queryset, without a page of it."""

    def get_results(self, request: HttpRequest) -> None:
        """Reads nothing."""
        self.result_list, self.result_count = [], 0
