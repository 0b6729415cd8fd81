"""The admin's site: what all its pages show, worked out once, and the menu of the person who is signed in."""

from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite

from packprod.admin.navigation import sidebar


class Site(UnfoldAdminSite):  # type: ignore[misc]  # unfold has no types
    """unfold's site, which reads all of its settings and every model's rights for each page."""

    @cached_property
    def same_for_all(self) -> dict[str, Any]:
        """Titles, colours and styles: no setting of ours depends on the request."""
        nobodys = HttpRequest()
        nobodys.user = AnonymousUser()
        nobodys.META["SCRIPT_NAME"] = ""
        return super().each_context(nobodys)  # type: ignore[no-any-return]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        may_enter = self.has_permission(request)
        return self.same_for_all | {
            "has_permission": may_enter,
            "available_apps": SimpleLazyObject(lambda: self.get_app_list(request)),  # only read where there is no menu
            "log_entries": self.get_log_entries(request),
            "sidebar_navigation": sidebar(request) if may_enter else [],
        }
