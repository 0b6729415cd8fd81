"""The program behind `make run`: runs everything in the foreground until Ctrl-C."""

from django.core.exceptions import ImproperlyConfigured

from packprod.embedded.run import run

if __name__ == "__main__":
    try:
        run()
    except ImproperlyConfigured as exc:
        raise SystemExit(str(exc)) from None
