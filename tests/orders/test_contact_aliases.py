"""Which contact stands for which: chains, circles that somebody else wrote, rows that are none."""

from typing import Any

import pytest

from orders.contact_aliases import ContactAliases


def row(contact_id: str, into: Any, state: str = "joined") -> dict[str, Any]:
    return {"contactID": contact_id, "mergedInto": into, "state": state}


@pytest.mark.parametrize(
    ("rows", "effective"),
    [
        ([], {}),
        ([row("a", "b")], {"a": "b"}),
        ([row("a", "b"), row("b", "c")], {"a": "c", "b": "c"}),
        ([row("b", "c"), row("a", "b"), row("c", "d")], {"a": "d", "b": "d", "c": "d"}),
        ([row("a", "b", "joining")], {"a": "b"}),
        ([row("a", "b", "parting")], {}),
        ([row("a", "b"), row("b", "c", "parting")], {"a": "b"}),
        ([row("a", "a")], {"a": "a"}),
        ([row("a", "b"), row("b", "a")], {"a": "a", "b": "a"}),
        ([row("x", "b"), row("b", "c"), row("c", "b")], {"x": "b", "b": "b", "c": "b"}),
        ([row("a", None)], {}),
        ([row("a", 7)], {}),
        ([row("a", "b", "unknown")], {}),
        ([{"contactID": "a"}], {}),
    ],
)
def test_each_contact_ends_in_the_one_that_is_left(rows: list[dict[str, Any]], effective: dict[str, str]) -> None:
    aliases = ContactAliases.of(rows, version=1)
    assert aliases.effective == effective
    for left, merged in aliases.merged.items():
        assert all(effective[one] == left and one != left for one in merged)
