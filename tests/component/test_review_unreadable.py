"""A body that does not unpack is refused, and its secrets do not reach the log."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web

from entrypoints.serving import listening

SECRET = "eyJhbGciOi-secret"


async def refused(headers: dict[str, str], *, body: bytes) -> int:
    async with (
        listening(web.Application(), host="127.0.0.1", port=0, drain_s=1) as port,
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/", headers=headers, data=body) as response,
    ):
        return response.status


async def test_an_unreadable_body_is_one_line_that_quotes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert 400 <= await refused({"Content-Encoding": "gzip"}, body=SECRET.encode()) < 500
    assert "unreadable request: " in caplog.text
    assert SECRET not in caplog.text
    assert "Traceback" not in caplog.text
