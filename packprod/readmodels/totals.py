"""Summaries with a single row for the whole client, which all-time reports read."""

from typing import Any

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.reads import get
from packprod.dynamodb.tables import EngineMeta, MapDocument, Table, prefixed


class Totals(Table):
    """One row per subject and client."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-totals")

    totals_id = UnicodeAttribute(hash_key=True, attr_name="totalsID")
    client_id = UnicodeAttribute(attr_name="clientID")
    figures = MapDocument()


def totals_row(subject: str, figures: dict[str, Any]) -> Totals:
    """The row for a subject, for a read model's `summarise` to return."""
    return Totals(_key(subject), client_id=settings.PACKPROD_CLIENT_ID, figures=figures)


def read_totals(subject: str) -> dict[str, Any]:
    """The figures of a subject; empty if there are none yet."""
    row = get(Totals, _key(subject))
    return dict(row["figures"]) if row else {}


def _key(subject: str) -> str:
    return f"{settings.PACKPROD_CLIENT_ID}#{subject}"
