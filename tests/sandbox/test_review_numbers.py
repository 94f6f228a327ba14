"""Numbers too long to be read are refused like any other, not answered with 500."""

from __future__ import annotations

import aiohttp
import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.due_customer import scenario

LONG = "9" * 5000


@pytest.mark.parametrize("name", ["limit", "next"])
async def test_a_page_of_due_is_refused_for_a_number_too_long(name: str) -> None:
    async with scenario() as ann:
        await ann.onboard()
        refused = await ann.refused("GET", f"/v1/transfers?{name}={LONG}")
        assert refused == (422, "err_validation")


async def test_the_overview_is_refused_for_a_number_too_long(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{sandbox.url}/sandbox/overview?limit={LONG}") as response:
        assert response.status == 400
        assert (await response.json())["error"]["field"] == "limit"
