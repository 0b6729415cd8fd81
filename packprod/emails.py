"""When two e-mail addresses are one: trimmed, case-folded, in Unicode's composed form (NFC)."""

import unicodedata


def normal_email(address: str) -> str:
    """The form in which addresses are compared."""
    return unicodedata.normalize("NFC", address.strip().casefold())
