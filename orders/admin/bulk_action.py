"""The action over the list of orders that begins a bulk status change."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from orders.bulk.services import bulk_change_create
from orders.models import Order
from orders.tasks import bulk_step
from packprod.admin.formats import number
from packprod.admin.queries import TableQuery
from packprod.admin.querysets import TableQuerySet
from packprod.admin.waking import wake
from packprod.dates import utc_now

_NAMES = {"amount_from": "total from", "amount_to": "total to", "contact": "customer"}


def begin_bulk_change(request: HttpRequest, queryset: TableQuerySet[Order]) -> HttpResponse:
    """Collects the orders and goes to the page that says how many they are and asks."""
    ids = queryset.ids
    change = bulk_change_create(
        selection=in_words(queryset.query) if ids is None else f"{number(len(ids))} selected",
        user=request.user,  # type: ignore[arg-type]  # signed in, or the admin would not have come here
        query=queryset.query if ids is None else None,
        order_ids=ids or (),
        now=utc_now(),
    )
    if change.is_active:
        wake(bulk_step, change.pk)
    return HttpResponseRedirect(reverse("admin:orders_bulkstatuschange_change", args=[change.pk]))


def in_words(query: TableQuery) -> str:
    """What a list was narrowed to: status received, source n8n."""
    filters = [f"{_NAMES.get(name, name)} {value}" for name, value in query.filters.items()]
    searched = [f"search “{query.search}”"] if query.search else []
    return ", ".join([*filters, *searched]) or "all orders"
