"""A changed setting or program changes what rows say without any record in the stream: a rebuild becomes due."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from customers.read_model import CUSTOMERS
from packprod.readmodels import registry
from packprod.readmodels.rebuild.definitions import are_rules_outdated, changed_models, record_built, record_if_empty
from packprod.readmodels.rebuild.rebuilding import rebuild, rebuild_if_due
from packprod.readmodels.rebuild.verify import verify
from tests.packprod.readmodels.conftest import CacheRow
from tests.packprod.readmodels.foreign_writer import ForeignWriter


def test_nothing_is_due_after_a_rebuild(writer: ForeignWriter, now: datetime) -> None:
    assert CUSTOMERS.name in changed_models()
    with capture_logs() as told:
        assert rebuild_if_due(now=now)
    assert [line["event"] for line in told] == ["rebuilding, as it is due", "rebuilt, as it was due"]
    assert CUSTOMERS.name in told[0]["changed"]
    assert changed_models() == []
    assert not rebuild_if_due(now=now)


def test_another_threshold_moves_customers_without_an_order(
    writer: ForeignWriter, caught_up: Callable[[], None], cached: CacheRow, settings: Settings, now: datetime
) -> None:
    writer.put("1")
    caught_up()
    record_built()
    before = cached("ann")
    assert before is not None
    settings.PACKPROD_VIP_ORDERS = 1
    assert changed_models() == [CUSTOMERS.name]
    assert rebuild_if_due(now=now)
    after = cached("ann")
    assert after is not None
    assert (before["segment"], after["segment"]) == ("New", "VIP")
    assert verify(settle=0) == []


def test_figures_are_said_to_be_of_other_rules_until_the_rebuild_is_done(
    writer: ForeignWriter, settings: Settings, now: datetime
) -> None:
    record_built()
    assert not are_rules_outdated()
    settings.PACKPROD_TIME_ZONE = "Africa/Cairo"
    assert are_rules_outdated()
    rebuild(now=now)
    assert not are_rules_outdated()


def test_another_version_of_the_program_is_a_rebuild(
    writer: ForeignWriter, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    record_built()
    monkeypatch.setitem(registry._models, CUSTOMERS.name, replace(CUSTOMERS, version=CUSTOMERS.version + 1))
    assert changed_models() == [CUSTOMERS.name]


def test_only_an_empty_table_is_up_to_date_unseen(writer: ForeignWriter) -> None:
    writer.put("1")
    record_if_empty()
    assert changed_models() != []
