"""The menu: groups of pages in the order of a working day. Everybody sees what they may open.

An entry names a model; a model that no app has registered with the admin is simply not there yet.
"""

from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

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
    """The menu in unfold's form: the pages that the person who is signed in may open."""
    start = reverse("admin:index")
    return [
        {"title": title, "separator": bool(title), "items": [_item(page, request, start) for page in pages]}
        for title, pages in _menu(get_script_prefix())
    ]


class _Page(NamedTuple):
    title: str
    icon: str
    link: str
    model_admin: Any
    is_start: bool


@cache
def _menu(_prefix: str) -> list[tuple[str, list[_Page]]]:
    return [(title, [page for entry in entries if (page := _page(entry))]) for title, entries in MENU]


def _page(entry: Entry) -> _Page | None:
    title, icon, label = entry
    app, name = label.split(".")
    model = apps.all_models[app].get(name)
    if model is None or not admin.site.is_registered(model):
        return None
    link = reverse(f"admin:{app}_{name}_changelist")
    return _Page(title, icon, link, admin.site.get_model_admin(model), label == START)


def _item(page: _Page, request: HttpRequest, start: str) -> dict[str, Any]:
    return {
        "title": page.title,
        "icon": page.icon,
        "link": start if page.is_start else page.link,
        "active": page.link in request.path or (page.is_start and request.path == start),
        "has_permission": page.model_admin.has_view_permission(request),
    }
