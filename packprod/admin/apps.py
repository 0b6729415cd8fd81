"""The Django app of what all admin pages share. Its label leaves `admin` to Django's own app."""

from django.apps import AppConfig


class PackProdAdminConfig(AppConfig):
    """The bridge from Django's change lists to tables, saved views, groups."""

    name = "packprod.admin"
    label = "packprod_admin"
    verbose_name = "Access"
