"""Who is signed in: the person of a session and what they may do, read anew by each request.

Two plain statements take the place of four of the ORM's. What they read decides at once: somebody who was shut out, has
a new password or lost a permission is refused from the next request on.
"""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from packprod.api.lookups import all_rows, first_row

Person = User | AnonymousUser
_BACKEND = "django.contrib.auth.backends.ModelBackend"
# In the model's own order, which from_db expects; no moments, which SQLite has as text.
_COLUMNS = ("id", "password", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active")
_FLAGS = frozenset({"is_superuser", "is_staff", "is_active"})  # SQLite has them as numbers
_USER = f"SELECT {', '.join(_COLUMNS)} FROM auth_user WHERE id = %s"  # noqa: S608 - only our own names
_PERMISSIONS = """
    SELECT c.app_label, p.codename FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
    WHERE p.id IN (SELECT permission_id FROM auth_user_user_permissions WHERE user_id = %s)
       OR p.id IN (SELECT g.permission_id FROM auth_group_permissions g
                   JOIN auth_user_groups u ON u.group_id = g.group_id WHERE u.user_id = %s)
"""


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, but for how `request.user` is read, once it is looked at."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]  # as Django's own does


def person_of(request: HttpRequest) -> Person:
    """The person whose session the request has; anonymous without one."""
    kept = request.session
    if SESSION_KEY not in kept:
        return AnonymousUser()
    person = _person(kept[SESSION_KEY]) if kept.get(BACKEND_SESSION_KEY) == _BACKEND else None
    if person is not None and person.is_active and _is_of(kept.get(HASH_SESSION_KEY, ""), person):
        return person
    return get_user(request)  # Django's own, which flushes what no longer counts


def _is_of(session_hash: str, person: User) -> bool:
    """Whether the session was made with the person's present password."""
    return constant_time_compare(session_hash, person.get_session_auth_hash())


def _person(key: str) -> User | None:
    row = first_row(_USER, User._meta.pk.to_python(key))
    if row is None:
        return None
    values = [bool(value) if name in _FLAGS else value for name, value in zip(_COLUMNS, row, strict=True)]
    person = User.from_db("default", _COLUMNS, values)
    if not person.is_superuser:
        _add_permissions(person)
    return person


def _add_permissions(person: User) -> None:
    """Fills in what ModelBackend keeps on a user once it has read it."""
    names = {f"{app}.{name}" for app, name in all_rows(_PERMISSIONS, person.pk, person.pk)}
    person._perm_cache = names  # type: ignore[attr-defined]  # ModelBackend's own attribute
