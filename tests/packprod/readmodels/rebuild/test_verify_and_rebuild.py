"""Whatever is done to a stored row behind the product's back, verification finds it and a rebuild mends it.

Mended means: the same bytes as before, in every table of every read model.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from customers.tables import CustomerMetrics
from packprod.dynamodb import reads
from packprod.dynamodb.tables import Table
from packprod.readmodels import registry
from packprod.readmodels.lists.search_index import SearchEntry
from packprod.readmodels.projection import PARKED, derivation_id, project
from packprod.readmodels.rebuild import survey as survey_module
from packprod.readmodels.rebuild import verify as verify_module
from packprod.readmodels.rebuild.rebuilding import rebuild
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import ProjectionRow, ReadModel
from packprod.readmodels.tables import Derivation, Projection
from tests.packprod.readmodels.conftest import Follow, summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter, plain_table
from tests.packprod.readmodels.stored import Rows, read_model_tables, snapshot, stored, wipe

BucketOf = Callable[[str], str]


@pytest.fixture
def shop(writer: ForeignWriter, follow: Follow) -> ForeignWriter:
    """Five customers' worth of orders, all derived: several orders, a cancelled one, a broken one, two products that
    one of them orders each month."""
    items = [{"productCode": code, "quantity": 2, "unitPrice": Decimal("1.25")} for code in ("BOX", "TAPE", "BOX")]
    follow(
        [
            writer.put("1", contact="ann", items=items, total=None),
            writer.put("2", contact="ann", createdAt="2025-03-01T23:30:00.5Z"),
            writer.put("3", contact="bob", status="cancelled"),
            writer.put("4", contact="bob", total="77.70"),
            writer.put("5", contact="cat", createdAt="2024-01-01T00:00:00Z"),
            writer.put("6", contact="dan", total="n/a"),
            *(
                writer.put(f"fay-{n}", contact="fay", items=items, createdAt=f"2025-0{n}-09T00:00:00Z")
                for n in (5, 6, 7)
            ),
        ]
    )
    return writer


def found_and_mended(client_id: str, before: dict[str, Rows], now: datetime) -> None:
    """Verification finds something, a rebuild mends all of it, and then nothing is left to find."""
    assert verify(settle=0) != []
    assert rebuild(now=now) > 0
    assert snapshot(client_id) == before
    assert verify(settle=0) == []


def changed(value: Any) -> Any:
    """Another value of the same type, so that the row still looks like one of ours."""
    match value:
        case str():
            return value + "0"
        case Decimal():
            return value + 1
        case dict():
            return value | {"forged": True}
        case _:
            return None


TABLES = pytest.mark.parametrize("table", read_model_tables(), ids=lambda table: table.__name__)


@TABLES
def test_every_missing_row_is_found_and_mended(
    table: type[Table], shop: ForeignWriter, client_id: str, now: datetime
) -> None:
    before = snapshot(client_id)
    assert before[table.__name__] != {}
    with plain_table(table).batch_writer() as batch:
        for key in before[table.__name__]:
            batch.delete_item(Key=dict(zip(table.key_names(), key, strict=True)))
    found_and_mended(client_id, before, now)


@TABLES
def test_every_changed_row_is_found_and_mended(
    table: type[Table], shop: ForeignWriter, client_id: str, now: datetime
) -> None:
    """Each attribute of some row, where the table has as many rows as attributes; owner and keys stay."""
    before = snapshot(client_id)
    fixed = {*table.key_names(), "clientID", "sourceID"}
    for number, row in enumerate(before[table.__name__].values()):
        names = sorted(row.keys() - fixed) or ["subject"]
        name = names[number % len(names)]
        plain_table(table).put_item(Item=row | {name: changed(row[name])})
    found_and_mended(client_id, before, now)


def test_the_rows_of_a_read_model_that_is_gone_are_removed(
    shop: ForeignWriter, client_id: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(client_id)
    gone = ReadModel(name="gone", project=lambda order: [ProjectionRow(key="all", row_id=order.order_id)])
    monkeypatch.setitem(registry._models, gone.name, gone)
    assert rebuild(now=now) > 0
    assert len(snapshot(client_id)["Projection"]) > len(before["Projection"])
    monkeypatch.delitem(registry._models, gone.name)
    found_and_mended(client_id, before, now)


Tamper = Callable[[ForeignWriter, BucketOf, Follow], None]


def set_attribute(table: type[Table], key: dict[str, str], name: str, value: Any) -> None:
    plain_table(table).update_item(
        Key=key,
        UpdateExpression="SET #n = :v",
        ExpressionAttributeNames={"#n": name},
        ExpressionAttributeValues={":v": value},
    )


def ttl_changed(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    set_attribute(CustomerMetrics, {"contactID": shop.contact_id("ann")}, "ttl", 1_700_000_000)


def last_updated_changed(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    set_attribute(CustomerMetrics, {"contactID": shop.contact_id("ann")}, "lastUpdated", "2020-01-01T00:00:00Z")


def attribute_dropped(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    plain_table(CustomerMetrics).update_item(
        Key={"contactID": shop.contact_id("ann")}, UpdateExpression="REMOVE company"
    )


def attribute_added(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    set_attribute(CustomerMetrics, {"contactID": shop.contact_id("ann")}, "note", "by hand")


def cache_row_of_nobody(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    row = plain_table(CustomerMetrics).get_item(Key={"contactID": shop.contact_id("ann")})["Item"]
    plain_table(CustomerMetrics).put_item(Item=row | {"contactID": shop.contact_id("nobody")})


def search_entry_of_another_word(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    [row, *_] = stored(SearchEntry, shop.client_id).values()
    plain_table(SearchEntry).put_item(Item=row | {"entry": "zzz" + row["entry"]})


def slim_row(shop: ForeignWriter, bucket: BucketOf) -> dict[str, Any]:
    """Of ann's first order, in her bucket."""
    rows = stored(Projection, shop.client_id).values()
    return next(row for row in rows if row["bucket"] == bucket("ann") and row["sourceID"] == shop.order_id("1"))


def slim_row_too_many_of_an_order(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    """Of ann's order, in bob's bucket; and bob's summary was already computed with it."""
    plain_table(Projection).put_item(Item=slim_row(shop, bucket) | {"bucket": bucket("bob")})
    follow(shop.put("7", contact="bob"))
    follow(shop.delete("7"))


def slim_row_of_no_order(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    nobody = shop.order_id("nobody")
    plain_table(Projection).put_item(Item=slim_row(shop, bucket) | {"rowID": nobody, "sourceID": nobody})


def slim_row_claimed_by_another_order(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    key = {"bucket": bucket("ann"), "rowID": slim_row(shop, bucket)["rowID"]}
    set_attribute(Projection, key, "sourceID", shop.order_id("2"))


def summary_of_a_bucket_that_never_was(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    """A cache row that its state names, without any order."""
    cache_row_of_nobody(shop, bucket, follow)
    state = plain_table(Derivation).get_item(Key={"derivationID": bucket("ann")})["Item"]
    outputs = {key.replace("contact-ann", "contact-nobody"): digest for key, digest in state["outputs"].items()}
    plain_table(Derivation).put_item(Item=state | {"derivationID": bucket("nobody"), "outputs": outputs})


def state_of_a_summary_lost(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    Derivation(bucket("ann")).delete()


def state_of_an_order_lost_and_the_order_moved(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    """Nobody knows any more which rows the order had left."""
    Derivation(derivation_id(shop.order_id("4"))).delete()
    follow(shop.put("4", contact="cat", total="77.70"))


def outputs_of_a_summary_forgotten_and_its_customer_gone(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    set_attribute(Derivation, {"derivationID": bucket("cat")}, "outputs", {})
    follow(shop.delete("5"))


def a_digest_forged_to_hide_a_forged_row(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    """A digest says that all is as it should be: verification believes only the rows."""
    key = {"contactID": shop.contact_id("ann")}
    state = plain_table(Derivation).get_item(Key={"derivationID": bucket("ann")})["Item"]
    set_attribute(CustomerMetrics, key, "totalSpend", Decimal(1))
    follow(shop.put("1", contact="ann", total=Decimal(8)))
    digests = plain_table(Derivation).get_item(Key={"derivationID": bucket("ann")})["Item"]["outputs"]
    set_attribute(CustomerMetrics, key, "totalSpend", Decimal(2))
    assert digests != state["outputs"]


def parked_row_lost(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    parked = bucket("x").replace("customer#", f"{PARKED.name}#").rpartition("#")[0]
    Projection(f"{parked}#all", shop.order_id("6")).delete()


def events_lost(shop: ForeignWriter, bucket: BucketOf, follow: Follow) -> None:
    """Changed, moved, added, deleted, broken and mended without anybody being told."""
    shop.put("1", contact="ann", total=Decimal(1))
    shop.put("2", contact="bob")
    shop.put("new", contact="eve")
    shop.delete("5")
    shop.put("4", contact="bob", total="n/a")
    shop.put("6", contact="dan", total="5")


TAMPERED: list[Tamper] = [
    ttl_changed,
    last_updated_changed,
    attribute_dropped,
    attribute_added,
    cache_row_of_nobody,
    search_entry_of_another_word,
    slim_row_too_many_of_an_order,
    slim_row_of_no_order,
    slim_row_claimed_by_another_order,
    summary_of_a_bucket_that_never_was,
    state_of_a_summary_lost,
    state_of_an_order_lost_and_the_order_moved,
    outputs_of_a_summary_forgotten_and_its_customer_gone,
    a_digest_forged_to_hide_a_forged_row,
    parked_row_lost,
    events_lost,
]


@pytest.mark.parametrize("tamper", TAMPERED, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found_and_mended(
    tamper: Tamper, shop: ForeignWriter, customer_bucket: BucketOf, follow: Follow, now: datetime
) -> None:
    tamper(shop, customer_bucket, follow)
    assert verify(settle=0) != []
    assert rebuild(now=now) > 0
    assert verify(settle=0) == []


def test_a_rebuild_of_what_is_healthy_writes_nothing(shop: ForeignWriter, client_id: str, now: datetime) -> None:
    before, states = snapshot(client_id), stored(Derivation, client_id)
    assert verify(settle=0) == []
    assert rebuild(now=now + timedelta(days=400)) == 0
    assert snapshot(client_id) == before
    assert stored(Derivation, client_id) == states


def test_a_rebuild_from_nothing_gives_the_same_bytes(shop: ForeignWriter, client_id: str, now: datetime) -> None:
    before = snapshot(client_id)
    wipe(client_id)
    assert all(rows == {} for rows in snapshot(client_id).values())
    rebuild(now=now)
    assert snapshot(client_id) == before
    assert verify(settle=0) == []


def test_a_rebuild_touches_no_other_client(shop: ForeignWriter, client_id: str, now: datetime, settings: Any) -> None:
    """Its rows look wrong to anybody else: there is no order of theirs behind them."""
    before = snapshot(client_id)
    settings.PACKPROD_CLIENT_ID = f"other-than-{client_id[:8]}"
    rebuild(now=now)
    assert verify(settle=0) == []
    assert snapshot(client_id) == before


def test_what_is_wrong_is_said_by_row_and_attribute(shop: ForeignWriter) -> None:
    key = {"contactID": shop.contact_id("ann")}
    set_attribute(CustomerMetrics, key, "totalSpend", Decimal("0.07"))
    [difference] = verify(settle=0)
    assert str(difference) == (
        f"[\"CustomerMetrics\",\"{shop.contact_id('ann')}\"]: totalSpend is Decimal('0.07'), should be Decimal('17.5')"
    )


@contextmanager
def something_new_before_each_scan(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], None]) -> Iterator[None]:
    """A pass over the tables takes a while; here the worst happens between any two of its scans."""
    scan_all = reads.scan_all

    def disturbed(*args: Any, **kwargs: Any) -> Any:
        if not kwargs.get("segment"):  # once for all parallel segments of a table
            happen()
        return scan_all(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(survey_module, "scan_all", disturbed)
        yield


@pytest.fixture
def happen(shop: ForeignWriter, follow: Follow) -> Callable[[], None]:
    """A customer comes, another goes, an order moves back and forth: all of it followed at once."""
    numbers = iter(range(1_000))

    def everything() -> None:
        number = next(numbers)
        follow(shop.put(f"new-{number}", contact=f"new-{number}"))
        follow(shop.put("moving", contact=("ann", "bob")[number % 2]))
        follow(shop.put("coming", contact="eve") if number % 2 else shop.delete("coming"))

    return everything


def test_verification_raises_no_false_alarm_between_its_scans(
    monkeypatch: pytest.MonkeyPatch, happen: Callable[[], None]
) -> None:
    with something_new_before_each_scan(monkeypatch, happen):
        assert verify(settle=2) == []


def test_a_rebuild_harms_nothing_between_its_scans(
    monkeypatch: pytest.MonkeyPatch, happen: Callable[[], None], now: datetime
) -> None:
    with something_new_before_each_scan(monkeypatch, happen):
        rebuild(now=now)
    assert verify(settle=0) == []


def test_verification_raises_no_false_alarm_while_writes_go_on(
    shop: ForeignWriter, client_id: str, now: datetime
) -> None:
    """One thread writes and projects, another summarises what is dirty a while later, as workers do."""
    stop = Event()

    def write() -> None:
        for number in range(30):
            project([shop.put(f"{number % 12}", contact=f"busy-{number % 5}", total=number)], now=now)
        stop.set()

    def work() -> None:
        while not stop.wait(0.3):
            summarise_dirty(now)
        summarise_dirty(now)

    with ThreadPoolExecutor(2) as pool:
        threads = [pool.submit(write), pool.submit(work)]
        assert verify() == []
        for thread in threads:
            thread.result()
    assert verify(settle=0) == []


@pytest.mark.parametrize("busy", [True, False], ids=["changes from look to look", "stands"])
def test_a_difference_that_is_being_worked_on_is_none_and_one_that_stands_is(
    busy: bool, monkeypatch: pytest.MonkeyPatch, shop: ForeignWriter, now: datetime
) -> None:
    """The summary is late each time one looks, but late for another reason."""
    totals = iter(range(1_000))

    def between_looks(seconds: float) -> None:
        time.sleep(seconds)
        if busy:
            project([shop.put("2", createdAt="2025-03-01T23:30:00.5Z", total=next(totals))], now=now)

    project([shop.put("2", createdAt="2025-03-01T23:30:00.5Z", total=2_000)], now=now)
    monkeypatch.setattr(verify_module, "time", SimpleNamespace(sleep=between_looks, monotonic=time.monotonic))
    found = verify(settle=0.6)
    assert (found == []) is busy
