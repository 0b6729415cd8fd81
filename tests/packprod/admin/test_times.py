"""Times look alike wherever staff read them, and say which of two equal hours they mean."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from pytest_django import Settings

from packprod.dates import moment

pytestmark = pytest.mark.usefixtures("staff_site")


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2025-10-20T10:30:00Z", "20 Oct 2025, 21:30"),
        ("2025-04-05T14:59:59Z", "6 Apr 2025, 01:59"),
        ("2025-04-05T15:30:00Z", "6 Apr 2025, 02:30 AEDT"),
        ("2025-04-05T16:30:00Z", "6 Apr 2025, 02:30 AEST"),
        ("2025-04-05T17:00:00Z", "6 Apr 2025, 03:00"),
        ("2025-10-04T16:00:00Z", "5 Oct 2025, 03:00"),
    ],
)
def test_the_hour_that_occurs_twice_says_which_it_is(instant: str, shown: str) -> None:
    assert moment(datetime.fromisoformat(instant)) == shown


def test_a_zone_without_letters_shows_its_offset(settings: Settings) -> None:
    settings.PACKPROD_TIME_ZONE = "Africa/Casablanca"
    assert moment(datetime(2025, 2, 23, 1, 30, tzinfo=UTC)) == "23 Feb 2025, 02:30 +01"


def test_djangos_history_writes_times_as_all_pages_do(boss: Client) -> None:
    group = Group.objects.create(name="Night shift")
    LogEntry.objects.log_actions(User.objects.get().pk, [group], CHANGE, change_message="Renamed.", single_object=True)
    LogEntry.objects.update(
        action_time=datetime(2025, 10, 20, 10, 30, tzinfo=UTC),
        content_type=ContentType.objects.get_for_model(Group),
    )
    page = boss.get(f"/admin/auth/group/{group.pk}/history/").content.decode()
    assert "20 Oct 2025, 21:30" in page
    assert "p.m." not in page
