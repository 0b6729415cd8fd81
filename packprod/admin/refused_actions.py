"""An action over a change list that somebody sends although the list does not offer it to them."""

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest

_CHANGE_LIST = "_changelist"


def is_refused_action(request: HttpRequest) -> bool:
    """Whether it is a POST of an action that the list has, but not for this person. One who is not signed in is asked
    to, and an unknown action is told as Django tells it."""
    model_admin = _listed_by(request) if request.method == "POST" else None
    if model_admin is None or not admin.site.has_permission(request):
        return False
    sent = set(request.POST.getlist("action"))  # only here: a body that is read as a form can't be read again
    known = {name for _, name, _ in model_admin._get_base_actions()}  # type: ignore[attr-defined]  # Django has no public list
    return bool(sent & known - set(model_admin.get_actions(request)))


def _listed_by(request: HttpRequest) -> "admin.ModelAdmin | None":  # type: ignore[type-arg]  # of any model
    """The ModelAdmin whose change list is asked for."""
    match = request.resolver_match
    name = (match.url_name or "") if match and match.app_name == "admin" else ""
    if not name.endswith(_CHANGE_LIST):
        return None
    app, _, model = name.removesuffix(_CHANGE_LIST).rpartition("_")
    found = apps.all_models[app].get(model)
    return admin.site.get_model_admin(found) if found and admin.site.is_registered(found) else None
