"""The addresses of probes, schema and docs. Those of the apps come first: see packprod/urls.py."""

from django.urls import re_path

from packprod.api.errors import unknown_address
from packprod.api.openapi import DocsView, SchemaView
from packprod.api.probes import HealthView, MetricsView, ReadyView

urlpatterns = [
    re_path(r"^healthz/?$", HealthView.as_view(), name="healthz"),
    re_path(r"^readyz/?$", ReadyView.as_view(), name="readyz"),
    re_path(r"^metrics/?$", MetricsView.as_view(), name="metrics"),
    re_path(r"^api/schema/?\Z", SchemaView.as_view(), name="schema"),
    re_path(r"^api/docs/?\Z", DocsView.as_view(), name="docs"),
    re_path(r"^api(?:/[\s\S]*)?\Z", unknown_address),
]
