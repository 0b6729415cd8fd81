"""Batch reads, ranges and paging of the fast read path."""

from collections.abc import Callable
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest

from orders.tables import CONTACT_INDEX, WebOrder
from packprod.dynamodb.client import call
from packprod.dynamodb.codec import encode_value
from packprod.dynamodb.reads import Item, Partition, Range, batch_get, get, query_all, query_page, scan_all, starts_with
from packprod.readmodels.tables import Projection

NAMES = [f"{number:03d}" for number in range(23)]


@pytest.fixture
def bucket(client_id: str) -> str:
    """A partition with 23 rows, 000 to 022."""
    for name in NAMES:
        Projection(client_id, name, source_id=f"order-{name}", data={"number": int(name)}).save()
    return client_id


def row_ids(rows: list[Item]) -> list[str]:
    return [row["rowID"] for row in rows]


def test_get_reads_one_whole_key(bucket: str) -> None:
    assert get(Projection, bucket, "007") == {
        "bucket": bucket,
        "rowID": "007",
        "sourceID": "order-007",
        "data": {"number": Decimal(7)},
    }
    assert get(Projection, bucket, "nobody") is None


def test_half_a_surrogate_pair_is_written_and_read(client_id: str) -> None:
    """A foreign program may write one, and the engine keeps it."""
    half = "x\ud800y"
    item = {name: encode_value(value) for name, value in {"bucket": client_id, "rowID": "1", "data": half}.items()}
    call("put_item", TableName=Projection.engine_name(), Item=item)
    assert get(Projection, client_id, "1") == {"bucket": client_id, "rowID": "1", "data": half}


def test_a_range_the_wrong_way_round_holds_nothing(bucket: str) -> None:
    def between(low: str, high: str) -> list[Item]:
        return list(
            query_all(Partition(Projection, hash=("bucket", bucket), range=Range("rowID", "between", low, high)))
        )

    assert row_ids(between("007", "008")) == ["007", "008"]
    assert row_ids(between("007", "007")) == ["007"]
    assert between("008", "007") == between("008", "") == []


def test_batch_get_reads_more_than_one_batch_and_asks_duplicates_once(client_id: str) -> None:
    names = [f"{number:03d}" for number in range(250)]
    with Projection.batch_write() as batch:
        for name in names:
            batch.save(Projection(client_id, name, source_id=name, data={}))
    wanted = [*names, *names[:30], "missing"]
    assert sorted(row_ids(batch_get(Projection, [(client_id, name) for name in wanted]))) == names
    assert batch_get(Projection, []) == []


def test_batch_get_goes_on_with_unprocessed_keys(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stingy(operation: str, *, RequestItems: dict[str, Any]) -> Any:  # noqa: N803 - as boto3 spells it
        """Answers three keys at a time, as the engine does when an answer grows over 16 MB."""
        [(table, request)] = RequestItems.items()
        keys = request["Keys"]
        answer = call(operation, RequestItems={table: request | {"Keys": keys[:3]}})
        return answer | {"UnprocessedKeys": {table: request | {"Keys": keys[3:]}} if keys[3:] else {}}

    monkeypatch.setattr("packprod.dynamodb.reads.call", stingy)
    assert sorted(row_ids(batch_get(Projection, [(bucket, name) for name in NAMES]))) == NAMES


@pytest.mark.parametrize(
    ("operator", "bounds", "expected"),
    [
        ("=", ("005",), ["005"]),
        ("<", ("003",), NAMES[:3]),
        ("<=", ("003",), NAMES[:4]),
        (">", ("020",), NAMES[21:]),
        (">=", ("020",), NAMES[20:]),
        ("between", ("005", "008"), NAMES[5:9]),
    ],
)
def test_ranges(operator: Any, bounds: tuple[str, ...], expected: list[str], bucket: str) -> None:
    partition = Partition(Projection, hash=("bucket", bucket), range=Range("rowID", operator, *bounds))
    assert row_ids(list(query_all(partition, consistent=True))) == expected


def test_starts_with_finds_every_key_with_the_prefix_and_no_other(client_id: str) -> None:
    """Whatever letter follows: the engine sorts by code points, beyond U+FFFF too."""
    wanted = ["ab", "ab\x01", "abc", "ab\u00e9", "ab\uffee", "ab\U0001f4e6", "ab\U0010fffe"]
    for name in [*wanted, "aa", "a", "ac", "b", "AB"]:
        Projection(client_id, name, source_id=name, data={}).save()
    partition = Partition(Projection, hash=("bucket", client_id), range=starts_with("rowID", "ab"))
    assert row_ids(list(query_all(partition, consistent=True))) == wanted


@pytest.mark.parametrize("descending", [False, True])
def test_pages_follow_each_other_without_gap_or_repeat(descending: bool, bucket: str) -> None:
    partition = Partition(Projection, hash=("bucket", bucket), descending=descending)
    pages: list[list[str]] = []
    key = None
    while not pages or key:
        page = query_page(partition, limit=5, start_key=key, consistent=True)
        pages.append(row_ids(page.items))
        key = page.last_key
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]
    assert list(chain(*pages)) == sorted(NAMES, reverse=descending)
    assert row_ids(list(query_all(partition, page_size=4))) == sorted(NAMES, reverse=descending)


def test_a_full_last_page_is_followed_by_an_empty_one(bucket: str) -> None:
    """The engine cannot know that nothing follows; whoever pages must bear an empty page."""
    partition = Partition(Projection, hash=("bucket", bucket))
    page = query_page(partition, limit=len(NAMES))
    assert page.last_key is not None
    assert query_page(partition, limit=5, start_key=page.last_key).items == []


def test_parallel_segments_of_a_scan_make_up_the_table(bucket: str) -> None:
    segments = [
        [row["rowID"] for row in scan_all(Projection, segment=number, segments=4) if row["bucket"] == bucket]
        for number in range(4)
    ]
    assert sorted(chain(*segments)) == NAMES


def test_a_scan_reads_only_the_attributes_asked_for(bucket: str) -> None:
    """`data` is a reserved word of DynamoDB's, so names must be escaped."""
    rows = [row for row in scan_all(Projection, attributes=("bucket", "data")) if row["bucket"] == bucket]
    assert len(rows) == len(NAMES)
    assert all(row.keys() == {"bucket", "data"} for row in rows)


@pytest.fixture
def put_order(client_id: str) -> Callable[[int, str], None]:
    """Puts the order of a day (1 to 9) under a contact, as any writer might."""

    def put(day: int, contact_id: str) -> None:
        row = {
            "orderID": f"{client_id}-{day}",
            "clientID": client_id,
            "contactID": contact_id,
            "createdAt": f"2025-10-0{day}T00:00:00Z",
        }
        item = {name: encode_value(value) for name, value in row.items()}
        call("put_item", TableName=WebOrder.engine_name(), Item=item)

    return put


@pytest.mark.parametrize("fate", ["deleted", "moved"])
def test_an_index_page_goes_on_behind_a_row_that_has_left(
    fate: str, client_id: str, put_order: Callable[[int, str], None]
) -> None:
    for day in range(1, 7):
        put_order(day, client_id)
    partition = Partition(WebOrder, index=CONTACT_INDEX, hash=("contactID", client_id))
    first = query_page(partition, limit=3)
    if fate == "deleted":
        WebOrder(f"{client_id}-3").delete()
    else:
        put_order(3, f"{client_id}-other")
    rest = query_page(partition, limit=5, start_key=first.last_key)
    assert [item["orderID"] for item in rest.items] == [f"{client_id}-{day}" for day in (4, 5, 6)]
