"""A command is run in the container of a process that is running, with the very same settings."""

from __future__ import annotations

from functools import partial

import pytest

from domain.services.integration.jobs import READINGS_MAX
from entrypoints.cli.api import ApiError
from tests.e2e.books import open_books
from tests.e2e.command import command
from tests.e2e.investor import Investor
from tests.support.stack import HTTP, Stack
from tests.support.waiting import eventually

UNREADABLE_JOB = """
    INSERT INTO jobs (id, kind, payload, due_at, created_at, tries)
    VALUES ('later:1:1', 'Later', '{}', now(), now(), $1)
"""
TRIED_AGAIN = "SELECT id FROM jobs WHERE id = 'later:1:1' AND parked_at IS NULL AND tries = 1"


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


async def test_a_job_that_no_release_can_read_is_parked_told_and_resumed(stack: Stack) -> None:
    async with open_books(stack.dsn) as books:
        await books.pool.execute(UNREADABLE_JOB, READINGS_MAX - 1)
        try:
            listed = await eventually(lambda: _parked(stack), "the parked job")
            assert "Later later:1:1 JobParked" in listed
            ran = await command(stack, "resume-job", "later:1:1", "--reason", "try", beside=HTTP)
            assert (ran.code, ran.output.strip()) == (0, "later:1:1 is due")
            await eventually(partial(books.pool.fetchval, TRIED_AGAIN), "another try")
            ran = await command(stack, "resume-job", "later:1:1", "--reason", "try", beside=HTTP)
            assert ran.code == 1
            assert ran.log.splitlines()[-1].startswith("ERR_3004")
        finally:
            await books.pool.execute("UPDATE jobs SET done_at = now() WHERE id = 'later:1:1'")


async def _parked(stack: Stack) -> str:
    ran = await command(stack, "parked-jobs", beside=HTTP)
    assert ran.code == 0, ran
    return ran.output
