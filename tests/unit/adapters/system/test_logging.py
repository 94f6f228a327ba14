"""Lines: whose they are, and what is not in them."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from adapters.system.log_context import remember_process, remember_trace
from adapters.system.log_format import LogSettings
from adapters.system.logging import configure
from adapters.system.redaction import REDACTED, redact
from adapters.telemetry.observed import Call
from tests.support import builders as a


class Screen(io.TextIOWrapper):
    """Standard error that can be read again."""

    def __init__(self) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, write_through=True)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.bytes.getvalue().splitlines()]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Screen]:
    shown = Screen()
    monkeypatch.setattr(sys, "stderr", shown)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure(settings=getattr(request, "param", LogSettings(format="json")))
    structlog.contextvars.clear_contextvars()
    yield shown
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:], root.level = handlers, level


def test_a_line_has_the_ids_of_its_span(screen: Screen) -> None:
    with TracerProvider().get_tracer("test").start_as_current_span("work") as span:
        structlog.get_logger().info("inside")
    structlog.get_logger().info("outside")
    inside, outside = screen.lines
    context = span.get_span_context()
    assert inside["trace_id"] == trace.format_trace_id(context.trace_id)
    assert inside["span_id"] == trace.format_span_id(context.span_id)
    assert not {"trace_id", "span_id"} & outside.keys()


def test_what_comes_after_the_span_is_still_known_to_belong_to_it(screen: Screen) -> None:
    with TracerProvider().get_tracer("test").start_as_current_span("work") as span:
        remember_trace(Call(operation="WorkService.run", arguments={}))
    structlog.get_logger().error("it broke")
    (line,) = screen.lines
    assert line["trace_id"] == trace.format_trace_id(span.get_span_context().trace_id)


def test_a_request_and_a_job_name_the_process_that_they_changed(screen: Screen) -> None:
    unit = a.unit(a.opening(a.deposit(7)))
    remember_process(unit)
    structlog.get_logger().info("a chore")
    structlog.contextvars.bind_contextvars(request_id="mine")
    remember_process(unit)
    remember_process(a.unit(a.opening(a.deposit(8))))
    structlog.get_logger().info("a request")
    chore, request = screen.lines
    assert "process" not in chore
    assert request["process"] == a.process_id(7)


def test_the_libraries_lines_are_like_ours(screen: Screen) -> None:
    structlog.contextvars.bind_contextvars(request_id="mine")
    logging.getLogger("some.library").warning("cannot reach postgres://stack:hunter2@db/stack")
    (line,) = screen.lines
    assert (line["level"], line["request_id"]) == ("warning", "mine")
    assert "hunter2" not in str(line)


def test_a_trace_of_an_error_is_cleaned_too(screen: Screen) -> None:
    error = ValueError("nobody@example.org gave password=hunter2")
    structlog.get_logger().error("it broke", exc_info=error)
    (line,) = screen.lines
    assert "ValueError" in line["exception"]
    assert "nobody@example.org" not in line["exception"]
    assert "hunter2" not in line["exception"]


@pytest.mark.parametrize("screen", [LogSettings(format="console")], indirect=True)
def test_text_for_a_terminal_is_cleaned_too(screen: Screen) -> None:
    error = ValueError("nobody@example.org gave password=hunter2")
    structlog.get_logger().error("it broke", exc_info=error, password="hunter2")
    logging.getLogger("some.library").warning("cannot reach postgres://stack:hunter2@db/stack")
    text = screen.bytes.getvalue().decode()
    assert "it broke" in text
    assert "ValueError" in text
    assert "cannot reach" in text
    assert not any(secret in text for secret in ("hunter2", "nobody@example.org", "\x1b["))


@pytest.mark.parametrize("screen", [LogSettings(format="auto")], indirect=True)
def test_automatic_logs_that_no_terminal_shows_are_json(screen: Screen) -> None:
    structlog.get_logger().info("ours")
    logging.getLogger("some.library").warning("theirs")
    assert [line["event"] for line in screen.lines] == ["ours", "theirs"]


@pytest.mark.parametrize(
    "text",
    [
        "for ada.lovelace+x@mail.example.org it is",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "Authorization: Bearer abc.def-ghi",
        "redis://user:hunter2@cache:6379/0",
        "postgresql://stack:hunter2@db",
        "TEST_API_KEY:abc:def",
        "666-55-4321",
        'password="hunter2"',
        "'tax_id': '666554321'",
        "violates\nDETAIL:  Failing row contains (1, Ada, Lovelace)",
    ],
)
def test_what_slips_into_a_text_is_taken_out(text: str) -> None:
    for value in (text, [text], {"why": text}, ValueError(text)):
        cleaned = str(redact(None, "", {"error": value}))
        assert REDACTED in cleaned
        secrets = ("hunter2", "ada.", "abc", "c2lnbmF0dXJl", "4321", "Lovelace")
        assert not any(secret in cleaned for secret in secrets)


@pytest.mark.parametrize("name", ["password", "Email", "access_token", "circle_api_key", "tax_id"])
def test_what_has_a_telling_name_is_taken_out(name: str) -> None:
    assert redact(None, "", {name: "x"}) == {name: REDACTED}
    assert redact(None, "", {"request": {name: ["x"]}}) == {"request": {name: REDACTED}}


def test_nothing_else_is_touched() -> None:
    line = {
        "event": "request",
        "path": "/v1/orders/01a2b3c4-0000-7000-8000-000000000000",
        "status": 200,
        "duration_ms": 1.5,
        "job": "message:circle:9f0d",
        "hash": "ab" * 32,
        "at": "2026-01-05T15:00:00Z",
        "code": "ERR_1000",
        "token": None,
        "deep": {"a": [1, None, True]},
    }
    assert redact(None, "", dict(line)) == line
