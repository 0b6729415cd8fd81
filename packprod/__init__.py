"""PackProd: the back office of a packaging supplier. Importing it makes the Celery application known."""

from packprod.celery import app as celery_app
from packprod.version import __version__

__all__ = ["__version__", "celery_app"]
