"""Sessions as Django keeps them in SQL, read by one plain statement: SESSION_ENGINE."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from packprod.api.lookups import first_row


class SessionStore(db.SessionStore):
    """Django's own, but for how it is read. It must keep its name: sessions are signed with it."""

    def load(self) -> dict[str, Any]:
        """What the session holds; empty if it is unknown or has expired."""
        row = first_row(_STORED, self.session_key, connection.ops.adapt_datetimefield_value(timezone.now()))
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])


_STORED = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
