"""The thin client of the bench reads whole answers, however they are sent, and opens a closed connection again."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from bench.wire import Connection, Request, header

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKS = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=1\r\nlo\r\n0\r\n\r\n"


@contextmanager
def serving(*answers: list[bytes]) -> Iterator[int]:
    """A server with one connection for each list: it sends the pieces one by one after a request, and then closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for pieces in answers:
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    for piece in pieces:
                        connection.sendall(piece)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)


@pytest.mark.parametrize("answer", [ANSWER, CHUNKS], ids=["length", "chunks"])
def test_an_answer_in_single_bytes(answer: bytes) -> None:
    with serving([answer[at : at + 1] for at in range(len(answer))]) as port, closing(Connection(port)) as connection:
        found = connection.send(Request("GET", "/"))
    assert (found.status, found.body) == (int(answer[9:12]), b"hello")


def test_a_connection_that_the_server_closed_is_opened_again() -> None:
    with serving([ANSWER], [CHUNKS]) as port, closing(Connection(port)) as connection:
        assert connection.send(Request("GET", "/")).status == 200
        assert connection.send(Request("GET", "/")).status == 201


def test_a_cut_answer_is_an_error() -> None:
    with (
        serving([ANSWER[:-1]], [ANSWER[:-1]]) as port,
        closing(Connection(port)) as connection,
        pytest.raises(ConnectionError),
    ):
        connection.send(Request("GET", "/"))


def test_a_request_has_its_headers_and_the_length_of_its_body() -> None:
    raw = Request("POST", "/x?a=1", {"Authorization": "Token k"}, b"{}").raw
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.splitlines()[0] == b"POST /x?a=1 HTTP/1.1"
    assert header(head.lower(), b"content-length") == b"2"
    assert header(head, b"Authorization") == b"Token k"
    assert body == b"{}"
