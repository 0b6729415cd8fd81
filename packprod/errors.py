"""The errors the domain speaks in: no engine or HTTP vocabulary, one sentence each."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field: `field` is a dotted path (`items.0.quantity`), `code` is for machines."""

    field: str
    code: str
    message: str


class PackProdError(Exception):
    """Base of all domain errors; `code` is the contract's machine-readable name."""

    code = "error"

    def __init__(self, message: str, *, problems: Sequence[FieldProblem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)


class InvalidInput(PackProdError):
    """What was sent cannot be understood or breaks a rule."""

    code = "validation_failed"


class InvalidCursor(InvalidInput):
    """A page cursor that we did not sign, or signed for another list."""

    code = "invalid_cursor"


class NotFound(PackProdError):
    """No such thing, or it belongs to another client."""

    code = "not_found"


class OrderConflict(PackProdError):
    """The orderReference exists with other content."""

    code = "order_conflict"


class EditConflict(PackProdError):
    """Somebody changed it since the editor looked: nothing was written, look again."""

    code = "edit_conflict"


class EngineUnavailable(PackProdError):
    """The database engine cannot be reached or is overloaded: try again, nothing was lost."""

    code = "engine_unavailable"


class ListBeingBuilt(EngineUnavailable):
    """A list that is new in this version is still being built: try again in a few minutes."""

    code = "list_being_built"


class TooManyExports(PackProdError):
    """This process makes as many exports as it may at once: try again in a few seconds."""

    code = "too_many_exports"


class BrokenOrder(PackProdError):
    """An order row that no read model can use; it is parked and shown, and blocks nothing."""

    code = "broken_order"
