"""Data health as a file: a row for each check."""

from datetime import datetime

from django.http import StreamingHttpResponse

from packprod.dates import business_date
from packprod.exports.export import Column, Export, file_name
from packprod.exports.response import Format, export_response
from reports.health.checks import Check
from reports.health.report import Health

HEALTH: Export[Check] = Export(
    "data health",
    (
        Column("Check", lambda check: check.title, width=24),
        Column("State", lambda check: check.state, width=10),
        Column("Found", lambda check: check.value, width=48),
        Column("What to do", lambda check: check.todo, width=80),
    ),
)


def health_export(health: Health, *, format: Format, now: datetime) -> StreamingHttpResponse:
    """Every check as of `now`. Raises TooManyExports."""
    day = business_date(now)
    return export_response(HEALTH, health.checks, format=format, filename=file_name("data-health", start=day, end=day))
