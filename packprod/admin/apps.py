"""The Django app of what all admin pages share, whose label leaves `admin` to Django's own app; and that app's site."""

from django.apps import AppConfig
from django.contrib.admin import apps as django_admin


class SiteConfig(django_admin.AdminConfig):
    """Django's own app with our site."""

    default = False
    default_site = "packprod.admin.site.Site"


class PackProdAdminConfig(AppConfig):
    """The bridge from Django's change lists to tables, saved views, groups."""

    default = True
    name = "packprod.admin"
    label = "packprod_admin"
    verbose_name = "Access"
