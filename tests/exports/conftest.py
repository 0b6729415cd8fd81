"""Tests over HTTP use the same site and clients as tests/http."""

from tests.http.conftest import _fresh, client_with, importer, log_lines, post, reader, writer

__all__ = ["_fresh", "client_with", "importer", "log_lines", "post", "reader", "writer"]
