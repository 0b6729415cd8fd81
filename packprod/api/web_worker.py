"""gunicorn's worker, with JSON for requests that it cannot read itself.

Such a request never reaches Django: two Content-Type headers, a header line without a name, an address that is too
long. gunicorn answers with HTML and has no setting for it; a program that waits for JSON could not read why.
"""

from http import HTTPStatus
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

_OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)  # the application's fault
_STATUSES = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
}


class JsonErrorsWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Answers unreadable requests as the contract has it, section 5."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        if not isinstance(exc, errors.ParseException) or isinstance(exc, _OURS):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("A request could not be read: %s", type(exc).__name__)  # its words may hold what was sent
        try:
            util.write_nonblock(client, unreadable(exc))
        except OSError:  # the client is gone
            self.log.debug("Failed to send error message.")


def unreadable(exc: Exception) -> bytes:
    """The answer to a request that cannot be read, from the status line on."""
    from packprod.api.errors import error_json  # gunicorn loads this module before Django is set up
    from packprod.json_objects import to_json

    status = _STATUSES.get(type(exc), HTTPStatus.BAD_REQUEST)
    body = to_json(error_json(code="bad_request", message=f"The request cannot be read. {exc}"))
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
