"""The commands staff run: what they print, what they change, and the status they end with."""

from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from customers.management.commands import rebuild_read_models
from customers.tables import CustomerMetrics
from packprod.dynamodb.streams import Record
from packprod.readmodels.management.commands import verify_read_models
from packprod.readmodels.parked import parked_orders, parked_summary, summary_of
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.stream.dead_letters import bury, dead_letters
from packprod.readmodels.tables import DeadLetter
from reports.health.report import last_verification
from tests.packprod.readmodels.conftest import CacheRow
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.stored import snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is under way in these tests, so nothing has to settle."""
    for command in (verify_read_models, rebuild_read_models):
        monkeypatch.setattr(command, "verify", partial(verify, settle=0))


def run(*command: str) -> tuple[str, int]:
    """What a command printed, and its exit status."""
    out = StringIO()
    try:
        call_command(*command, stdout=out)
    except SystemExit as exc:
        return out.getvalue(), int(exc.code or 0)
    return out.getvalue(), 0


@pytest.fixture
def shop(writer: ForeignWriter, caught_up: Callable[[], None]) -> ForeignWriter:
    """Two customers, caught up."""
    writer.put("1", contact="ann")
    writer.put("2", contact="bob")
    caught_up()
    return writer


def test_verify_says_that_all_is_right(shop: ForeignWriter) -> None:
    assert run("verify_read_models") == ("0 differences\n", 0)


def test_data_health_knows_of_a_verification_by_command(shop: ForeignWriter) -> None:
    CustomerMetrics(shop.contact_id("ann")).delete()
    run("verify_read_models")
    kept = last_verification()
    assert kept is not None
    assert (kept.differences, kept.created_by, len(kept.listed)) == (1, "verify_read_models", 1)


def test_verify_prints_each_difference_and_fails(shop: ForeignWriter) -> None:
    CustomerMetrics(shop.contact_id("ann")).delete()
    printed, status = run("verify_read_models")
    assert status == 1
    assert printed.splitlines() == [f'["CustomerMetrics","{shop.contact_id("ann")}"]: missing', "1 difference"]


def test_verify_shows_parked_orders_which_are_no_difference(shop: ForeignWriter, caught_up: Callable[[], None]) -> None:
    order = shop.put("3", total="broken")
    caught_up()
    printed, status = run("verify_read_models")
    assert f"parked order {order}: total is not an amount of money: “broken”." in printed
    assert "parked, in no figure: 1 order worth 0.00 AUD (1 of an amount that cannot be read)" in printed
    assert status == 0


def test_rebuild_says_what_is_parked_by_reason_and_worth(shop: ForeignWriter) -> None:
    for name, total in (("3", "1,234.50"), ("4", "12.005")):
        shop.put(name, total=total, contactID=None)
    shop.put("5", createdAt="yesterday", total="100")
    shop.put("6", currency="EUR", total="100")
    printed, status = run("rebuild_read_models")
    assert (status, printed.splitlines()[-4:]) == (
        0,
        [
            "parked, in no figure: 4 orders worth 1,346.51 AUD (1 of an amount that cannot be read)",
            "  2 orders worth 1,246.51 AUD: contactID is missing: the order belongs to no customer",
            "  1 order worth 100.00 AUD: createdAt is not an instant with an offset",
            "  1 order worth 0.00 AUD (1 of an amount that cannot be read): "
            "currency is EUR; figures are kept in AUD only",
        ],
    )
    assert parked_summary() == summary_of(parked_orders())


def test_rebuild_mends_everything(shop: ForeignWriter) -> None:
    CustomerMetrics(shop.contact_id("ann")).delete()
    shop.put("1", contact="cat")
    printed, status = run("rebuild_read_models")
    assert (printed.startswith("0 "), status) == (False, 0)
    assert verify(settle=0) == []
    assert run("rebuild_read_models") == ("0 rows differed and were derived afresh\n", 0)


def test_a_dry_run_shows_what_a_rebuild_would_mend_and_changes_nothing(shop: ForeignWriter, client_id: str) -> None:
    CustomerMetrics(shop.contact_id("ann")).delete()
    before = snapshot(client_id)
    printed, status = run("rebuild_read_models", "--dry-run")
    assert f'["CustomerMetrics","{shop.contact_id("ann")}"]: missing' in printed
    assert printed.endswith("1 difference; nothing was changed\n")
    assert (snapshot(client_id), status) == (before, 0)


def test_one_contact_is_rebuilt_alone(shop: ForeignWriter, cached: CacheRow) -> None:
    for contact in ("ann", "bob"):
        CustomerMetrics(shop.contact_id(contact)).delete()
    preview, _ = run("rebuild_read_models", "--contact", shop.contact_id("ann"), "--dry-run")
    assert preview.endswith("1 difference; nothing was changed\n")
    run("rebuild_read_models", "--contact", shop.contact_id("ann"))
    assert cached("ann") is not None
    assert cached("bob") is None


@pytest.mark.parametrize("happened", ["arrived", "left"])
def test_one_contact_is_rebuilt_after_lost_events(happened: str, shop: ForeignWriter, cached: CacheRow) -> None:
    """Orders that came to it, and orders that went: its projection rows still claim those."""
    if happened == "arrived":
        shop.put("2", contact="ann")
    else:
        shop.put("1", contact="bob")
    run("rebuild_read_models", "--contact", shop.contact_id("ann"))
    row = cached("ann")
    assert (row["orderCount"] if row else None) == {"arrived": 2, "left": None}[happened]
    assert verify(settle=0) == []


def test_await_caught_up_returns_once_the_stream_is_drained(shop: ForeignWriter) -> None:
    assert run("await_caught_up", "--timeout", "0") == ("caught up\n", 0)


@pytest.mark.parametrize("waiting", ["record", "summary"])
def test_await_caught_up_fails_while_something_waits(
    waiting: str, shop: ForeignWriter, caught_up: Callable[[], None], now: Any
) -> None:
    order = shop.put("3")
    if waiting == "summary":
        caught_up()
        shop.put("3", total=99)
        project([order], now=now)
    with pytest.raises(CommandError, match="not caught up"):
        call_command("await_caught_up", "--timeout", "0")
    caught_up()
    assert run("await_caught_up", "--timeout", "0")[1] == 0


@pytest.fixture
def letter(writer: ForeignWriter, client_id: str, caught_up: Callable[[], None], now: Any) -> Iterator[str]:
    """The dead letter of an order that no read model knows; the order's id."""
    caught_up()
    order = writer.put("lost")
    record = Record(f"letter-of-{client_id}", old=None, new={"orderID": order}, raw={"dynamodb": {}})
    bury(record, source_id=order, reason="RuntimeError: a bug, mended since", now=now)
    yield order
    for one in list(dead_letters()):
        DeadLetter(one["letterID"]).delete()


def test_verify_counts_dead_letters(letter: str) -> None:
    printed, status = run("verify_read_models")
    assert "1 dead letter: run `manage.py replay_dead_letters`" in printed
    assert status == 1  # their orders are missing in the figures


def test_replaying_dead_letters_brings_their_orders_in(letter: str, cached: CacheRow) -> None:
    assert run("replay_dead_letters") == ("1 dead letters replayed\n", 0)
    assert list(dead_letters()) == []
    assert cached("ann") is not None
    assert verify(settle=0) == []
    assert run("replay_dead_letters") == ("0 dead letters replayed\n", 0)


@pytest.mark.parametrize("contact_id", ["nobody", ""])
def test_an_unknown_contact_is_refused(shop: ForeignWriter, contact_id: str) -> None:
    for options in ((), ("--dry-run",)):
        with pytest.raises(CommandError, match=f"There is no customer {contact_id}") as caught:
            run("rebuild_read_models", f"--contact={contact_id}", *options)
        assert caught.value.returncode == 1


def test_a_contact_is_known_by_what_is_stored_of_it(
    shop: ForeignWriter, caught_up: Callable[[], None], cached: CacheRow
) -> None:
    """Its last order went while nobody read the stream."""
    shop.delete("1")
    assert run("rebuild_read_models", "--contact", shop.contact_id("ann"))[1] == 0
    assert cached("ann") is None
