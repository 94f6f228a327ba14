"""A command is run in the container of a process that is running, with the very same settings."""

from __future__ import annotations

import pytest

from entrypoints.cli.api import ApiError
from tests.e2e.command import command
from tests.e2e.investor import Investor
from tests.support.stack import HTTP, Stack


async def test_the_first_administrator_is_made_beside_the_running_api(
    stack: Stack, ann: Investor
) -> None:
    await ann.walk.register()
    hired = ("grant-role", ann.walk.email, "admin", "--reason", "the founder")
    ran = await command(stack, *hired, beside=HTTP)
    assert ran.code == 0, ran
    session = {"email": ann.walk.email, "password": ann.walk.password}
    with pytest.raises(ApiError, match="401"):
        await ann.api.get("/v1/balances")
    ann.api.authorize((await ann.api.post("/v1/auth/login", session))["access_token"])
    assert (await ann.api.get("/v1/admin/workers"))["items"]
