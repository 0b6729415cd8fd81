"""PackProd: the back office of a packaging supplier. Importing it makes the Celery application known."""

from packprod.celery import app as celery_app

__all__ = ["celery_app"]
