"""The sweep makes the index whole, goes on where it stopped, and finds what has drifted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from customers import tasks
from customers.contact_index import sweep as module
from customers.contact_index.keys import email_key, is_complete, phone_partition
from customers.contact_index.selectors import index_state, read_keys
from customers.contact_index.services import entries_add, entries_remove
from customers.contact_index.sweep import contact_key_differences, contact_keys_sweep, sweep_is_due
from customers.tables import Contact
from packprod.dynamodb.errors import ConditionFailed
from tests.orders.foreign import put_row

Legacy = Callable[..., dict[str, Any]]


def stored(email: str) -> set[str]:
    key = email_key(email)
    return set(read_keys([key]).get(key, {}).get("contactIDs", ()))


def test_a_pass_in_many_steps_is_complete_only_once_all_contacts_were_read(
    legacy: Legacy, client_id: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    rows = {f"p{at}@example.com": legacy(email=f"P{at}@Example.com")["contactID"] for at in range(5)}
    was_complete = []
    while not contact_keys_sweep(clock=lambda: now, seconds=0).finished:
        was_complete.append(is_complete(index_state()))
        assert was_complete[-1] <= all(stored(email) == {one} for email, one in rows.items())
    assert was_complete[0] is False
    assert is_complete(index_state())
    assert all(stored(email) == {one} for email, one in rows.items())


def test_a_second_pass_mends_what_drifted_and_keeps_the_index_complete(
    legacy: Legacy, sweep: Any, client_id: str, log_lines: Any
) -> None:
    row = legacy(email="Mary@Example.com", phone="02 5550 1234")
    first = sweep()
    assert (first.finished, first.added, first.removed) == (True, 2, 0)
    phone = (phone_partition("+61255501234"), row["contactID"])
    entries_remove_quietly(phone, row)
    entries_add([(email_key("ann@example.com"), row["contactID"])])
    assert sorted(contact_key_differences_of(row)) == [
        f"contact {row['contactID']}: is in the index under a e-mail that it does not have",
        f"contact {row['contactID']}: its phone is not in the index",
    ]
    second = sweep()
    assert (second.added, second.removed) == (1, 1)
    assert not contact_key_differences_of(row)
    assert "the index of contacts had drifted and is mended" in [one["event"] for one in log_lines()]


def entries_remove_quietly(phone: tuple[str, str], row: dict[str, Any]) -> None:
    """Removes an entry that is right, as no code of ours does."""
    put_row(Contact, {name: value for name, value in row.items() if name != "phone"})
    entries_remove([(phone, row["contactID"])])
    put_row(Contact, row)


def contact_key_differences_of(row: dict[str, Any]) -> list[str]:
    return [one for one in contact_key_differences() if row["contactID"] in one]


def test_when_a_pass_is_due(sweep: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_followed", lambda now: True)
    assert sweep_is_due(now=now)
    sweep()
    assert not sweep_is_due(now=now + timedelta(hours=23))
    assert sweep_is_due(now=now + timedelta(hours=24))
    monkeypatch.setattr(module, "is_followed", lambda now: False)
    assert not sweep_is_due(now=now + timedelta(minutes=9))
    assert sweep_is_due(now=now + timedelta(minutes=10))


def test_the_stream_counts_as_followed_while_somebody_reads_it(
    client_id: str, now: datetime, caught_up: Callable[[], None]
) -> None:
    assert not module.is_followed(now + timedelta(days=1))


def test_a_pass_that_another_process_began_anew_stops(
    legacy: Legacy, client_id: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    legacy(email="A@Example.com")
    begun = module._Pass.begin(index_state(), now=now)
    module._Pass.begin(index_state(), now=now + timedelta(seconds=1))
    with pytest.raises(ConditionFailed):
        begun.step(now=now)


def test_the_task_goes_on_until_it_is_finished(legacy: Legacy, client_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    legacy(email="A@Example.com")
    sent = []
    monkeypatch.setattr(tasks, "contact_keys_sweep", lambda clock: contact_keys_sweep(clock=clock, seconds=0))
    monkeypatch.setattr(tasks.sweep_contact_keys, "delay", lambda: sent.append(1))
    tasks.sweep_contact_keys()
    assert sent == [1]


def test_the_command_says_what_differs(legacy: Legacy, client_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    row = legacy(email="Mary@Example.com")
    with pytest.raises(SystemExit):
        call_command("index_contacts", check=True)
    assert f"contact {row['contactID']}: its e-mail is not in the index" in capsys.readouterr().out
    call_command("index_contacts")
    assert "added, 0 removed" in capsys.readouterr().out
    call_command("index_contacts", if_incomplete=True)
    assert not capsys.readouterr().out
    assert not contact_key_differences_of(row)
