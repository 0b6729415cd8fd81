"""The Django app of the API's mechanism: tokens, parameters, answers, errors, schema, probes."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "packprod.api"
    verbose_name = "API access"
