"""The client on a real socket: one connection for many calls, what is sent again and what is not, and what is lost."""

import multiprocessing
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from packprod.dynamodb import client as client_module
from packprod.dynamodb import connections as connections_module
from packprod.dynamodb.client import EngineClient, call
from packprod.dynamodb.connections import Connections, Route
from packprod.dynamodb.errors import (
    ConditionFailed,
    ErrorResponse,
    IteratorExpired,
    NoResponse,
    RequestRefused,
    TableMissing,
    TransactionCancelled,
    domain_error,
)
from packprod.dynamodb.signing import Credentials, Signer
from packprod.errors import EngineUnavailable
from tests.packprod.dynamodb.scripted_engine import (
    Hang,
    Reply,
    ScriptedEngine,
    cut,
    drop,
    error,
    in_pieces,
    message,
    ok,
    page,
    raw,
)

ITEM = {"Item": {"name": {"S": "box"}}}
NO_WAIT = {"x_amz_retry_after": "0"}


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    """Overrides the session's engine: nothing here needs a table, but where it says so."""
    scripted = ScriptedEngine()
    yield scripted
    scripted.close()


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., EngineClient]]:
    """Makes clients of an address, with short timeouts."""
    made: list[EngineClient] = []

    def build(url: str, **route: Any) -> EngineClient:
        connections = Connections(Route(url, **route), connect_timeout=1, read_timeout=0.3, most_idle=4)
        signer = Signer(url, region="us-east-1", credentials=lambda: Credentials("A", "B"))
        made.append(EngineClient("dynamodb", signer=signer, connections=connections))
        return made[-1]

    monkeypatch.setattr(client_module, "pause_seconds", lambda failure, attempt: 0.0)
    yield build
    for one in made:
        one.connections.close()


@pytest.fixture
def client(engine: ScriptedEngine, connect: Callable[..., EngineClient]) -> EngineClient:
    """A client of the scripted engine."""
    return connect(f"http://127.0.0.1:{engine.port}")


@pytest.fixture
def one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent again."""
    monkeypatch.setattr(client_module, "TOTAL_ATTEMPTS", 1)


# --- Connections -----------------------------------------------------------------------------------------------------


def test_calls_share_a_connection(engine: ScriptedEngine, client: EngineClient) -> None:
    for number in range(5):
        engine.script.append(ok({"Count": number}))
        assert client.send("query", {"Limit": number}) == {"Count": number}
    assert [(one.connection, one.body) for one in engine.requests] == [(1, {"Limit": number}) for number in range(5)]
    assert engine.requests[0].headers["x-amz-target"] == "DynamoDB_20120810.Query"


def await_closed(client: EngineClient) -> None:
    """Waits until the end of the idle connection has arrived."""
    deadline = time.monotonic() + 5
    while client.connections._idle[0].is_quiet() and time.monotonic() < deadline:
        time.sleep(0.001)


@pytest.mark.usefixtures("one_attempt")
@pytest.mark.parametrize("sees_it", [True, False])
def test_a_connection_that_the_engine_closed_is_replaced_before_anything_is_sent_on_it(
    sees_it: bool, engine: ScriptedEngine, client: EngineClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.script.append(ok({}, stays_open=False))
    client.send("get_item", {})
    await_closed(client)
    if not sees_it:
        monkeypatch.setattr(connections_module._Connection, "is_quiet", lambda self: True)
        with pytest.raises(NoResponse):
            client.send("get_item", {})
        return
    engine.script.append(ok(ITEM))
    assert client.send("get_item", {}) == ITEM
    assert [one.connection for one in engine.requests] == [1, 2]


def test_a_connection_that_the_engine_closes_meanwhile_is_replaced_too(
    engine: ScriptedEngine, client: EngineClient
) -> None:
    engine.script += [ok({}), drop, ok(ITEM)]
    client.send("get_item", {})
    assert client.send("get_item", {}) == ITEM
    assert [one.connection for one in engine.requests] == [1, 1, 2]


def test_an_answer_that_says_close_is_the_last_of_its_connection(engine: ScriptedEngine, client: EngineClient) -> None:
    engine.script += [ok({}, connection="close"), raw(message(b"{}").replace(b"HTTP/1.1", b"HTTP/1.0"))]
    for _ in range(3):
        client.send("get_item", {})
    assert [one.connection for one in engine.requests] == [1, 2, 3]


@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_an_answer_may_come_in_pieces(size: int, engine: ScriptedEngine, client: EngineClient) -> None:
    content = {"Items": [{"name": {"S": "Bücher 📦" * 10}}], "ScannedCount": 1}
    engine.script += [in_pieces(content, size), ok(ITEM)]
    assert client.send("query", {}) == content
    assert client.send("get_item", {}) == ITEM
    assert engine.connections == 1


def test_an_answer_of_a_megabyte(engine: ScriptedEngine, client: EngineClient) -> None:
    content = {"Item": {"name": {"S": "x" * 1_000_000}}}
    engine.script.append(ok(content))
    assert client.send("get_item", {"Key": {"name": {"S": "y" * 1_000_000}}}) == content


def test_a_wait_that_something_else_ends_leaves_no_half_answer_behind(
    engine: ScriptedEngine, client: EngineClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a time limit of Celery's does, which raises wherever the task is."""
    engine.script += [ok({"Count": 1}), ok({"Count": 2})]
    with monkeypatch.context() as patch:
        patch.setattr("httptools.HttpResponseParser", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            client.send("query", {})
    assert client.send("query", {}) == {"Count": 2}


def _interrupted(answer: Any) -> Any:
    raise KeyboardInterrupt


def _call_from_a_fork(client: EngineClient) -> None:
    client.send("get_item", {})


def test_a_fork_has_connections_of_its_own(engine: ScriptedEngine, client: EngineClient) -> None:
    client.send("get_item", {})
    child = multiprocessing.get_context("fork").Process(target=_call_from_a_fork, args=(client,))
    child.start()
    child.join()
    assert child.exitcode == 0
    client.send("get_item", {})
    assert [one.connection for one in engine.requests] == [1, 2, 1]


# --- Retries ---------------------------------------------------------------------------------------------------------

PASSING: dict[str, Reply] = {
    "internal": error("InternalServerError", status="500 Internal Server Error", **NO_WAIT),
    "gateway": page("502 Bad Gateway"),
    "unavailable": error("ServiceUnavailable", status="503 Service Unavailable"),
    "throttled": error("ThrottlingException"),
    "capacity": error("ProvisionedThroughputExceededException"),
    "in progress": error("TransactionInProgressException"),
    "conflict": error("ReplicatedWriteConflictException"),
    "too many": page("429 Too Many Requests"),
    "dropped": drop,
    "cut": cut(ITEM),
    "damaged": ok(ITEM, x_amz_crc32="1"),
    "no json": raw(message(b"<html>log in first</html>")),
    "no http": raw(b"SSH-2.0-OpenSSH\r\n\r\n", stays_open=False),
}


@pytest.mark.parametrize("reply", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_sent_again_once(reply: Reply, engine: ScriptedEngine, client: EngineClient) -> None:
    engine.script += [reply, ok(ITEM)]
    assert client.send("get_item", {"Key": {}}) == ITEM
    assert [one.body for one in engine.requests] == [{"Key": {}}] * 2


@pytest.mark.parametrize("kind", sorted(PASSING.keys() - {"in progress"}))
def test_what_does_not_pass_is_an_outage(
    kind: str, engine: ScriptedEngine, client: EngineClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "dynamodb", lambda: client)
    engine.script += [PASSING[kind], PASSING[kind], ok(ITEM)]
    with pytest.raises(EngineUnavailable):
        call("put_item", Item={})
    assert len(engine.requests) == 2


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("ConditionalCheckFailedException", ConditionFailed),
        ("TransactionCanceledException", TransactionCancelled),
        ("TransactionConflictException", TransactionCancelled),
        ("ValidationException", RequestRefused),
        ("ResourceNotFoundException", TableMissing),
        ("ExpiredIteratorException", IteratorExpired),
        ("ExpiredTokenException", EngineUnavailable),
        ("AccessDeniedException", EngineUnavailable),
        ("UnrecognizedClientException", EngineUnavailable),
    ],
)
def test_what_does_not_pass_by_itself_is_sent_once(
    code: str, meaning: type[Exception], engine: ScriptedEngine, client: EngineClient
) -> None:
    engine.script.append(error(code))
    with pytest.raises(ErrorResponse) as caught:
        client.send("get_item", {})
    assert (caught.value.code, caught.value.words) == (code, f"about {code}")
    assert type(domain_error(caught.value)) is meaning
    assert len(engine.requests) == 1


def test_an_engine_that_hangs_is_waited_for_twice(engine: ScriptedEngine, client: EngineClient) -> None:
    hang = Hang()
    engine.script += [hang, hang]
    began = time.monotonic()
    with pytest.raises(NoResponse, match="timed out"):
        client.send("get_item", {})
    assert 0.6 <= time.monotonic() - began < 3
    hang.end()
    assert client.send("get_item", {}) == {}


def test_nobody_listens(closed_port: int, connect: Callable[..., EngineClient]) -> None:
    with pytest.raises(NoResponse, match="refused"):
        connect(f"http://127.0.0.1:{closed_port}").send("get_item", {})


def test_a_host_that_nobody_knows(connect: Callable[..., EngineClient]) -> None:
    with pytest.raises(NoResponse):
        connect("http://nobody.invalid").send("get_item", {})


def test_a_transaction_that_is_sent_again_is_the_same_one(engine: ScriptedEngine, client: EngineClient) -> None:
    engine.script += [drop, ok({}), ok({})]
    client.send("transact_write_items", {"TransactItems": []})
    client.send("transact_write_items", {"TransactItems": []})
    first, again, next_one = [one.body["ClientRequestToken"] for one in engine.requests]
    assert first == again != next_one
    assert len(first) == 36


def test_a_process_that_fails_all_the_time_stops_sending_again(engine: ScriptedEngine, client: EngineClient) -> None:
    """500 / 14: then only every success earns a little again."""
    for _ in range(50):
        engine.script += [PASSING["internal"]] * 2
        with pytest.raises(ErrorResponse):
            client.send("get_item", {})
        engine.script.clear()
    assert len(engine.requests) == 50 + 500 // 14
    engine.requests.clear()
    for _ in range(14):
        client.send("get_item", {})
    engine.script.append(PASSING["internal"])
    client.send("get_item", {})
    assert len(engine.requests) == 14 + 2


def test_the_engines_clock_counts_if_it_refuses_ours(engine: ScriptedEngine, client: EngineClient) -> None:
    ahead = formatdate(time.time() + 3600, usegmt=True)
    engine.script += [error("InvalidSignatureException", date=ahead), ok(ITEM), ok(ITEM)]
    client.send("get_item", {})
    client.send("get_item", {})
    signed = [time.strptime(one.headers["x-amz-date"], "%Y%m%dT%H%M%SZ") for one in engine.requests]
    refused, again, later = [time.mktime(one) for one in signed]
    assert again - refused == pytest.approx(3600, abs=5)
    assert later - again < 5


def test_a_wrong_signature_at_the_right_time_is_not_sent_again(engine: ScriptedEngine, client: EngineClient) -> None:
    engine.script.append(error("InvalidSignatureException", date=formatdate(usegmt=True)))
    with pytest.raises(ErrorResponse):
        client.send("get_item", {})
    assert len(engine.requests) == 1


# --- TLS -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    made = tmp_path_factory.mktemp("tls") / "localhost.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", f"{made}.key", "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    made.with_suffix(".both").write_text(made.read_text() + Path(f"{made}.key").read_text())
    return made


@pytest.fixture
def tls_engine(certificate: Path) -> Iterator[ScriptedEngine]:
    """The scripted engine behind TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.with_suffix(".both"))
    scripted = ScriptedEngine(tls=context)
    yield scripted
    scripted.close()


def test_tls(tls_engine: ScriptedEngine, connect: Callable[..., EngineClient], certificate: Path) -> None:
    client = connect(f"https://localhost:{tls_engine.port}", certificates=str(certificate))
    long = {"Item": {"name": {"S": "x" * 300_000}}}
    tls_engine.script += [ok(ITEM), ok(long), ok(ITEM, stays_open=False), ok(ITEM)]
    assert [client.send("get_item", {}) for _ in range(4)] == [ITEM, long, ITEM, ITEM]
    assert [one.connection for one in tls_engine.requests] == [1, 1, 1, 2]


def test_a_certificate_that_nobody_vouches_for(
    tls_engine: ScriptedEngine, connect: Callable[..., EngineClient]
) -> None:
    with pytest.raises(NoResponse, match="CERTIFICATE_VERIFY_FAILED"):
        connect(f"https://localhost:{tls_engine.port}").send("get_item", {})
    assert tls_engine.requests == []


def test_through_a_proxy(tls_engine: ScriptedEngine, connect: Callable[..., EngineClient], certificate: Path) -> None:
    """One that only ever connects to where it is told, and notes what it was told."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = threading.Thread(target=_tunnel, args=(listener, heard))
        proxy.start()
        client = connect(
            f"https://localhost:{tls_engine.port}",
            certificates=str(certificate),
            proxy=f"http://127.0.0.1:{listener.getsockname()[1]}",
            proxy_headers={"Proxy-Authorization": "Basic abc"},
        )
        tls_engine.script.append(ok(ITEM))
        assert client.send("get_item", {}) == ITEM
        client.connections.close()
        proxy.join()
    assert heard[0].startswith(f"CONNECT localhost:{tls_engine.port} HTTP/1.".encode())
    assert b"Proxy-Authorization: Basic abc\r\n" in heard[0]


def _tunnel(listener: socket.socket, heard: list[bytes]) -> None:
    inside, _ = listener.accept()
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += inside.recv(1000)
    heard.append(head)
    outside = socket.create_connection(("127.0.0.1", int(head.split()[1].rsplit(b":", 1)[1])))
    inside.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    with inside, outside:
        back = threading.Thread(target=_copy, args=(outside, inside))
        back.start()
        _copy(inside, outside)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    while True:
        try:
            if not (data := source.recv(65_536)):
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(data)
        except OSError:
            return
