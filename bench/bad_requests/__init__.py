"""What real and hostile clients send: each case with the right statuses and the field to be named."""

from bench.bad_requests import bodies, fields, rights, routes
from bench.bad_requests.case import Case


def all_cases() -> list[Case]:
    """Every case that needs no answer of an earlier request."""
    return [*bodies.cases(), *fields.cases(), *rights.cases(), *routes.cases()]
