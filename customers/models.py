"""The models of this app that live in SQL."""

from customers.inbox.models import ReceivedImport

__all__ = ["ReceivedImport"]
