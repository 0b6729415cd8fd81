"""Links between pages of the admin, only for those who may open them."""

from functools import cache
from typing import Any
from urllib.parse import quote as urlquote
from urllib.parse import urlencode

from django.contrib.admin.utils import quote, unquote
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.safestring import SafeString

from packprod.admin.formats import escaped
from packprod.rights import may, rights_of

_DOT = "_2E"
_KEY = "-key-"
_KEPT = "!$&'()*+,;=/~:@"  # as `reverse` quotes


def may_view(user: Any, model: str) -> bool:
    """Whether a user may open the pages of a model (`"orders.order"`)."""
    return may(user, rights_of(model).view)


def page_link(request: HttpRequest, model: str, key: str, text: str) -> str:
    """A link to the page of one row; the bare text for those who may not open it."""
    if not key or not text or not may_view(request.user, model):
        return text
    return link(change_url(model, key), text)


def change_url(model: str, key: str) -> str:
    """The address of the page of one row."""
    return row_url(model, "change", key)


def row_url(model: str, page: str, key: str) -> str:
    """The address of a page of one row; `key_of` gives the key back."""
    before, after = _around_key(model, page, get_urlconf(), get_script_prefix())
    return f"{before}{urlquote(quoted_key(key), safe=_KEPT)}{after}"


@cache
def _around_key(model: str, page: str, _urlconf: str | None, _prefix: str) -> tuple[str, str]:
    """The address before and after the key: a list has one for each row, and `reverse` takes its time."""
    before, _, after = reverse(f"admin:{model.replace('.', '_')}_{page}", args=[_KEY]).partition(_KEY)
    return before, after


def quoted_key(key: str) -> str:
    """A key as part of an address, as Django's admin quotes it; `.` and `..` too, which browsers would resolve."""
    quoted: str = quote(key)
    return quoted.replace(".", _DOT) if key.strip(".") == "" else quoted


def key_of(object_id: str) -> str:
    """The key in an address. Django quotes every underscore of a key, so a dot is never taken for one."""
    return str(unquote(with_dots(object_id)))


def with_dots(object_id: str) -> str:
    """The part of an address as Django's own views unquote it."""
    return object_id.replace(_DOT, ".")


def list_link(request: HttpRequest, model: str, text: str, **filters: str) -> str:
    """A link to a change list with filters; empty for those who may not open it."""
    if not may_view(request.user, model):
        return ""
    address = reverse(f"admin:{model.replace('.', '_')}_changelist")
    return link(f"{address}?{urlencode(filters)}", text)


def link(url: str, text: str) -> str:
    """A link as the admin's lists show it."""
    return SafeString(f'<a class="pp-link" href="{escaped(url)}">{escaped(text)}</a>')
