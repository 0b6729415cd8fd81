"""`make run`: everything in the foreground, from an empty folder to `PackProd is ready`, until Ctrl-C."""

from packprod.embedded.run import run

if __name__ == "__main__":
    run()
