"""What the sender of an order sent, version by version, kept on the order's row as digests (docs/adr/0032).

Anybody may change the row in the meantime: staff move a status on, another program mends an address. What the sender
changed since it last sent, and whether this is a late copy of an earlier version, only takes to know which values mean
the same. So a version is a digest of the meaning of each field: 60 bytes, where the values would double the row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

from django.conf import settings

from orders.order import Order, OrderDraft, OrderItem
from orders.statuses import CANCELLED, REFUNDED, is_counted
from packprod.dates import format_instant, parse_instant
from packprod.dynamodb.reads import Item
from packprod.text import caseless, normal_email, normal_phone, normal_text

CUSTOMER: Final = ("customer.name", "customer.email", "customer.company", "customer.phone")
MONEY_PARTS: Final = ("items", "tax", "shipping", "discount")
FIELDS: Final = ("createdAt", "status", "source", "items", *CUSTOMER, "tax", "shipping", "discount", "total")
MOST_VERSIONS: Final = 10  # kept on a row, the last one among them
DIGEST_BYTES: Final = 5
UNKNOWN: Final = bytes(DIGEST_BYTES)  # the digest of a field of which it is not known what was sent; equals no other
_FORMAT: Final = b"\x01"  # the first byte of the attribute: FIELDS and their digests as they are now
_VERSION_BYTES: Final = DIGEST_BYTES * len(FIELDS)

Version = dict[str, bytes]
"""A digest for each of FIELDS."""


def version_of(content: Order | OrderDraft) -> Version:
    """The version that an order or a draft is, defaults included."""
    return {name: digest(meaning) for name, meaning in _meanings(content)}


def digest(meaning: str) -> bytes:
    """The digest of a field's meaning."""
    return blake2b(meaning.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def status_digest(status: str) -> bytes:
    """The digest of a status; what other programs call a cancelled order is one."""
    return digest(_status(status))


def _status(status: str) -> str:
    return status if is_counted(status) or status == REFUNDED else CANCELLED


ADDS_UP: Final = digest("=")  # of a total that is what lines, tax, shipping and discount make


def _meanings(content: Order | OrderDraft) -> Iterator[tuple[str, str]]:
    """For each field a text that is the same for every spelling of the same value."""
    customer = content.customer
    yield "createdAt", format_instant(content.created_at)
    yield "status", _status(content.status)
    yield "source", caseless(content.source)
    yield "items", _added_up(content.items)
    yield "customer.name", normal_text(customer.name)
    yield "customer.email", normal_email(customer.email)
    yield "customer.company", normal_text(customer.company)
    yield "customer.phone", _phone(customer.phone)
    for name in ("tax", "shipping", "discount"):
        yield name, _plain(getattr(content, name))
    yield "total", _total(content)


def _added_up(items: tuple[OrderItem, ...]) -> str:
    """The quantity of each product and price; how it is spread over lines, and in which order, does not matter."""
    quantities: dict[tuple[str, Decimal], Decimal] = {}
    for item in items:
        line = normal_text(item.product_code), item.unit_price
        quantities[line] = quantities.get(line, Decimal(0)) + item.quantity
    lines = (f"{code}\x1f{_plain(price)}\x1f{_plain(quantity)}" for (code, price), quantity in quantities.items())
    return "\x1e".join(sorted(lines))


def _phone(number: str) -> str:
    digits = "".join(character for character in number if character.isdigit())
    return normal_phone(number, settings.PACKPROD_COUNTRY) or digits or caseless(number)


def _total(content: Order | OrderDraft) -> str:
    """The amount, or "=" for what the other fields make (ADDS_UP)."""
    lines = sum((item.line_total for item in content.items), Decimal(0))
    made = lines + content.tax + content.shipping - content.discount
    return "=" if content.total == made else _plain(content.total)


def _plain(number: Decimal) -> str:
    return format(number.normalize() + 0, "f")


@dataclass(frozen=True, slots=True)
class SentVersions:
    """What is known of the versions of a stored order.

    `last` is the one sent last, `earlier` are those it replaced, newest first. `updated_at` is the sender's own time of
    the last version that came with one. Where nothing was `recorded` (another program's row, or one from before there
    were versions), the order as it is stored counts as sent last.
    """

    last: Version
    earlier: tuple[Version, ...]
    updated_at: datetime | None
    recorded: bool

    def is_outdated(self, draft: OrderDraft) -> bool:
        """Whether its sender says that the draft is older than what it sent last."""
        return draft.updated_at is not None and self.updated_at is not None and draft.updated_at < self.updated_at

    def is_late_copy(self, draft: OrderDraft, now: Version) -> bool:
        """Whether the draft, of version `now`, is one that was replaced since, and its sender does not say that it is
        newer."""
        if self.is_before(draft):
            return False
        sent = draft.sent.intersection(FIELDS)
        return any(all(now[name] == version[name] for name in sent) for version in self.earlier)

    def is_before(self, draft: OrderDraft) -> bool:
        """Whether its sender gives the draft a later time than what it sent before."""
        return draft.updated_at is not None and (self.updated_at is None or draft.updated_at > self.updated_at)

    def followed_by(self, version: Version, *, before: Version | None = None) -> bytes:
        """The attribute `sentVersions` once `version` is the last one; `before` is `last` with all that is known."""
        others = [one for one in (before or self.last, *self.earlier) if one != version]
        return encoded([version, *others[: MOST_VERSIONS - 1]])

    def known_last(self, stored: Version) -> Version:
        """The last version, with what is stored where it is not known what was sent."""
        return {name: stored[name] if value == UNKNOWN else value for name, value in self.last.items()}


def encoded(versions: list[Version]) -> bytes:
    """The attribute `sentVersions`: the digests of each version in the order of FIELDS, newest version first."""
    return _FORMAT + b"".join(version[name] for version in versions for name in FIELDS)


def sent_versions(item: Item, stored: Order | None) -> SentVersions:
    """The versions of a stored row; `stored` is the order in it, None if it is parked."""
    recorded = _decoded(item.get("sentVersions"))
    updated_at = _instant(item.get("sentUpdatedAt"))
    if not recorded:
        recorded = [_as_stored(item, stored)]
        updated_at = updated_at or _instant(stored.extra.get("updatedAt") if stored else None)
        return SentVersions(recorded[0], (), updated_at, recorded=False)
    return SentVersions(recorded[0], tuple(recorded[1:]), updated_at, recorded=True)


def _decoded(value: Any) -> list[Version]:
    """Empty for what is not ours, or damaged."""
    if not isinstance(value, bytes) or value[:1] != _FORMAT or len(value) % _VERSION_BYTES != 1:
        return []
    digests = [value[at : at + DIGEST_BYTES] for at in range(1, len(value), DIGEST_BYTES)]
    count = len(FIELDS)
    return [dict(zip(FIELDS, digests[at : at + count], strict=True)) for at in range(0, len(digests), count)]


def _as_stored(item: Item, stored: Order | None) -> Version:
    """The stored order with the status that it came with, where that is known."""
    version = version_of(stored) if stored else dict.fromkeys(FIELDS, UNKNOWN)
    imported = item.get("importedStatus")
    return version | {"status": status_digest(imported) if isinstance(imported, str) and imported else UNKNOWN}


def _instant(value: Any) -> datetime | None:
    try:
        return parse_instant(value) if isinstance(value, str) else None
    except ValueError:
        return None
