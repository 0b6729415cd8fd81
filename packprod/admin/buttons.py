"""What can be done on a page: buttons at its top, each for who may press it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """A POST to `url`; or a plain link, to a page that asks first. `variant` is one of unfold's: primary, danger."""

    text: str
    url: str
    variant: str = "default"
    is_link: bool = False
