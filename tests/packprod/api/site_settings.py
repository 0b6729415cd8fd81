"""The product's settings with the test site's addresses, for a web server in a process of its own."""

from packprod.settings import *  # noqa: F403

ROOT_URLCONF = "tests.packprod.api.site"
