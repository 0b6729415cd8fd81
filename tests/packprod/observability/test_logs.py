"""The log: the contract's sentences, one JSON object a line, and nothing of a customer in it."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.contrib.auth.models import User
from django.test import Client

from customers.read_model import CUSTOMERS
from packprod.observability import timing as events
from packprod.observability.logs import logging_config
from packprod.observability.privacy import scrub
from packprod.observability.timing import timed
from packprod.readmodels import tasks as recalculation
from packprod.readmodels.registry import bucket_id

CONTACT_IDS = ["c-1", "0d4c7a52-0412-4345-8678-04123456789a", "contact-61255501234", "0000000000000000000042"]
PRIVATE = ["jane.doe", "example.com", "Doe", "5550 1234", "55501234", "hunter2-secret", "Wharf"]


def _lines(log_output: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_output.getvalue().splitlines()]


def _sentences(log_output: io.StringIO) -> list[str]:
    return [line["event"] for line in _lines(log_output)]


def test_the_sentences_of_the_contract(log_output: io.StringIO) -> None:
    events.cache_hit("listCustomers", items=45)
    events.cache_miss("getCustomer")
    events.response_time("listCustomers", ms=78.2, from_cache=True)
    events.response_time("listOrders", ms=12.6, from_cache=False)
    events.slow_query("getProductOrders", ms=2341.0)
    assert _sentences(log_output) == [
        "Cache HIT for listCustomers - 45 items",
        "Cache MISS for getCustomer",
        "listCustomers response time (from cache): 78ms",
        "listOrders response time: 13ms",
        "SLOW QUERY: getProductOrders took 2341ms",
    ]


def test_the_sentences_of_a_recalculation(log_output: io.StringIO) -> None:
    summaries = [bucket_id(CUSTOMERS.name, contact_id) for contact_id in CONTACT_IDS]
    recalculation.recalculating(summaries)
    recalculation.recalculated(summaries)
    assert _sentences(log_output) == [
        *(f"Recalculating metrics for customer: {contact_id}" for contact_id in CONTACT_IDS),
        *(f"Cache updated for customer {contact_id}" for contact_id in CONTACT_IDS),
        f"Processed metrics for {len(CONTACT_IDS)} customers",
    ]
    *each, whole = _lines(log_output)
    assert [line["subject"] for line in each] == CONTACT_IDS * 2
    assert {line["read_model"] for line in (*each, whole)} == {"customer"}
    assert whole["count"] == len(CONTACT_IDS)


def test_a_line_with_half_a_surrogate_pair_is_written_all_the_same(log_output: io.StringIO) -> None:
    structlog.get_logger("packprod").info("Odd", subject="a\ud800", number=10**30)
    (line,) = _lines(log_output)
    assert (line["subject"], line["number"]) == ("a\ud800", 10**30)


@pytest.mark.parametrize("name", ["packprod.readmodels.management.commands.consume_stream", "customers.tasks", "redis"])
def test_every_logger_writes_json(log_output: io.StringIO, name: str) -> None:
    structlog.get_logger(name).info("One")
    logging.getLogger(name).warning("Two")
    assert [(line["logger"], line["event"]) for line in _lines(log_output)] == [(name, "One"), (name, "Two")]


def test_figures_are_fields_too(log_output: io.StringIO) -> None:
    events.cache_hit("listCustomers", items=45)
    (line,) = _lines(log_output)
    assert line["operation"] == "listCustomers"
    assert line["items"] == 45
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
    assert line["part"]


def test_a_timed_read(log_output: io.StringIO, settings: Any) -> None:
    settings.PACKPROD_SLOW_QUERY_MS = 10_000
    with timed("listCustomers") as reading:
        reading.hit(items=2)
    hit, time = _sentences(log_output)
    assert hit == "Cache HIT for listCustomers - 2 items"
    assert time.startswith("listCustomers response time (from cache): ")
    assert reading.from_cache


def _failing_read() -> None:
    with timed("getCustomer") as reading:
        reading.miss()
        raise LookupError


def test_a_slow_read_says_so_even_when_it_fails(log_output: io.StringIO, settings: Any) -> None:
    settings.PACKPROD_SLOW_QUERY_MS = -1
    with pytest.raises(LookupError):
        _failing_read()
    miss, time, slow = _sentences(log_output)
    assert miss == "Cache MISS for getCustomer"
    assert time.startswith("getCustomer response time: ")
    assert slow.startswith("SLOW QUERY: getCustomer took ")


def test_lines_of_a_request_carry_its_id(reader: Client, log_output: io.StringIO) -> None:
    reader.get("/api/numbers", headers={"X-Request-ID": "abc-1"})
    lines = _lines(log_output)
    assert {line["request_id"] for line in lines} == {"abc-1"}
    assert lines[-1]["route"] == "api/numbers"
    assert lines[-1]["status"] == 200


def test_nothing_private_reaches_the_log(
    client: Client, reader: Client, log_output: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    User.objects.create_superuser("jane.doe@example.com", password="hunter2-secret")
    for kind in ("bug", "sql", "suspicious", "engine", "invalid"):
        reader.get(f"/api/failing/{kind}?search=Jane+Doe&email=jane.doe@example.com")
        client.get(f"/page?kind={kind}&search=jane.doe%40example.com")
    client.get("/api/customers/jane.doe@example.com/Doe?search=Doe")
    client.get("/nothing/Doe/+61 2 5550 1234", headers={"User-Agent": "Doe", "Referer": "http://x/?q=Doe"})
    client.get("/api/echo", headers={"Host": "jane.doe.example.com"})
    client.get("/api/echo", headers={"Authorization": "Token hunter2-secret"})
    client.post("/admin/login/", {"username": "jane.doe@example.com", "password": "hunter2-secret"})
    for _ in range(6):
        client.post("/admin/login/", {"username": "jane.doe@example.com", "password": "wrong Doe"})
    reader.post("/api/echo", {"customer": {"name": "Doe"}}, "application/json")
    written = log_output.getvalue() + "".join(capfd.readouterr())
    assert "Request answered" in written
    assert "builtins.ValueError" in written
    assert "AXES: " in written
    for secret in PRIVATE:
        assert secret not in written


def test_other_loggers_lose_their_values_but_not_their_sentence(log_output: io.StringIO) -> None:
    trace = logging.getLogger("celery.app.trace")
    context = {"name": "packprod.wake", "id": "1-2", "runtime": 0.5, "return_value": "Doe", "exc": "Doe"}
    trace.info("Task %(name)s[%(id)s] succeeded in %(runtime)ss: %(return_value)s", context)
    logging.getLogger("gunicorn.error").error("Error handling request %s", "/x?search=Doe")
    logging.getLogger("kombu").warning("sent to %s", "jane.doe@example.com, +61 2 5550 1234")
    assert _sentences(log_output) == [
        "Task packprod.wake[1-2] succeeded in 0.5s: …",
        "Error handling request …",
        "sent to … …",
    ]


@pytest.fixture
def as_text(log_output: io.StringIO) -> Iterator[io.StringIO]:
    """The log as PACKPROD_LOG_FORMAT=text has it."""
    (handler,) = [h for h in logging.getLogger().handlers if h.get_name() == "stdout"]
    processors = structlog.get_config()["processors"]  # the list that loggers in use hold
    formatter, config = handler.formatter, logging_config(form="text")
    handler.setFormatter(config["formatters"]["text"]["()"]())
    handler.addFilter(people := config["filters"]["people"]["()"]())
    ours = structlog.get_config()["processors"]  # of what `logging_config` has just configured
    before, processors[:] = list(processors), ours
    yield log_output
    processors[:] = before
    structlog.configure(processors=processors)
    handler.setFormatter(formatter)
    handler.removeFilter(people)


def test_as_text_it_is_requests_and_warnings(as_text: io.StringIO, reader: Client) -> None:
    reader.get("/api/numbers")
    reader.get("/api/nothing-here")
    events.cache_hit("listCustomers", items=45)
    events.slow_query("getProductOrders", ms=2341.0)
    structlog.get_logger("packprod").warning("sweep found overdue summaries", count=3)
    logging.getLogger("kombu").warning("sent to %s", "jane.doe@example.com")
    texts = [line.partition("  manage    ")[2] for line in as_text.getvalue().splitlines()]
    found, missing, slow, sweep, private = (re.sub(r"\d+ ms$", "N ms", text) for text in texts)
    assert found == "200 GET /api/numbers  N ms"
    assert missing == "404 GET (no such address)  N ms"
    assert slow == "SLOW QUERY: getProductOrders took 2341ms"
    assert sweep == "sweep found overdue summaries  count=3"
    assert private == "sent to …"


def test_an_exception_is_told_by_type_and_place(log_output: io.StringIO) -> None:
    try:
        try:
            raise ConnectionRefusedError("nobody listens on port 9")
        except OSError as exc:
            raise KeyError("jane.doe@example.com") from exc
    except KeyError:
        structlog.get_logger("packprod").exception("Projection failed", contact_id="c-1")
    (line,) = _lines(log_output)
    first, cause = line["exception"]
    assert first["type"] == "builtins.KeyError"
    assert "test_logs.py" in first["frames"][0]
    assert "message" not in first
    assert cause["message"] == "nobody listens on port 9"
    assert "jane.doe" not in json.dumps(line)


def test_private_fields_are_hidden(log_output: io.StringIO) -> None:
    structlog.get_logger("packprod").info(
        "Import refused", email="a@b.c", details={"phone": "5", "field": "items.0"}, tried=["x@y.z", 3]
    )
    (line,) = _lines(log_output)
    assert line["email"] == "…"
    assert line["details"] == {"phone": "…", "field": "items.0"}
    assert line["tried"] == ["…", 3]


@pytest.mark.parametrize(
    "harmless",
    [
        "ORD-12345",
        "2025-10-20T10:30:00Z",
        "2025-10-20T10:30:00+10:00",
        "0123456789abcdef" * 2,
        "12 of 793",
        "is it?",
    ],
)
def test_ids_times_and_counts_stay(harmless: str) -> None:
    assert scrub(harmless) == harmless


@pytest.mark.parametrize(
    "private",
    [
        "a@b.co",
        "a%40b.co",
        "Token abcdefghij",
        "?search=Doe",
        "+61 2 5550 1234",
        "(02) 5550 1234",
        "0412 345 678",
    ],
)
def test_what_looks_private_goes(private: str) -> None:
    assert scrub(private) in {"…", "/…"}
