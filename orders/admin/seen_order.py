"""What the editor of an order had before their eyes: it goes along in the form, and tells when somebody was faster."""

from django.http import HttpRequest

from orders.models import Order
from orders.order import Order as OrderData
from orders.status_labels import status_label
from orders.statuses import ORDER_STATUSES
from packprod.admin.formats import currency

OVERTAKEN = "Somebody changed this order since you looked at it. Look at what changed, and choose again."


def seen_fields(order: OrderData) -> list[tuple[str, str]]:
    """Names and values of the form's hidden fields."""
    return [("seen", order.updated_at), ("seen_status", order.status), ("seen_total", currency(order.total))]


def is_overtaken(request: HttpRequest, order: OrderData) -> bool:
    """Whether the order is another than the one that was seen."""
    return request.POST.get("seen", "") != order.updated_at


def present_facts(order: OrderData) -> list[tuple[str, str]]:
    """The order as it is."""
    return [("Present status", status_label(order.status)), ("Total", currency(order.total))]


def changed_facts(request: HttpRequest, face: Order, order: OrderData) -> list[tuple[str, str]]:
    """What was seen and differs, before what is; and who changed it, where the row says so."""
    status, total = request.POST.get("seen_status", ""), request.POST.get("seen_total", "")
    facts = [
        ("Status you saw", status_label(status) if status in ORDER_STATUSES and status != order.status else ""),
        ("Total you saw", total if total != currency(order.total) else ""),
        *present_facts(order),
        ("Changed by", str(face.item.get("updatedBy") or "")),
    ]
    return [(name, value) for name, value in facts if value]
