"""How text is normalised and compared, once for import, storage, identity and search: texts of any kind, e-mail
addresses, phone numbers, references and codes, words of a search.

`normal_text` is what is stored. Two texts are the same where one of the other functions gives the same for both.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

import idna
import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

WORD_LENGTH = 100
MAX_WORDS = 60
# What no reader sees: Unicode's Default_Ignorable_Code_Point and all other format characters (category Cf).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_MOST_MARKS = 30  # on one letter, as in Unicode's stream-safe text (UAX 15); NFC takes quadratic time for more
_SHORT = 100  # characters, for which that time is nothing
# What programs write in the place of a value that they do not have. Null, None and Nan are also names of people.
_NAMES_OF_NOTHING = frozenset({"null", "none", "nan"})
_NOTHING = frozenset(
    {"undefined", "(null)", "<null>", "<nil>", "<none>", "<undefined>", "<no value>"}
    | {"#n/a", "#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!"}  # errors of a spreadsheet
)
# An object of JavaScript written as text; the expression of a template that nobody filled in.
_UNFILLED = re.compile(r"\[object \w+\]|\{\{.*\}\}|\$\{.*\}|<%.*%>", re.IGNORECASE)
_PLAIN = re.compile(r"(?!\s*undefined)[\w .,:;'/&@+-]*", re.ASCII | re.IGNORECASE)
_LONGEST_NUMBER = 100  # digits of a code sent as a number
_QUOTED = re.compile(r'"(.+)"')
_DOT_ATOM = re.compile(r"""[^\s"(),.:;<>@\[\\\]]+(\.[^\s"(),.:;<>@\[\\\]]+)*""")
_IPV6 = "[ipv6:"
# Letters that Unicode does not decompose, but people type without their stroke; the sign between two measures.
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "×": "x"}
)
_QUOTES = str.maketrans("‘’‚‛′ʼ´`“”„‟″", "''''''''\"\"\"\"\"")
# Dashes and apostrophes, which some write within a name and others do not.
_JOINERS = re.compile(
    "['\u02b9-\u02bd\u055a\u05f3\ua78c\\-\u058a\u05be\u2010-\u2015\u2212\u2e3a\u2e3b\u30fb\ufe58\ufe63]"
)
# A word is also found from the start of each of its parts, of the second measure in 300x200, and of each character in
# the scripts that put no spaces between words (Han, kana, Hangul, Thai, Lao, Tibetan, Burmese, Khmer).
_TIMES = re.compile(r"(?<=\d) x(?: (?=\d)|$)")  # 300 x 200, and its start
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1100-\u1112\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_ENDING = re.compile(r"[,;:!?)\]}\"]+$")
_START = re.compile(rf"(?<![^\W_])[^\W_]|(?<=\dx)\d|[{_UNSPACED}]")
_AT_START = rf"(?:(?<![^\W_])(?=[^\W_])|(?<=\dx)(?=\d)|(?=[{_UNSPACED}]))"


def normal_text(text: str) -> str:
    """The text as it is stored: Unicode's composed form (NFC), without invisible characters, white space of any kind
    and length one space, trimmed. Empty for a text in which nothing can be seen."""
    if text.isascii():
        return " ".join(text.split())
    visible = _INVISIBLE.sub("", text)
    return " ".join(unicodedata.normalize("NFC", visible if len(visible) <= _SHORT else _stream_safe(visible)).split())


def _stream_safe(text: str) -> str:
    """The text without the combining marks that no real text has: those after the thirtieth in a row."""
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def normal_code(value: str | int | Decimal) -> str:
    """A reference or product code as it is stored, sent as text or as a number: 1001 and 1001.0 are "1001".

    A number that is no code (infinite, or of more than 100 digits) keeps its scientific notation.
    """
    if isinstance(value, str):
        return normal_text(value)
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
        return str(number)
    whole = number.to_integral_value()
    return f"{whole + 0:f}" if whole == number else f"{number:f}"


def is_placeholder(text: str) -> bool:
    """Whether a program wrote the text in the place of a value that it did not have: undefined, null, NaN and so on."""
    return is_unfilled(text) or _bare_word(text) in _NAMES_OF_NOTHING


def is_unfilled(text: str) -> bool:
    """Whether the text is a placeholder even where people's names are expected: somebody may be called Null."""
    if _PLAIN.fullmatch(text):
        return False
    seen = normal_text(text).lower()
    return seen in _NOTHING or _bare_word(text) in _NOTHING or _UNFILLED.search(seen) is not None


def _bare_word(text: str) -> str:
    """Without the quotes or the number sign that a template put around it: "undefined", #undefined."""
    return normal_text(text).lower().strip("#'\"")


def normal_email(address: str) -> str:
    """The form in which e-mail addresses are compared and stored: `local@domain`, the local part in lower case (not
    case-folded: moss@ and moß@ are two people) and without needless quotes, the domain in its ASCII form (RFC 5890,
    mapped by UTS 46).

    What is no address is only normalised and put in lower case.
    """
    text = normal_text(address)
    if text.isascii() and '"' not in text and "]" not in text:
        return text.lower()
    local, at, domain = text.rpartition("@")
    return _local_part(normal_text(local.lower())) + at + _ascii_domain(domain)


def _local_part(local: str) -> str:
    """`"john"` and `john` are the same (RFC 5321, 4.1.2); quotes that are needed stay."""
    quoted = _QUOTED.fullmatch(local)
    bare = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else ""
    return bare if _DOT_ATOM.fullmatch(bare) else local


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        lower = domain.lower()
        return _ipv6_literal(lower) if lower.startswith(_IPV6) else lower
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return normal_text(domain.lower())


def _ipv6_literal(domain: str) -> str:
    try:
        return f"{_IPV6}{ipaddress.IPv6Address(domain[len(_IPV6) : -1])}]"
    except ValueError:
        return domain


def shown_email(address: str) -> str:
    """A stored e-mail address as people read it: its domain in Unicode."""
    local, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return local + at + idna.decode(domain)
    except idna.IDNAError:
        return address


@lru_cache(4096)
def normal_phone(number: str, country: str) -> str:
    """The form in which phone numbers are compared: international (E.164), such as "+61255501234", with ";ext=5" where
    an extension was given. Numbers without a country code are read as those of `country` (ISO 3166, "AU").

    Empty for what is no number that reaches one person from anywhere: a word, a number without its area code, zeros,
    one with a digit too many.
    """
    parsed = _parsed_phone(number, country)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return ""
    extension = f";ext={parsed.extension}" if parsed.extension else ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) + extension


def phone_words(number: str, country: str) -> list[str]:
    """The digits by which a phone number is found: international, national, and without the national prefix; for what
    is no number the digits in it."""
    parsed = _parsed_phone(number, country)
    if parsed is None:
        return [found] if (found := digits_of(number)) else []
    international = f"{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"
    national = digits_of(phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL).partition(" ext")[0])
    return list(dict.fromkeys([international, national, phonenumbers.national_significant_number(parsed)]))


@lru_cache(4096)
def _parsed_phone(number: str, country: str) -> PhoneNumber | None:
    text = unicodedata.normalize("NFKC", normal_text(number))
    try:
        parsed = phonenumbers.parse(text, country)
        if text.startswith("00") and not phonenumbers.is_valid_number(parsed):
            parsed = phonenumbers.parse(f"+{text[2:]}", country)  # 00 is how most of the world dials abroad
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE
    return parsed if possible else None


def digits_of(text: str) -> str:
    """The digits in a text, those of other scripts as 0 to 9."""
    return "".join(str(unicodedata.digit(character)) for character in text if character.isdigit())


def caseless(text: str) -> str:
    """The form in which references, product codes and sources are compared: in any case, but accents count."""
    return normal_text(text).casefold()


def fold(text: str) -> str:
    """Case-folded, without accents, quotes straight: "Ångström" and "angstrom" are the same."""
    if text.isascii():
        return text.lower().replace("`", "'")
    decomposed = unicodedata.normalize("NFKD", text.translate(_QUOTES).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.casefold().translate(_STROKES)


def bare_text(text: str) -> str:
    """Folded, without dashes and apostrophes: "Smith–Jones" and "smithjones" are the same, and 300×200 is 300x200."""
    return _JOINERS.sub("", _TIMES.sub("x", fold(normal_text(text))))


def words(*texts: str) -> list[str]:
    """Every word of the texts from the start of each of its parts on ("obrien", "brien"), folded, without dashes and
    apostrophes, each once.

    What starts like a part starts like that tail, too.
    """
    found: dict[str, None] = {}
    for text in texts:
        for word in _folded_words(text):
            for start in _START.finditer(word):
                found.setdefault(_joined(word[start.start() :]))
    return list(found)[:MAX_WORDS]


@lru_cache(4096)
def searched_text(*texts: str) -> str | None:
    """The texts as `word_start` searches them, which takes a third of the time of making their words. None for texts
    that have more words than `words` returns."""
    folded = "\n".join(_TIMES.sub("x", fold(normal_text(text))) for text in dict.fromkeys(texts))
    return folded if len(_START.findall(folded)) <= MAX_WORDS else None


@lru_cache(1024)
def word_start(start: str) -> re.Pattern[str]:
    """Finds in a `searched_text` a word, as `words` makes them, that starts with a word of a search."""
    return re.compile(_AT_START + f"{_JOINERS.pattern}*".join(map(re.escape, start)))


def query_words(text: str) -> list[str]:
    """The words that a search looks for, without what stands before their first letter or digit, and without a comma or
    bracket at their end; none for a blank text.

    A text without any letter or digit is itself a word, with which no word starts: "*" finds nobody, not everybody.
    """
    starts = ((word, _START.search(word)) for word in _folded_words(text))
    found = list(dict.fromkeys(_joined(_ENDING.sub("", word[start.start() :])) for word, start in starts if start))
    return found or list(normal_text(text)[:1])


def _folded_words(text: str) -> Iterator[str]:
    yield from _TIMES.sub("x", fold(normal_text(text))).split()


def _joined(word: str) -> str:
    return _JOINERS.sub("", word)[:WORD_LENGTH]


def matches(wanted: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether every wanted word is a prefix of some word of the texts."""
    known = words(*texts)
    return all(any(word.startswith(prefix) for word in known) for prefix in wanted)
