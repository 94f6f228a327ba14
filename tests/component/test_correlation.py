"""One id and one line for each request."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.component.conftest import Serve
from tests.component.stub_app import BEARER, Listings, an_application

Lines = list[MutableMapping[str, Any]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as captured:
        yield captured


async def test_a_sane_id_of_the_caller_is_kept(serve: Serve) -> None:
    response = await (await serve()).get("/health/liveness", headers={"X-Request-Id": "order-42.a"})
    assert response.headers["X-Request-Id"] == "order-42.a"


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, '{"a":1}', "ünïcode"])
async def test_any_other_id_is_replaced(serve: Serve, given: str) -> None:
    response = await (await serve()).get("/health/liveness", headers={"X-Request-Id": given})
    assert response.headers["X-Request-Id"] not in {"", given}


async def test_a_request_is_one_line(serve: Serve, lines: Lines) -> None:
    client = await serve()
    await client.get("/v1/assets/AAPL?x=1", headers={**BEARER, "X-Request-Id": "mine"})
    (line,) = lines
    assert line["event"] == "request"
    assert line["duration_ms"] >= 0
    expected = {
        "method": "GET",
        "path": "/v1/assets/AAPL",
        "route": "/v1/assets/{symbol}",
        "status": 200,
        "request_id": "mine",
        "log_level": "info",
    }
    assert expected.items() <= line.items()


async def test_a_refusal_is_one_line_with_its_code(serve: Serve, lines: Lines) -> None:
    await (await serve()).get("/v1/assets/NONE", headers=BEARER)
    (line,) = lines
    assert (line["status"], line["code"]) == (404, "ERR_5307")


async def test_nothing_of_one_request_is_left_for_the_next(serve: Serve, lines: Lines) -> None:
    client = await serve()
    await client.get("/v1/assets/NONE", headers=BEARER)
    await client.get("/nowhere")
    assert lines[1]["route"] == "unmatched"
    assert "investor_id" not in lines[1]
    assert lines[1]["request_id"] != lines[0]["request_id"]


async def test_a_defect_is_logged_with_its_traceback_and_its_request(
    serve: Serve, lines: Lines
) -> None:
    client = await serve(an_application(listings=Listings(failure=RuntimeError("broken"))))
    await client.get("/v1/assets", headers={**BEARER, "X-Request-Id": "mine"})
    defect, request = lines
    assert (defect["log_level"], defect["request_id"]) == ("error", "mine")
    assert defect["exc_info"]
    assert request["status"] == 500


async def test_no_token_and_no_query_is_logged(serve: Serve, lines: Lines) -> None:
    await (await serve()).get("/v1/assets?cursor=c2VjcmV0", headers=BEARER)
    assert "let-me-in" not in str(lines)
    assert "c2VjcmV0" not in str(lines)


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", True),
        (f"cc-{TRACE}-00f067aa0ba902b7-01-later", True),
        (f"00-{TRACE}-00f067aa0ba902b7-01-later", False),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", False),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", False),
        (f"00-{TRACE}-{'0' * 16}-01", False),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", False),
        ("", False),
    ],
)
async def test_a_refusal_names_the_trace_of_the_caller_or_a_new_one(
    serve: Serve, lines: Lines, given: str, *, is_taken: bool
) -> None:
    response = await (await serve()).get("/nowhere", headers={"traceparent": given})
    trace_id = (await response.json(content_type=None))["trace_id"]
    assert re.fullmatch("[0-9a-f]{32}", trace_id)
    assert (trace_id == TRACE) == is_taken
    assert lines[0]["trace_id"] == trace_id
    assert not {"traceparent", "tracestate", "Traceresponse"} & set(response.headers)
