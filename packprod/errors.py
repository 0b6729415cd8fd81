"""The errors of the domain: one sentence each, without the engine's vocabulary."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field: `field` is a dotted path (`items.0.quantity`), `code` is for machines."""

    field: str
    code: str
    message: str


class PackProdError(Exception):
    """Base of all domain errors; `code` and `status` are the contract's: its name for programs, its HTTP status."""

    code = "error"
    status = 500

    def __init__(self, message: str, *, problems: Sequence[FieldProblem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)

    @property
    def sentence(self) -> str:
        """One full sentence that names the first problem and counts the others."""
        return full_sentence(self.message, self.problems)


def full_sentence(message: str, problems: Sequence[FieldProblem] = ()) -> str:
    """One full sentence for people: the first problem with its field, and how many more there are."""
    if not problems:
        return _ended(message)
    first = problems[0]
    named = first.message.startswith(first.field)
    sentence = _ended(first.message if named else f"{first.field}: {first.message}")
    return sentence + and_more(problems)


def and_more(problems: Sequence[FieldProblem]) -> str:
    """A sentence that says how many problems there are besides the first; empty if there are none."""
    more = len(problems) - 1
    if more < 1:
        return ""
    return " There is 1 more problem." if more == 1 else f" There are {more} more problems."


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


class InvalidInput(PackProdError):
    """What was sent cannot be understood or breaks a rule."""

    code = "validation_failed"
    status = 400


class InvalidCursor(InvalidInput):
    """A page cursor that we did not sign, or signed for another list."""

    code = "invalid_cursor"


class NotFound(PackProdError):
    """No such thing, or it belongs to another client."""

    code = "not_found"
    status = 404


class OrderConflict(PackProdError):
    """The orderReference exists with other content."""

    code = "order_conflict"
    status = 409

    @property
    def sentence(self) -> str:
        """Its message already names every field and what to do."""
        return self.message


class EditConflict(PackProdError):
    """Somebody changed it since the editor looked: nothing was written, look again."""

    code = "edit_conflict"
    status = 409


class EngineUnavailable(PackProdError):
    """The database engine cannot be reached or is overloaded: try again, nothing was lost."""

    code = "engine_unavailable"
    status = 503


class ListBeingBuilt(EngineUnavailable):
    """A list that is new in this version is still being built: try again in a few minutes."""

    code = "list_being_built"


class TooManyExports(PackProdError):
    """This process makes as many exports as it may at once: try again in a few seconds."""

    code = "too_many_exports"
    status = 429


class BrokenOrder(PackProdError):
    """An order row that no read model can use; it is parked and shown, and blocks nothing.

    `kind` is the reason without what is particular to the row: parked orders are counted by it.
    """

    code = "broken_order"

    def __init__(self, message: str, *, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind or message.rstrip(".")
