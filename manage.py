#!/usr/bin/env python
"""Django's command line. Commands that need the engine while nothing runs get one for their own time."""

import os
import sys

from django.core.management import execute_from_command_line

from packprod.embedded.temporary import engine_for


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "packprod.settings")
    try:
        with engine_for(sys.argv):
            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
