"""Who has access, in the admin: API tokens, people and groups; and when the sweeps run."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from packprod.api.models import ApiToken
from packprod.api.tokens import Scope, token_create, token_revoke
from packprod.dates import moment, utc_now


class ApiTokenForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in django-stubs, not when it runs
    """The name and the scopes of a new token; everything else is generated."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, f"{scope.label} ({scope.value})") for scope in Scope],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        label="The token may",
    )

    class Meta:
        model = ApiToken
        fields = ("name", "scopes")


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Tokens can be added (the key is shown once, in a message), looked at and revoked, but not changed.

    Revoked tokens stay listed, to show who had access and until when.
    """

    form = ApiTokenForm
    list_display = ("name", "key_start", "may", "state", "created", "last_used")
    search_fields = ("name", "prefix")
    search_help_text = "Name, or how the key starts"
    readonly_fields = ("key_start", "may", "state", "created", "last_used", "revoked_at")
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "scopes")
        return ("name", *self.readonly_fields)

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether the user has Django's change permission, which the form itself does not need."""
        return request.user.has_perm("api.change_apitoken")

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        token, key = token_create(name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"], now=utc_now())
        obj.__dict__.update(token.__dict__)
        messages.warning(request, format_html("Copy the key now, it is not shown again: <code>{}</code>", key))

    @admin.action(description="Revoke: shut these tokens out", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        active = list(queryset.filter(revoked_at=None))
        for token in active:
            token_revoke(token=token, now=utc_now())
            self.log_change(request, token, "Revoked.")
        messages.success(request, f"{len(active)} token{'' if len(active) == 1 else 's'} revoked.")

    @admin.display(description="Key starts with")
    def key_start(self, obj: ApiToken) -> str:
        return f"{obj.prefix}…"

    @admin.display(description="May")
    def may(self, obj: ApiToken) -> str:
        return ", ".join(obj.scopes)

    @display(description="State", label={"Active": "success", "Revoked": "danger"})  # type: ignore[untyped-decorator]  # unfold has no types
    def state(self, obj: ApiToken) -> str:
        return "Active" if obj.is_active else "Revoked"

    @admin.display(description="Created", ordering="created_at")
    def created(self, obj: ApiToken) -> str:
        return _moment(obj.created_at)

    @admin.display(description="Last used", ordering="last_used_at")
    def last_used(self, obj: ApiToken) -> str:
        return _moment(obj.last_used_at) if obj.last_used_at else "Never"


def _moment(instant: datetime) -> str:
    """The instant on one line; if it broke over two, it would be hard to compare down a column."""
    return format_html('<span class="whitespace-nowrap">{}</span>', moment(instant))


# --- People and groups ------------------------------------------------------------------------------------------

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(UserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold has no types; UserAdmin is generic only in django-stubs
    """Django's user pages with unfold's looks."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class PeopleGroupAdmin(GroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Django's group pages with unfold's looks."""


# --- The schedule -----------------------------------------------------------------------------------------------

for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


@admin.register(PeriodicTask)
class ScheduleAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """When each sweep ran last, and how often; read-only, because the schedule is defined in code."""

    list_display = ("name", "schedule", "enabled", "last_run_at", "total_run_count")
    fields = ("name", "task", "schedule", "enabled", "last_run_at", "total_run_count", "description")
    ordering = ("name",)

    @admin.display(description="Runs")
    def schedule(self, obj: PeriodicTask) -> str:
        return str(obj.scheduler)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        return False
