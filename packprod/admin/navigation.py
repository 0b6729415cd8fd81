"""The menu: groups of pages in the order of a working day. Everybody sees what they may open.

An entry names a model; a model that no app has registered with the admin is simply not there yet.
"""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

Entry = tuple[str, str, str]
START = "reports.overview"  # it is the start page, too
MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            ("Orders", "receipt_long", "orders.order"),
            ("Customers", "groups", "customers.customer"),
            ("Products", "package_2", "orders.product"),
        ),
    ),
    (
        "Reports",
        (
            ("Overview", "space_dashboard", "reports.overview"),
            ("Sales", "trending_up", "reports.sales"),
            ("Products", "inventory_2", "reports.products"),
            ("Statistics", "monitoring", "reports.statistics"),
            ("Cohorts", "grid_on", "reports.cohorts"),
            ("Overdue to reorder", "event_repeat", "reports.overduereorders"),
            ("Performance", "speed", "reports.performance"),
            ("Data health", "ecg_heart", "reports.datahealth"),
        ),
    ),
    (
        "Operations",
        (
            ("Import inbox", "inbox", "customers.receivedimport"),
            ("Likely duplicates", "group_add", "customers.likelyduplicate"),
            ("Bulk changes", "checklist", "orders.bulkstatuschange"),
            ("Schedule", "schedule", "django_celery_beat.periodictask"),
        ),
    ),
    (
        "Access",
        (
            ("People", "person", "auth.user"),
            ("Groups", "shield_person", "auth.group"),
            ("API tokens", "key", "api.apitoken"),
        ),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu in unfold's form, for the person who is signed in."""
    return [
        {"title": title, "separator": bool(title), "items": [item for entry in entries if (item := _item(entry))]}
        for title, entries in MENU
    ]


def _item(entry: Entry) -> dict[str, Any] | None:
    title, icon, label = entry
    app, name = label.split(".")
    model = apps.all_models[app].get(name)
    if model is None or not admin.site.is_registered(model):
        return None
    model_admin = admin.site.get_model_admin(model)
    link, start = reverse(f"admin:{app}_{name}_changelist"), reverse("admin:index")
    return {
        "title": title,
        "icon": icon,
        "link": start if label == START else link,
        "active": lambda request: link in request.path or (label == START and request.path == start),
        "permission": lambda request: model_admin.has_view_permission(request),
    }
