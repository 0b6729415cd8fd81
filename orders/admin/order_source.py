"""What the change list of orders reads: its filters and search as an OrderFilter, a page of orders as faces."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.contrib.admin.options import IncorrectLookupParameters

from orders.lists.counting import order_counts
from orders.lists.filter import OrderFilter, group_members, keeps_status, searched
from orders.lists.listing import BY_DATE, BY_TOTAL, OrderListing, listed_orders
from orders.models import Order
from orders.selectors import order_items, order_or_parked, parked_list
from packprod.admin.queries import TableQuery
from packprod.dates import DAY, business_date, start_of_business_day
from packprod.presets import preset_days
from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position

PARKED = "parked"  # as a status in the address
_DAYS = ("date", "from", "to")
_SORTS = {"created_at": BY_DATE, "total": BY_TOTAL}


class OrderSource:
    """Positions are the selector's own."""

    filters = ("status", "date", "from", "to", "amount_from", "amount_to", "source", "product", "contact", "segment")
    sorts = tuple(_SORTS)

    def page(self, query: TableQuery, *, limit: int, position: Position | None, now: datetime) -> Page[Order]:
        listing = order_listing(query, now=now)
        if listing is None:
            return _parked_page(query, limit=limit, position=position)
        page = listed_orders(listing, limit=limit, position=position, now=now)
        faces = [Order.of(order) for order in page.items]
        return Page(faces, page.next_position, page.total, page.ended_early)

    def by_ids(self, ids: Sequence[str], *, now: datetime) -> list[Order]:
        return [Order.of(order_or_parked(item), item) for item in order_items(ids)]

    def total(self, query: TableQuery, *, now: datetime) -> int | None:
        """From the counts by status and day, where only these are filtered by."""
        status = query.filters.get("status", "")
        if query.search or status == PARKED or set(query.filters) - {"status", *_DAYS}:
            return None
        first, last = _days(query.filters, business_date(now))
        counts = order_counts(first=first, last=last)
        return sum(count for name, count in counts.items() if keeps_status(status, name))


def order_listing(query: TableQuery, *, now: datetime) -> OrderListing | None:
    """The list that the selectors know; None for the parked rows, which are no orders. Raises EngineUnavailable."""
    if query.filters.get("status") == PARKED:
        return None
    wanted = order_filter(query.filters, now=now)
    if query.search and not wanted.holds_nothing:
        wanted = searched(wanted, query.search)
    sort = _SORTS[query.sort or "created_at"]
    return OrderListing(wanted, sort=sort, descending=query.descending or not query.sort)


def _parked_page(query: TableQuery, *, limit: int, position: Position | None) -> Page[Order]:
    """Orders that cannot be used cannot be told apart by what in them cannot be used."""
    if set(query.filters) > {"status"}:
        raise IncorrectLookupParameters("Parked orders have no date, total or customer to filter by.")
    page = parked_list(limit=limit, position=position, search=query.search)
    faces = [Order.of(order_or_parked(item), item) for item in page.items]
    return Page(faces, page.next_position, page.total, page.ended_early)


def order_filter(filters: Mapping[str, str], *, now: datetime) -> OrderFilter:
    """The change list's filters as the selector's; days are business days, both ends inclusive."""
    first, last = _days(filters, business_date(now))
    segment = filters.get("segment", "")
    return OrderFilter(
        created_from=start_of_business_day(first) if first else None,
        created_before=start_of_business_day(last + DAY) if last else None,
        status=filters.get("status", ""),
        contact_id=filters.get("contact", ""),
        product_code=filters.get("product", ""),
        amount_from=_amount(filters.get("amount_from")),
        amount_to=_amount(filters.get("amount_to")),
        source=filters.get("source", ""),
        segment=segment,
        segment_members=group_members(segment, now=now),
    )


def _days(filters: Mapping[str, str], today: date) -> tuple[date | None, date | None]:
    """A named range, narrowed by days of one's own where both are given."""
    spans = [preset_days(filters["date"], today=today)] if "date" in filters else []
    first = [span[0] for span in spans] + ([date.fromisoformat(filters["from"])] if "from" in filters else [])
    last = [span[1] for span in spans] + ([date.fromisoformat(filters["to"])] if "to" in filters else [])
    return max(first, default=None), min(last, default=None)


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
