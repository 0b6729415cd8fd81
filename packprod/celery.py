"""The Celery application: queues and schedule come from the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "packprod.settings")

app = Celery("packprod")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["packprod.readmodels", "orders", "customers"])
