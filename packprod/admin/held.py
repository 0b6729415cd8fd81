"""Text that a process renders once and holds.

What is held must be a function of its key alone, and the key holds everything that the text shows: then a changed
right, name or setting is another key, and nobody can be shown another person's. CSRF tokens are no part of held text.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.conf import settings
from django.urls import get_script_prefix
from django.utils.translation import get_language

T = TypeVar("T")


class Held(Generic[T]):
    """Up to `most` values by key; a process that meets more of them forgets all and begins anew."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, T] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made where it is not held. While templates are edited (DEBUG) nothing is held."""
        if settings.DEBUG:
            return make()
        whole = (get_script_prefix(), get_language(), key)
        value = self._values.get(whole)
        if value is None:
            value = make()
            if len(self._values) >= self._most:
                self._values.clear()
            self._values[whole] = value
        return value
