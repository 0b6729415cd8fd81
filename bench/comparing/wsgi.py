"""The bare WSGI function of the floor: PackProd's recorded answers as bytes, by number, from BENCH_ANSWERS."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ANSWERS = {f"/{file.name}": file.read_bytes() for file in Path(os.environ.get("BENCH_ANSWERS", "/nowhere")).glob("*")}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers with the bytes of the path."""
    body = ANSWERS.get(environ["PATH_INFO"], b"")
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
