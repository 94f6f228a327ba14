"""One id and one line for each request."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.component.conftest import Serve
from tests.component.parts import BEARER, Listings, an_application

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
