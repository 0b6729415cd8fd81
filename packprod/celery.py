"""The Celery application: queues and schedule come from the settings."""

import atexit
import gc
import os

from celery import Celery
from celery.signals import task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "packprod.settings")
atexit.register(gc.freeze)  # a quick end, as in manage.py

app = Celery("packprod")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["packprod.readmodels", "orders.bulk", "customers", "customers.merging"])


@task_prerun.connect  # type: ignore[untyped-decorator]  # celery has no types
def note_worker(**_: object) -> None:
    """Notes that this worker runs, for data health."""
    from packprod.dates import utc_now
    from packprod.observability.processes import process_note

    if os.environ.get("PACKPROD_PART", "worker").endswith("worker"):
        process_note("worker", now=utc_now())
