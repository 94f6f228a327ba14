"""What can be got can be looked at by its headers alone."""

from __future__ import annotations

import pytest

from entrypoints.http.routes import ROUTES
from tests.component.conftest import Serve
from tests.component.stub_app import BEARER

VARYING = {"x-request-id", "date", "x-ratelimit-remaining", "ratelimit", "connection"}


@pytest.mark.parametrize("path", sorted({r.path for r in ROUTES if r.method == "GET"}))
async def test_every_get_has_a_head(serve: Serve, path: str) -> None:
    response = await (await serve()).head(path)
    assert response.status != 405
    assert await response.read() == b""


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/assets", 200), ("/v1/assets/NONE", 404), ("/docs", 200), ("/health/liveness", 200)],
)
async def test_a_head_has_the_headers_of_the_get(serve: Serve, path: str, status: int) -> None:
    client = await serve()
    got = await client.get(path, headers=BEARER)
    looked = await client.head(path, headers=BEARER)
    assert (got.status, looked.status) == (status, status)
    assert await got.read()
    assert await looked.read() == b""
    fixed = {name for name in got.headers if name.lower() not in VARYING}
    assert {"Content-Length", "Content-Type", "Content-Security-Policy"} <= fixed
    assert {n: got.headers[n] for n in fixed} == {n: looked.headers.get(n) for n in fixed}


async def test_a_head_needs_the_caller_that_the_get_needs(serve: Serve) -> None:
    assert (await (await serve()).head("/v1/assets")).status == 401
