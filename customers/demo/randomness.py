"""Repeatable chance: each thing draws from its own seeded source, so adding one changes no other."""

from random import Random


def seeded(*parts: object) -> Random:
    """A source of chance that depends on nothing but the parts."""
    return Random("/".join(str(part) for part in parts))  # noqa: S311 - demo data, not secrets
