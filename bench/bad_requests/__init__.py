"""Bad requests, as real and hostile clients send them, each with the statuses and the field of a right answer."""

from bench.bad_requests import bodies, fields, rights, routes
from bench.bad_requests.case import Case


def all_cases() -> list[Case]:
    """Every case that does not depend on an earlier answer."""
    return [*bodies.cases(), *fields.cases(), *rights.cases(), *routes.cases()]
