"""`python -m bench.exactness FILE --zone ZONE --ranges N`: compares, prints each difference, then their number.

Runs in the product's environment, with its read models built from the rows in FILE.
"""

import argparse
from pathlib import Path

import django


def main() -> None:
    """Prints the differences; the exit status is 0 even if there are any."""
    parser = argparse.ArgumentParser(prog="python -m bench.exactness", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--zone", required=True)
    parser.add_argument("--ranges", type=int, required=True)
    options = parser.parse_args()
    django.setup()
    _compare(options)


def _compare(options: argparse.Namespace) -> None:
    from bench.exactness.comparing import differences
    from bench.exactness.facts import Facts
    from packprod.dates import business_date, utc_now

    now = utc_now()
    facts = Facts(options.file.read_text().splitlines(), zone=options.zone)
    found = list(differences(facts, ranges=options.ranges, seed=options.ranges, now=now, today=business_date(now)))
    for one in found[:20]:
        print(one)
    print(f"{len(found)} differences")


if __name__ == "__main__":
    main()
