"""The schedule of the sweeps, to look at: its rows come from code, so nothing is added or changed here."""

from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.admin import ModelAdmin

for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


@admin.register(PeriodicTask)
class ScheduleAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """When each sweep ran last, and how often."""

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
