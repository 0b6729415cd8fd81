"""`manage.py import_orders FILE.jsonl`: every good line in, every bad one kept with its reason, stopped or not."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from customers.importing import jsonl
from customers.importing.batch import orders_import
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from packprod.errors import EngineUnavailable

Orders = list[dict[str, Any]]


@pytest.fixture
def path(tmp_path: Path, client_id: str) -> Path:
    return tmp_path / "orders.jsonl"


@pytest.fixture
def ten_orders(make_order: Callable[..., dict[str, Any]]) -> Orders:
    return [make_order(f"F-{number}", email=f"p{number % 3}@example.com") for number in range(10)]


def as_lines(orders: Orders) -> list[bytes]:
    return [json.dumps(order).encode() for order in orders]


def import_file(path: Path, *options: str) -> int:
    """The command's exit status."""
    try:
        call_command("import_orders", str(path), *options)
    except SystemExit as exc:
        return int(str(exc.code))
    return 0


def rejected(path: Path) -> list[dict[str, Any]]:
    kept = path.with_name("orders.rejected.jsonl")
    return [json.loads(line) for line in kept.read_bytes().splitlines()] if kept.exists() else []


def stored() -> set[str]:
    return {order.order_reference for order in order_list(OrderFilter(), limit=200).items}


def test_good_lines_go_in_and_bad_ones_are_kept(
    path: Path, ten_orders: Orders, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = as_lines(ten_orders)
    bad = [b'{"orderReference": "B-1"}', b"not json", b"[]", b'{"a": NaN}', b"\xff\xfe", lines[0][:40]]
    conflict = json.dumps(ten_orders[0] | {"tax": 1}).encode()
    path.write_bytes(b"\n".join([*lines[:5], *bad, *lines[5:], conflict]) + b"\n")
    assert import_file(path) == 1
    assert stored() == {f"F-{number}" for number in range(10)}
    kept = rejected(path)
    assert [one["line"] for one in kept] == [*(line.decode(errors="replace") for line in bad), conflict.decode()]
    assert all(one["reason"] for one in kept)
    assert {error["field"] for error in kept[0]["errors"]} >= {"customer", "items"}
    assert kept[-1]["errors"][0]["field"] == "tax"
    assert kept[-1]["reason"] == "Order F-0 exists with other content: tax."
    assert [one["lineNumber"] for one in kept] == [6, 7, 8, 9, 10, 11, 17]
    printed = capsys.readouterr().out
    assert "10 created" in printed
    assert "7 rejected" in printed
    assert "orders.rejected.jsonl" in printed


def test_a_second_run_changes_nothing(path: Path, ten_orders: Orders, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_bytes(b"\n".join([*as_lines(ten_orders), b"bad"]))
    assert import_file(path) == 1
    first = rejected(path)
    before = order_list(OrderFilter(), limit=200).items
    assert import_file(path) == 1
    assert rejected(path) == first
    assert order_list(OrderFilter(), limit=200).items == before
    assert "0 created, 0 updated, 10 unchanged, 1 rejected" in capsys.readouterr().out


def test_without_bad_lines_nothing_is_left_beside_the_file(path: Path, ten_orders: Orders) -> None:
    path.write_bytes(b"bad\n")
    assert import_file(path) == 1
    path.write_bytes(b"\n".join(as_lines(ten_orders)))
    assert import_file(path) == 0
    assert [file.name for file in path.parent.iterdir()] == ["orders.jsonl"]


def test_windows_files(path: Path, ten_orders: Orders) -> None:
    lines = as_lines(ten_orders[:3])
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join([lines[0], b"", b"   ", lines[1], b"\t", lines[2]]) + b"\r\n\r\n")
    assert import_file(path) == 0
    assert stored() == {"F-0", "F-1", "F-2"}


def test_an_empty_file(path: Path) -> None:
    path.write_bytes(b"")
    assert import_file(path) == 0


def test_a_missing_file(path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        import_file(path)


def test_a_directory_is_called_one(path: Path) -> None:
    with pytest.raises(CommandError, match="is a directory"):
        import_file(path.parent)


def test_update_on_conflict(path: Path, ten_orders: Orders) -> None:
    path.write_bytes(b"\n".join(as_lines(ten_orders)))
    import_file(path)
    path.write_bytes(b"\n".join(as_lines([order | {"tax": "1"} for order in ten_orders])))
    assert import_file(path, "--on-conflict", "update") == 0
    assert {order.tax for order in order_list(OrderFilter(), limit=200).items} == {1}


@pytest.fixture
def stops_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Exception], list[int]]:
    """Chunks of three lines, and an engine that goes away after some; returns the sizes of the chunks."""

    def arrange(chunks: int, error: Exception) -> list[int]:
        chunk_sizes: list[int] = []

        def failing(**call: Any) -> Any:
            if len(chunk_sizes) == chunks:
                raise error
            chunk_sizes.append(len(call["payloads"]))
            return orders_import(**call)

        monkeypatch.setattr(jsonl, "CHUNK", 3)
        monkeypatch.setattr(jsonl, "orders_import", failing)
        return chunk_sizes

    return arrange


def test_an_interrupted_run_goes_on_where_it_stopped(
    path: Path, ten_orders: Orders, stops_after: Callable[..., list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = as_lines(ten_orders)
    path.write_bytes(b"\n".join([b"bad 1", *lines[:5], b"bad 2", *lines[5:]]))
    stops_after(2, KeyboardInterrupt())
    with pytest.raises(CommandError, match=r"Stopped: 6 lines done\. Run it again to go on\.") as caught:
        import_file(path)
    assert caught.value.returncode == 130
    assert len(stored()) == 5
    chunk_sizes = stops_after(100, KeyboardInterrupt())
    assert import_file(path) == 1
    assert chunk_sizes == [2, 3]
    assert stored() == {f"F-{number}" for number in range(10)}
    assert [(one["lineNumber"], one["line"]) for one in rejected(path)] == [(1, "bad 1"), (7, "bad 2")]
    assert "10 created, 0 updated, 0 unchanged, 2 rejected" in capsys.readouterr().out


def test_a_line_is_rejected_once_even_if_the_run_died_before_it_was_remembered(
    path: Path, ten_orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = as_lines(ten_orders)
    path.write_bytes(b"\n".join([b"bad 1", *lines[:3], b"bad 2", *lines[3:]]))
    remember = jsonl.FileImport._remember

    def dies_the_second_time(work: jsonl.FileImport, *progress: Any) -> None:
        if len(rejected(path)) == 2:
            raise KeyboardInterrupt
        remember(work, *progress)

    monkeypatch.setattr(jsonl, "CHUNK", 3)
    monkeypatch.setattr(jsonl.FileImport, "_remember", dies_the_second_time)
    with pytest.raises(CommandError, match=r"Stopped: \d lines? done\. Run it again to go on\.") as caught:
        import_file(path)
    assert caught.value.returncode == 130
    monkeypatch.setattr(jsonl.FileImport, "_remember", remember)
    assert import_file(path) == 1
    assert [one["line"] for one in rejected(path)] == ["bad 1", "bad 2"]


def test_another_file_under_the_same_name_starts_from_its_beginning(
    path: Path, ten_orders: Orders, stops_after: Callable[..., list[int]]
) -> None:
    path.write_bytes(b"\n".join(as_lines(ten_orders)))
    stops_after(2, KeyboardInterrupt())
    with pytest.raises(CommandError, match=r"Stopped: \d lines? done\. Run it again to go on\.") as caught:
        import_file(path)
    assert caught.value.returncode == 130
    path.write_bytes(b"\n".join(as_lines(ten_orders[::-1])) + b"\n")
    assert sum(stops_after(100, KeyboardInterrupt())) == 0
    assert import_file(path) == 0
    assert len(stored()) == 10


def test_an_engine_that_is_away_is_told_in_a_sentence(
    path: Path, ten_orders: Orders, stops_after: Callable[..., list[int]]
) -> None:
    path.write_bytes(b"\n".join(as_lines(ten_orders)))
    stops_after(1, EngineUnavailable("The engine is away."))
    with pytest.raises(CommandError, match=r"The engine is away\. .*again"):
        import_file(path)
    assert len(stored()) == 3


def test_versions_of_one_order_in_a_file_that_is_imported_again(path: Path, ten_orders: Orders) -> None:
    """The second run meets the first version after the last one, and moves nothing."""
    versions = [ten_orders[0] | {"tax": tax, "status": status} for tax, status in ((1, "received"), (2, "refunded"))]
    path.write_bytes(b"\n".join(as_lines([*versions, *ten_orders[1:]])))
    assert import_file(path, "--on-conflict", "update") == 0
    before = {order.order_reference: order for order in order_list(OrderFilter(), limit=200).items}
    assert (before["F-0"].status, before["F-0"].tax) == ("refunded", Decimal(2))
    assert import_file(path, "--on-conflict", "update") == 0
    assert {order.order_reference: order for order in order_list(OrderFilter(), limit=200).items} == before
