"""`{% frame %}`: a page of the admin, its parts put into what is around them.

Menu, scripts, theme and search are the same on every page of a person, and half of what rendering a page costs.
unfold's own templates render them once (packprod_admin/frame.html), with slots for
the parts that differ from page to page.
"""

import re
from collections.abc import Hashable, Mapping
from secrets import token_hex
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from django import template
from django.contrib import admin
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from packprod.admin.held import Held

register = template.Library()
_MARK = token_hex(16)  # no text of anybody's can name a slot
_SLOT = re.compile(f"{_MARK}-([a-z]+)-")
_CSRF = "csrf"
_HEADER = "header"
_FRAMES: Held["_Frame"] = Held(most=500)
_HEADERS: Held[str] = Held(most=500)


class _Person(NamedTuple):
    """What the menu shows of a person."""

    full_name: str
    username: str
    email: str
    is_staff: bool
    has_password: bool


class _Shown(NamedTuple):
    """All that a frame shows."""

    person: _Person
    menu: tuple[tuple[str, bool, bool], ...]  # address, whether it is the present page's, whether it may be opened
    has_permission: bool
    has_menu: bool
    is_popup: bool
    is_wide: bool
    has_tabs: bool
    offset: Any  # of the clocks, which daylight saving time moves


class _Frame:
    """Text with slots."""

    def __init__(self, text: str) -> None:
        self._texts = _SLOT.split(text)
        self._names = self._texts[1::2]

    def around(self, parts: Mapping[str, str]) -> SafeString:
        texts = self._texts.copy()
        texts[1::2] = [parts[name] for name in self._names]
        return mark_safe("".join(texts))  # noqa: S308 - of what templates rendered


class FrameNode(template.Node):
    """The parts of a page, rendered, and the frame around them."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Any) -> SafeString:
        parts = {part.name: part.rendered(context) for part in self.nodelist if isinstance(part, PartNode)}
        parts[_CSRF] = str(context.get("csrf_token") or "")
        return _frame_of(context).around(parts)


class PartNode(template.Node):
    """One part of a page. It goes into its slot of the frame, and is no text where it stands."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def rendered(self, context: Any) -> str:
        if self.name == _HEADER and (key := _header_key(context)) is not None:
            return _HEADERS.get(key, lambda: str(self.nodelist.render(context)))
        return str(self.nodelist.render(context))

    def render(self, context: Any) -> str:
        return ""


@register.tag
def frame(parser: Parser, token: Token) -> FrameNode:
    """`{% frame %}…{% endframe %}` around the parts."""
    nodelist = parser.parse(("endframe",))
    parser.delete_first_token()
    return FrameNode(nodelist)


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """`{% part name %}…{% endpart %}`"""
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(token.split_contents()[1], nodelist)


@register.simple_tag
def slot(name: str) -> str:
    """Where the frame holds a part."""
    return f"{_MARK}-{name}-"


def _frame_of(context: Any) -> _Frame:
    shown = _shown(context)
    if not shown.menu:  # what is there instead depends on more
        return _rendered(context, shown)
    return _FRAMES.get(shown, lambda: _rendered(context, shown))


def _shown(context: Any) -> _Shown:
    items = (item for group in context.get("sidebar_navigation") or () for item in group["items"])
    user = context["request"].user
    return _Shown(
        person=_Person(
            user.get_full_name() if user.is_authenticated else "",
            user.get_username(),
            getattr(user, "email", ""),
            user.is_staff,
            user.is_authenticated and user.has_usable_password(),
        ),
        menu=tuple((item["link"], bool(item["active"]), bool(item["has_permission"])) for item in items),
        has_permission=bool(context.get("has_permission")),
        has_menu=bool(context.get("is_nav_sidebar_enabled")),
        is_popup=bool(context.get("is_popup")),
        is_wide=_is_wide(context),
        has_tabs=bool(context.get("opts")),
        offset=timezone.localtime().utcoffset(),
    )


def _is_wide(context: Any) -> bool:
    model_admin = getattr(context.get("cl"), "model_admin", None)
    return bool(getattr(model_admin, "list_fullwidth", False)) or context.get("is_fullwidth") == "1"


def _rendered(context: Any, shown: _Shown) -> _Frame:
    """From the site's settings and what is shown; the page's own request and person are not at hand."""
    request = HttpRequest()
    person = shown.person
    request.user = SimpleNamespace(  # type: ignore[assignment]
        get_full_name=person.full_name,
        get_username=person.username,
        email=person.email,
        is_staff=person.is_staff,
        has_usable_password=person.has_password,
    )
    values = cast(Any, admin.site).same_for_all | {
        "sidebar_navigation": context.get("sidebar_navigation"),
        "has_permission": shown.has_permission,
        "is_nav_sidebar_enabled": shown.has_menu,
        "is_popup": shown.is_popup,
        "is_fullwidth": "1" if shown.is_wide else "",
        "opts": shown.has_tabs,
        "csrf_token": slot(_CSRF),
    }
    if not shown.menu:
        values["available_apps"] = context.get("available_apps")
    return _Frame(get_template("packprod_admin/frame.html").render(values, request))


_HEADER_VARIES_BY = ("original", "object", "adminform", "actions_list", "actions_detail", "environment")
_HEADER_SHOWS = (
    "content_title",
    "nav_global",
    "nav_global_side",
    "actions_items",
    "show_back_button",
    "has_permission",
    "is_nav_sidebar_enabled",
    "is_popup",
)


def _header_key(context: Any) -> Hashable | None:
    """What a header shows; None for one of a single row, or of a number of rows, which few requests have."""
    cl, opts = context.get("cl"), context.get("opts")
    if any(context.get(name) for name in _HEADER_VARIES_BY) or not (opts or context.get("content_title")):
        return None
    if cl is not None and cl.full_result_count != cl.result_count:
        return None
    label = getattr(opts, "label", "") or getattr(getattr(context.get("model_admin"), "opts", None), "label", "")
    return (label, bool(opts), _is_wide(context), *(str(context.get(name) or "") for name in _HEADER_SHOWS))
