"""Any sequence of what a sender sends and staff change ends as a model of a few lines says.

The model knows values, no digests: what is stored, what was sent last, what was sent before. Whatever happened, sending
the last or an earlier version once more changes neither the status nor the revenue.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.importing.versions import MOST_VERSIONS
from orders.statuses import ORDER_STATUSES
from packprod.errors import OrderConflict
from tests.customers.importing.test_retries import SAME, SPELLINGS, STALE, UPDATED, Payload, Shop, order, shop, without

__all__ = ["order", "shop"]  # fixtures

# Spellings that leave no field out, so that the model need not know what was sent.
WHOLE = [
    "as it was",
    "another execution",
    "no further fields",
    "lines in another order",
    "two lines of one",
    "no descriptions",
    "a code in NFD",
    "a name in NFD",
    "an e-mail in capitals",
    "a national phone",
    "another offset",
    "a source in capitals",
]
FEW = ORDER_STATUSES[:3] + ORDER_STATUSES[-2:]
VERSIONS = st.fixed_dictionaries(
    {
        "status": st.sampled_from(FEW),
        "tax": st.sampled_from(["0", "1.10"]),
        "gifts": st.sampled_from([0, 1]),
        "source": st.sampled_from(["n8n", "web"]),
    }
)
UPDATE = st.sampled_from([True, True, True, False])
SENDS = st.tuples(
    st.just("send"), VERSIONS, st.sampled_from(WHOLE), UPDATE, st.sampled_from([None, None, None, 1, 2, 3])
)
RESENDS = st.tuples(st.just("resend"), st.sampled_from([1, 2, 1, 0]), st.sampled_from(WHOLE), UPDATE)
STAFF = st.tuples(st.just("staff"), st.sampled_from(FEW))
STEPS = st.lists(st.one_of(SENDS, STAFF, SENDS, RESENDS), min_size=6, max_size=12)
NUMBERS = count()


@dataclass
class Model:
    """The rules of the import in plain values."""

    stored: dict[str, Any]
    last: dict[str, Any]
    earlier: list[dict[str, Any]] = field(default_factory=list)
    updated_at: int | None = None

    def send(self, version: dict[str, Any], update: bool, at: int | None) -> tuple[bool, bool, bool] | None:
        """created, updated, stale; None for a conflict."""
        if at is not None and self.updated_at is not None and at < self.updated_at:
            return STALE
        differing = [name for name in version if version[name] not in (self.stored[name], self.last[name])]
        newer = at is not None and (self.updated_at is None or at > self.updated_at)
        if differing and not update:
            return None
        if differing and version in self.earlier and not newer:
            return STALE
        moved_on = self.stored["status"] != self.last["status"]
        if "status" in differing and moved_on and not further(version["status"], self.stored["status"]):
            differing.remove("status")
        self.stored |= {name: version[name] for name in differing}
        before = [one for one in (self.last, *self.earlier) if one != version]
        self.last, self.earlier = version, before[: MOST_VERSIONS - 1]
        self.updated_at = at if newer else self.updated_at
        return UPDATED if differing else SAME

    @property
    def total(self) -> Decimal:
        """Lines of 23.30, shipping of 12, a discount of 1, a gift of 5 or none, the tax."""
        return Decimal("34.30") + Decimal(self.stored["tax"]) + 5 * int(self.stored["gifts"])


def further(sent: str, stored: str) -> bool:
    return ORDER_STATUSES.index(sent) > ORDER_STATUSES.index(stored)


def payload(order: Payload, version: dict[str, Any], spelling: str, at: int | None = None) -> Payload:
    """The order of a version, without a total, in some spelling."""
    gifts = [{"productCode": "GIFT", "quantity": version["gifts"], "unitPrice": "5.00"}] if version["gifts"] else []
    spelled = SPELLINGS[spelling](without("total")(order))
    source = {"source": spelled["source"].replace("n8n", version["source"]).replace("N8N", version["source"].upper())}
    time = {} if at is None else {"updatedAt": f"2025-10-21T0{at}:00:00Z"}
    return (
        spelled
        | source
        | time
        | {"status": version["status"], "tax": version["tax"]}
        | {"items": [*gifts, *spelled["items"]]}
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=VERSIONS, steps=STEPS)
def test_any_sequence_ends_as_the_model_says(
    order: Payload, shop: Shop, first: dict[str, Any], steps: list[tuple[Any, ...]]
) -> None:
    order = order | {"orderReference": f"ORD-{next(NUMBERS)}"}
    order_id = shop.first(payload(order, first, "as it was"))
    model = Model(dict(first), first)
    for step in steps:
        if step[0] == "staff":
            shop.staff(order_id, step[1])
            model.stored["status"] = step[1]
            continue
        _, version, spelling, update, *at = step
        if step[0] == "resend":
            known = [model.last, *model.earlier]
            version, at = known[version % len(known)], [None]
        before = shop.read(order_id)
        (result,) = shop.send(payload(order, version, spelling, *at), update=update)
        expected = model.send(version, update, *at)
        if expected is None:
            assert isinstance(result.error, OrderConflict)
        else:
            assert result.outcome is not None
            assert (result.outcome.created, result.outcome.updated, result.outcome.stale) == expected
        after = shop.read(order_id)
        assert (after.status, after.source.lower(), after.tax) == (
            model.stored["status"],
            model.stored["source"],
            Decimal(model.stored["tax"]),
        )
        assert after.total == model.total
        if step[0] == "resend":
            assert (after.status, after.total) == (before.status, before.total)
