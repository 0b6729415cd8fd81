"""`make run`: everything in the foreground, from an empty folder to `PackProd is ready`, until Ctrl-C."""

from django.core.exceptions import ImproperlyConfigured

from packprod.embedded.run import run

if __name__ == "__main__":
    try:
        run()
    except ImproperlyConfigured as exc:
        raise SystemExit(str(exc)) from None
