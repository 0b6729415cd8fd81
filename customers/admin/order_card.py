"""The customer's lifetime figures on the page of an order. Orders do not know customers, so the panel is added here."""

from django.http import HttpRequest

from customers.admin.panels import NO_ORDER_COUNTS, segment_label
from customers.cache_row import metrics_from_row
from customers.metrics import average_order_value, last_order_days_ago, purchase_frequency, segment
from customers.services import listed_row_or_computed
from orders.models import Order
from packprod.admin.formats import currency, day, days_ago, number
from packprod.admin.links import list_link, may_view, page_link
from packprod.admin.panels import Panel, facts_panel
from packprod.dates import business_date, utc_now
from packprod.errors import NotFound
from packprod.money import money
from packprod.text import shown_email


def customer_card(obj: Order, request: HttpRequest) -> Panel | None:
    """None for an order that is parked, and for a user who may not see customers."""
    if obj.order is None or not may_view(request.user, "customers.customer"):
        return None
    contact_id, now = obj.order.contact_id, utc_now()
    try:
        metrics = metrics_from_row(listed_row_or_computed(contact_id, now=now))
    except NotFound:
        name = obj.order.customer.name or shown_email(obj.order.customer.email) or contact_id
        facts = [("Customer", page_link(request, "customers.customer", contact_id, name))]
        return facts_panel("Customer", facts, note=NO_ORDER_COUNTS)
    today = business_date(now)
    facts = [
        ("Customer", page_link(request, "customers.customer", contact_id, metrics.display_name)),
        ("Segment", segment_label(segment(metrics, today=today))),
        ("Orders", list_link(request, "orders.order", number(metrics.order_count), contact=contact_id)),
        ("Lifetime spend", currency(money(metrics.total_spend))),
        ("Average order", currency(average_order_value(metrics))),
        ("First order", day(business_date(metrics.first_order_date))),
        ("Last order", days_ago(last_order_days_ago(metrics, today=today)).capitalize()),
        ("Frequency", purchase_frequency(metrics)),
    ]
    return facts_panel("Customer, lifetime", facts)
