"""Each operation alone and in a transaction, and what its condition does."""

import pytest

from packprod.dynamodb.errors import ConditionFailed, RequestRefused, TransactionCancelled
from packprod.dynamodb.reads import Item, get
from packprod.dynamodb.writes import check, delete, put, transact, update, update_each, write
from packprod.readmodels.tables import Derivation


@pytest.fixture
def row(client_id: str) -> Derivation:
    return Derivation(f"{client_id}-1", version=1, outputs={"a": "x"})


@pytest.fixture
def other(client_id: str) -> Derivation:
    return Derivation(f"{client_id}-2", version=2)


def stored(row: Derivation) -> Item | None:
    return get(Derivation, row.derivation_id)


def test_a_row_is_put_once_where_it_must_be_new(row: Derivation) -> None:
    is_new = Derivation.derivation_id.does_not_exist()
    write(put(row, condition=is_new))
    assert stored(row) == {"derivationID": row.derivation_id, "version": 1, "outputs": {"a": "x"}}
    with pytest.raises(ConditionFailed):
        write(put(row, condition=is_new))


def test_an_update_sets_adds_and_removes_on_condition(row: Derivation) -> None:
    write(put(row, wire=row.wire()))
    actions = [Derivation.version.add(2), Derivation.dirty_since.set("now"), Derivation.outputs.remove()]
    write(update(row, actions=actions, condition=Derivation.version == 1))
    with pytest.raises(ConditionFailed):
        write(update(row, actions=actions, condition=Derivation.version == 1))
    assert stored(row) == {"derivationID": row.derivation_id, "version": 3, "dirtySince": "now"}


def test_a_transaction_writes_all_or_nothing(row: Derivation, other: Derivation) -> None:
    with pytest.raises(TransactionCancelled):
        transact([put(row), check(other, condition=Derivation.version == 2)])
    assert stored(row) is None
    transact([put(row), put(other)])
    transact([delete(row), check(other, condition=Derivation.version == 2)])
    assert stored(row) is None
    assert stored(other) is not None


def test_the_same_change_of_several_rows_keeps_what_is_there(row: Derivation, other: Derivation) -> None:
    write(update(row, actions=[Derivation.dirty_since.set("before")]))
    actions = [Derivation.dirty_since.set(Derivation.dirty_since | "now"), Derivation.requested.add(1)]
    transact(update_each([row, other], actions=actions))
    assert stored(row) == {"derivationID": row.derivation_id, "dirtySince": "before", "requested": 1}
    assert stored(other) == {"derivationID": other.derivation_id, "dirtySince": "now", "requested": 1}


def test_a_row_that_is_too_large_is_refused(row: Derivation) -> None:
    row.outputs = {"a": "x" * 410_000}
    with pytest.raises(RequestRefused):
        write(put(row))


def test_what_is_not_there_is_deleted_all_the_same(row: Derivation) -> None:
    write(delete(row))
    assert stored(row) is None
