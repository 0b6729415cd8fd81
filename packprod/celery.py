"""The Celery application: queues and schedule come from the settings."""

import atexit
import gc
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "packprod.settings")
atexit.register(gc.freeze)  # a quick end, as in manage.py

app = Celery("packprod")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["packprod.readmodels", "orders.bulk", "customers", "customers.merging"])
