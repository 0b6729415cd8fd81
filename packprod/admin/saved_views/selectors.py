"""Reads saved views."""

from django.db.models import Q, QuerySet

from packprod.admin.saved_views.models import SavedView


def saved_views_of(*, owner_id: int, page: str) -> QuerySet[SavedView]:
    """One's own views of a page and those that others share, by name."""
    return SavedView.objects.filter(Q(owner_id=owner_id) | Q(is_shared=True), page=page).select_related("owner")
