"""Whatever arrives: InvalidInput or a draft whose money is exact and whose content the engine can hold."""

from contextlib import suppress
from dataclasses import astuple
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from customers.importing.drafts import KNOWN_FIELDS, split_body
from orders.order import OrderDraft
from packprod.errors import FieldProblem, InvalidInput
from tests.customers.importing.test_validation import order, parsed, smallest

any_text = st.text(max_size=30) | st.text(st.characters(categories=["Cs", "Cc", "Lu"]), max_size=5)
any_number = st.integers() | st.decimals() | st.integers(min_value=10**400, max_value=10**401)
any_scalar = st.none() | st.booleans() | any_number | any_text
any_json = st.recursive(
    any_scalar,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=15,
)
fields = st.dictionaries(st.sampled_from(sorted(KNOWN_FIELDS)) | any_text, any_json, max_size=5)
line_fields = st.sampled_from(["productCode", "description", "quantity", "unitPrice"])
customer_fields = st.sampled_from(["name", "email", "company", "phone"])
MOST_CENTS = 99_999_999_999  # of an amount
cents = st.integers(min_value=0, max_value=99_999_999)


def outcome(payload: object) -> tuple[OrderDraft | None, tuple[FieldProblem, ...]]:
    """The draft, or the problems that kept it from being one."""
    try:
        return parsed(payload), ()
    except InvalidInput as refused:
        return None, refused.problems


@given(any_json)
@settings(max_examples=200, deadline=None)
def test_any_body_is_split_or_refused(body: object) -> None:
    with suppress(InvalidInput):
        for payload in split_body(body)[0]:
            parsed(payload)


@given(
    changes=fields,
    line=st.dictionaries(line_fields, any_json, max_size=4),
    customer=st.dictionaries(customer_fields, any_json, max_size=4),
)
@settings(max_examples=300, deadline=None)
def test_a_good_order_with_anything_in_any_field(
    changes: dict[str, Any], line: dict[str, Any], customer: dict[str, Any]
) -> None:
    good = order()
    spoilt = good | {"items": [good["items"][0] | line], "customer": good["customer"] | customer} | changes
    draft, problems = outcome(spoilt)
    if draft is None:
        assert problems
        "".join(problem.field + problem.message for problem in problems).encode()
    else:
        assert draft.total >= 0
        "".join((draft.order_reference, draft.source, *astuple(draft.customer), *draft.extra)).encode()


@given(st.lists(st.tuples(st.integers(min_value=1, max_value=1000), cents), min_size=1, max_size=20), cents)
@settings(max_examples=100, deadline=None)
def test_money_adds_up_to_the_cent(lines: list[tuple[int, int]], tax: int) -> None:
    items = [
        {"productCode": "P", "quantity": quantity, "unitPrice": str(Decimal(price) / 100)} for quantity, price in lines
    ]
    in_cents = sum(quantity * price for quantity, price in lines) + tax
    payload = smallest(items=items, tax=Decimal(tax).scaleb(-2))
    draft, problems = outcome(payload)
    if draft is None:  # a line or the total is above the limit, and nothing else is wrong
        assert {problem.code for problem in problems} == {"max_value"}
        assert in_cents > MOST_CENTS
    else:
        assert in_cents <= MOST_CENTS
        assert draft.total * 100 == in_cents
        assert draft.total.as_tuple().exponent == -2
