"""From a figure to what is behind it: addresses of lists and pages, only for those who may open them."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from reports.periods import Period


class Links:
    """Addresses as text, empty where this user may not look."""

    def __init__(self, request: HttpRequest) -> None:
        self._user = request.user

    def orders(self, period: Period | None = None, *, product: str = "") -> str:
        """The orders of a period, with a product."""
        days = {"from": period.start.isoformat(), "to": period.end.isoformat()} if period else {}
        return self._list("orders", "order", days | ({"product": product} if product else {}))

    def customers(self, *, segment: str = "") -> str:
        """The customers of a segment."""
        return self._list("customers", "customer", {"segment": segment} if segment else {})

    def customer(self, contact_id: str) -> str:
        """The page of one customer."""
        return self._page("customers", "customer", contact_id)

    def product(self, code: str) -> str:
        """The page of one product."""
        return self._page("orders", "product", code)

    def _list(self, app: str, model: str, filters: dict[str, str]) -> str:
        address = self._address(app, model, "changelist")
        return f"{address}?{urlencode(filters)}" if address and filters else address

    def _page(self, app: str, model: str, key: str) -> str:
        return self._address(app, model, "change", key)

    def _address(self, app: str, model: str, view: str, *arguments: str) -> str:
        if not self._user.has_perm(f"{app}.view_{model}"):
            return ""
        try:
            return reverse(f"admin:{app}_{model}_{view}", args=arguments)
        except NoReverseMatch:
            return ""
