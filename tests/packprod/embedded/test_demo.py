"""Demo data and the demo login appear once, and never where somebody already works."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from packprod.embedded.demo import DemoData, demo_password
from packprod.embedded.engine import database_file
from packprod.embedded.management.commands.prepare_run import REBUILDING, leave_greeting
from packprod.embedded.options import Options
from packprod.readmodels.rebuild.definitions import record_built


def _options(data_dir: Path, *, demo: bool = True) -> Options:
    return Options(data_dir=data_dir, port=8000, dynamodb_endpoint_url="", redis_url="", demo=demo)


def test_first_start_loads_it_until_complete(tmp_path: Path) -> None:
    assert DemoData(_options(tmp_path)).is_due
    assert DemoData(_options(tmp_path)).is_due, "the first start was killed"
    DemoData(_options(tmp_path)).loaded()
    assert not DemoData(_options(tmp_path)).is_due


def test_a_folder_that_began_without_stays_without(tmp_path: Path) -> None:
    assert not DemoData(_options(tmp_path, demo=False)).is_due
    assert not DemoData(_options(tmp_path)).is_due


def test_never_into_data_that_was_there(tmp_path: Path) -> None:
    options = _options(tmp_path)
    options.engine_store.mkdir()
    database_file(options.engine_store).touch()
    assert not DemoData(options).is_due


@pytest.mark.parametrize("endpoint", ["aws", "https://dynamodb.eu-west-1.amazonaws.com"])
def test_amazon_gets_none_unless_asked(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("DYNAMODB_ENDPOINT_URL", endpoint)
    monkeypatch.delenv("PACKPROD_DEMO", raising=False)
    assert not Options.from_environment().demo
    monkeypatch.setenv("PACKPROD_DEMO", "1")
    assert Options.from_environment().demo


@pytest.mark.django_db
def test_login_is_shown_as_long_as_its_password_is_ours(tmp_path: Path) -> None:
    password = demo_password(tmp_path)
    assert password is not None
    assert demo_password(tmp_path) == password
    user = get_user_model().objects.get(username="demo")
    assert user.is_superuser
    user.set_password("another one")
    user.save()
    assert demo_password(tmp_path) is None


@pytest.mark.django_db
def test_no_login_where_somebody_can_sign_in(tmp_path: Path) -> None:
    get_user_model().objects.create_user("ann")
    assert demo_password(tmp_path) is None


@pytest.mark.django_db
def test_old_figures_are_told_at_the_start(tmp_path: Path, client_id: str) -> None:
    greeting = tmp_path / "run" / "greeting"
    greeting.parent.mkdir()
    leave_greeting(tmp_path)
    assert greeting.read_text() == REBUILDING
    record_built()
    leave_greeting(tmp_path)
    assert not greeting.exists()
