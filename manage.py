#!/usr/bin/env python
"""Django's command line. Commands that need the engine while nothing runs get one for their own time.

What an operator can mend is told in one sentence; DJANGO_DEBUG=1 shows the traceback too.
"""

import atexit
import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from packprod.embedded.temporary import engine_for
from packprod.errors import PackProdError


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "packprod.settings")
    atexit.register(gc.freeze)  # else Python's last collection looks at all that is loaded: 10 s on a busy machine
    try:
        with engine_for(sys.argv):
            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except (ImproperlyConfigured, PackProdError, DatabaseError, OSError) as exc:
        if os.environ.get("DJANGO_DEBUG", "0").lower() in {"1", "on", "true", "yes"}:
            raise
        sys.exit(_sentence(exc))


def _sentence(exc: Exception) -> str:
    match exc:
        case DatabaseError():
            reason = " ".join(str(exc).split()).rstrip(".")
            return (
                f"The SQL database cannot be used: {reason}. Check DATABASE_URL, by default packprod.sqlite3 in the "
                "data folder; a new database needs `manage.py migrate`."
            )
        case _:
            return str(exc)


if __name__ == "__main__":
    main()
