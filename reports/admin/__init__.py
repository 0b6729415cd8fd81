"""The report pages of the admin, one module each: parse, call one report, render."""

from reports.admin import overview, performance, products, sales, statistics  # noqa: F401  (each registers its page)
