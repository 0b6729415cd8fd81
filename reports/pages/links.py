"""From a figure to what is behind it: addresses of lists and pages, only for those who may open them."""

from decimal import Decimal
from functools import cache
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from orders.lists.filter import COUNTED
from packprod.admin.links import may_view, quoted_key
from reports.figures.periods import Period


class Links:
    """Addresses as text, empty where this user may not look."""

    def __init__(self, request: HttpRequest) -> None:
        self._user = request.user
        self._may_view: dict[str, bool] = {}

    def orders(
        self,
        period: Period | None = None,
        *,
        product: str = "",
        segment: str = "",
        contact: str = "",
        at_most: Decimal | None = None,
    ) -> str:
        """The orders that a figure counts; of a segment those of the customers who are in it now."""
        days = {"from": period.start.isoformat(), "to": period.end.isoformat()} if period else {}
        amount = "" if at_most is None else f"{at_most:f}"
        narrowed = {"product": product, "segment": segment, "contact": contact, "amount_to": amount}
        return self._list("orders.order", {"status": COUNTED, **days, **narrowed})

    def parked_orders(self) -> str:
        """The page that deals with parked orders; for those who may not open that, their list."""
        if may_view(self._user, "reports.datahealth"):
            return reverse("admin:reports_datahealth_parked")
        return self._list("orders.order", {"status": "parked"})

    def customers(self, *, segment: str = "") -> str:
        """The customers, of a segment."""
        return self._list("customers.customer", {"segment": segment})

    def customer(self, contact_id: str) -> str:
        """The page of one customer."""
        return self._address("customers.customer", "change", quoted_key(contact_id))

    def product(self, code: str) -> str:
        """The page of one product."""
        return self._address("orders.product", "change", quoted_key(code))

    def report(self, name: str, query: str = "") -> str:
        """Another report, by the name of its model."""
        address = self._address(f"reports.{name}", "changelist")
        return f"{address}{query}" if address else ""

    def _list(self, model: str, filters: dict[str, str]) -> str:
        address = self._address(model, "changelist")
        filled_in = {name: text for name, text in filters.items() if text}
        return f"{address}?{urlencode(filled_in)}" if address and filled_in else address

    def _address(self, model: str, view: str, *arguments: str) -> str:
        if model not in self._may_view:
            self._may_view[model] = may_view(self._user, model)
        if not self._may_view[model]:
            return ""
        name = f"admin:{model.replace('.', '_')}_{view}"
        return reverse(name, args=arguments) if arguments else _address_of(name, get_script_prefix())


@cache
def _address_of(name: str, _prefix: str) -> str:
    """A chart of a year has 365 links to one list."""
    return reverse(name)
