"""The API shows its own description, to anybody and without asking anybody else."""

from __future__ import annotations

import re

import pytest

from entrypoints.http.openapi.document import served
from tests.component.conftest import Serve


async def test_the_document_is_open_to_everybody(serve: Serve) -> None:
    response = await (await serve()).get("/openapi.json")
    assert (response.status, response.content_type) == (200, "application/json")
    assert await response.read() == served()


async def test_the_page_loads_only_what_is_served_here(serve: Serve) -> None:
    client = await serve()
    response = await client.get("/docs")
    assert (response.status, response.content_type) == (200, "text/html")
    text = await response.text()
    assert "://" not in text
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    for path in re.findall(r'(?:src|href)="(?!data:)([^"]+)"', text):
        assert (await client.get(f"/{path}")).status == 200, path


async def test_the_page_sends_the_document_to_nobody(serve: Serve) -> None:
    script = await (await (await serve()).get("/docs/start.js")).text()
    assert "validatorUrl: null" in script


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fstart.js", "README.md", "index.html"])
async def test_no_other_file_is_given(serve: Serve, name: str) -> None:
    response = await (await serve()).get(f"/docs/{name}")
    assert response.status == 404
    assert (await response.json(content_type=None))["code"] == "ERR_3002"
