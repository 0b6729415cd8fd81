"""Keeps, shares, deletes and lists saved views. Everybody changes only what is their own."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from packprod.admin.saved_views.models import SavedView
from packprod.errors import FieldProblem, InvalidInput, NotFound

SHARE = "packprod_admin.share_savedview"
LONGEST_NAME = 60
LONGEST_QUERY = 2000


def saved_view_save(*, owner: User, page: str, name: str, query: str, is_shared: bool) -> tuple[SavedView, bool]:
    """Saves a view; returns it, and whether it replaced one of the same name. A shared view stays shared until
    `saved_view_share` ends that. Raises InvalidInput, PermissionDenied (sharing)."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        message = f"A view needs a name of 1 to {LONGEST_NAME} characters."
        raise InvalidInput(message, problems=[FieldProblem("name", "invalid", message)])
    if len(query) > LONGEST_QUERY:
        raise InvalidInput("There are too many filters to save them as a view.")
    _may_share(owner, is_shared)
    shared = {"is_shared": True} if is_shared else {}
    view, is_new = SavedView.objects.update_or_create(
        owner_id=owner.pk, page=page, name=name, defaults={"query": query, **shared}
    )
    return view, not is_new


def saved_view_share(*, owner: User, page: str, view_id: int, is_shared: bool) -> SavedView:
    """Shows a view to everybody, or to its owner only. Raises NotFound, PermissionDenied."""
    view = _own(owner, page, view_id)
    _may_share(owner, is_shared)
    view.is_shared = is_shared
    view.save(update_fields=["is_shared"])
    return view


def saved_view_delete(*, owner: User, page: str, view_id: int) -> SavedView:
    """Deletes one's own view. Raises NotFound."""
    view = _own(owner, page, view_id)
    view.delete()
    return view


def _own(owner: User, page: str, view_id: int) -> SavedView:
    view = SavedView.objects.filter(owner_id=owner.pk, page=page, pk=view_id).first()
    if view is None:
        raise NotFound("There is no such view of yours. Perhaps it was deleted?")
    return view


def _may_share(owner: User, is_shared: bool) -> None:
    if is_shared and not owner.has_perm(SHARE):
        raise PermissionDenied("Your account may not share views.")


def saved_views_of(*, owner_id: int, page: str) -> QuerySet[SavedView]:
    """One's own views of a page and those that others share, by name."""
    return SavedView.objects.filter(Q(owner_id=owner_id) | Q(is_shared=True), page=page).select_related("owner")
