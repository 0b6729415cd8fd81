"""The Django app of the API: tokens, errors, envelope, paging, schema and health."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "packprod.api"
    verbose_name = "API access"
