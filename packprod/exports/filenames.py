"""Names of exported files, such as `orders-shipped-2025-10-01-to-2025-10-31`."""

from datetime import date

from django.utils.text import slugify

LONGEST_PART = 60


def file_name(*parts: str, start: date | None = None, end: date | None = None) -> str:
    """What it is, then the business days it covers; empty parts and open ends are left out. No suffix.

    Safe on every system, whatever a part holds.
    """
    named = [safe for part in parts if (safe := slugify(part)[:LONGEST_PART])]
    if start and end:
        days = [f"{start}-to-{end}"] if start != end else [f"{start}"]
    else:
        days = [f"from-{start}"] if start else [f"to-{end}"] if end else []
    return "-".join([*named, *days])
