"""The bounds of an import: what the parser enforces is what the OpenAPI schema documents."""

from datetime import UTC, datetime
from decimal import Decimal

MAX_ORDERS = 100  # in one request; its size in bytes is the setting PACKPROD_MAX_BODY_BYTES
MAX_ITEMS = 500  # in one order

# Characters, after normalisation.
MAX_REFERENCE_LENGTH = 100
MAX_PRODUCT_CODE_LENGTH = 100
MAX_DESCRIPTION_LENGTH = 1_000
MAX_NAME_LENGTH = 200  # of a person or a company
MAX_EMAIL_LENGTH = 254
MAX_PHONE_LENGTH = 50
MAX_SOURCE_LENGTH = 50

MONEY_DECIMALS = 2
PRICE_DECIMALS = 4  # of a unit: a label costs 0.0385
QUANTITY_DECIMALS = 3  # film is sold by the metre, fill by the kilogram
MAX_MONEY = Decimal("999999999.99")
MAX_QUANTITY = 1_000_000
TOLERANCE_PER_LINE = Decimal("0.01")  # between a sent total and the computed one: shops round line by line

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
DAYS_AHEAD = 366  # createdAt may lie so far in the future
VERSION_DAYS_AHEAD = 1  # updatedAt: every later version is outdated until then, so no more than a wrong zone makes

# What one item of the engine can hold: 400 KB, 32 levels, 38 digits.
MAX_ORDER_BYTES = 350_000  # leaves room for ids, line totals and what staff add
MAX_DEPTH = 20
MAX_KEY_LENGTH = 1_000
MAX_DIGITS = 38
MAX_EXPONENT = 125
