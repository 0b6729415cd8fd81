"""The real thing end to end: a quick cut of every bench scenario against one started product."""

import pytest

from bench.scenarios import (
    badinput,
    basics,
    broken,
    chaos,
    concurrency,
    dormancy,
    foreign,
    latency,
    outage,
    paging,
    restart,
    strangers,
)
from tests.system.conftest import Prove

pytestmark = pytest.mark.system


def test_an_order_through_its_whole_life(prove: Prove) -> None:
    prove(basics.run)


def test_figures_follow_each_order(prove: Prove) -> None:
    prove(latency.run, orders=8, pause=0.1)


def test_fifty_at_once_make_one_order_and_one_contact(prove: Prove) -> None:
    prove(concurrency.run, at_once=50)


def test_figures_follow_the_aws_cli(prove: Prove) -> None:
    prove(foreign.follows)


def test_broken_rows_block_nothing(prove: Prove) -> None:
    prove(broken.broken_rows)


def test_other_clients_never_show(prove: Prove) -> None:
    prove(strangers.other_clients)


def test_legacy_contacts_are_used_and_kept(prove: Prove) -> None:
    prove(strangers.legacy_contact)


def test_bad_input_is_answered_properly(prove: Prove) -> None:
    prove(badinput.run)


def test_days_alone_change_segments(prove: Prove) -> None:
    prove(dormancy.run)


def test_pages_survive_writes(prove: Prove) -> None:
    prove(paging.run, customers=80, moving=10, limit=10)


def test_a_frozen_engine_is_a_503(prove: Prove) -> None:
    prove(outage.run, hang_rounds=1)


def test_kill_minus_nine_loses_nothing(prove: Prove) -> None:
    prove(chaos.run, orders=200, times_each=1)


def test_stop_leaves_no_process_and_a_second_start_keeps_the_data(prove: Prove) -> None:
    prove(restart.after_ctrl_c)
