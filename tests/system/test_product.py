"""The real thing end to end: a quick cut of every bench scenario against one started product."""

import pytest

from bench.product import Product
from bench.report import Report
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

pytestmark = pytest.mark.system


def test_an_order_through_its_whole_life(product: Product, report: Report) -> None:
    basics.run(product, report)


def test_figures_follow_each_order(product: Product, report: Report) -> None:
    latency.run(product, report, orders=8, pause=0.1)


def test_fifty_at_once_make_one_order_and_one_contact(product: Product, report: Report) -> None:
    concurrency.run(product, report, at_once=50)


def test_figures_follow_the_aws_cli(product: Product, report: Report) -> None:
    foreign.follows(product, report)


def test_broken_rows_block_nothing(product: Product, report: Report) -> None:
    broken.broken_rows(product, report)


def test_other_clients_never_show(product: Product, report: Report) -> None:
    strangers.other_clients(product, report)


def test_legacy_contacts_are_used_and_kept(product: Product, report: Report) -> None:
    strangers.legacy_contact(product, report)


def test_bad_input_is_answered_properly(product: Product, report: Report) -> None:
    badinput.run(product, report)


def test_days_alone_change_segments(product: Product, report: Report) -> None:
    dormancy.run(product, report)


def test_pages_survive_writes(product: Product, report: Report) -> None:
    paging.run(product, report, customers=80, movers=10, limit=10)


def test_a_frozen_engine_is_a_503(product: Product, report: Report) -> None:
    outage.run(product, report, hang_rounds=1)


def test_kill_minus_nine_loses_nothing(product: Product, report: Report) -> None:
    chaos.run(product, report, orders=200, times_each=1)


def test_stop_leaves_no_process_and_a_second_start_keeps_the_data(product: Product, report: Report) -> None:
    restart.after_ctrl_c(product, report)
