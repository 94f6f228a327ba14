"""Two administrators who rule on reviews."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import attrs

from entrypoints.cli.api import until
from entrypoints.cli.walk import FRESH_S, Walk
from tests.e2e.command import command
from tests.e2e.investor import Investor, newcomers
from tests.support.stack import Stack

REASON = "seen in the provider's console"


@attrs.frozen
class Reviewers:
    """Two administrators, made from a terminal."""

    root: Investor
    eva: Investor

    async def waits(self, process_id: str) -> Any:
        """The review of the process, once it waits for a person."""
        page = await until(
            lambda: self.root.api.get("/v1/admin/reviews?limit=100"),
            lambda page: process_id in {each["id"] for each in page["items"]},
            what="a review",
        )
        assert page["items"]
        return await self.root.api.get(f"/v1/admin/reviews/{process_id}")

    async def rule(self, process_id: str, action: str, **evidence: str) -> None:
        """One proposes, cannot approve, and the other does."""
        path = f"/v1/admin/reviews/{process_id}/proposals"
        body = {"action": action, "reason": REASON, **evidence}
        proposal = await self.root.api.post(path, body)
        approve = f"{path}/{proposal['id']}/approve"
        why = {"reason": REASON}
        assert await self.root.refused("POST", approve, why) == (403, "ERR_5607", [])
        assert (await self.eva.api.post(approve, why))["stage"] == "approved"
        assert await self.eva.refused("POST", approve, why) == (409, "ERR_5605", [])


@asynccontextmanager
async def hired(stack: Stack, staff: list[Walk]) -> AsyncIterator[Reviewers]:
    """Both, logged in; ``staff`` keeps those who were hired."""
    async with newcomers(stack, count=2) as people:
        if not staff:
            await asyncio.gather(*(hire(stack, somebody) for somebody in people))
            staff.extend(somebody.walk for somebody in people)
        for somebody, walk in zip(people, staff, strict=True):
            walk.api = somebody.walk.api
            somebody.walk = walk
            await log_in(walk)
        yield Reviewers(*people)


async def hire(stack: Stack, somebody: Investor) -> None:
    await somebody.walk.register()
    await somebody.walk.protect()
    arguments = ("grant-role", somebody.walk.email, "admin", "--reason", "hired")
    ran = await command(stack, *arguments)
    assert ran.code == 0, ran


async def log_in(walk: Walk) -> None:
    credentials = {"email": walk.email, "password": walk.password}
    session = await walk.api.post("/v1/auth/login", credentials)
    walk.api.authorize(session["access_token"])
    walk.stepped_up_at = -FRESH_S
    await walk.step_up()


@asynccontextmanager
async def fault(ann: Investor, rule: Mapping[str, Any], *, name: str) -> AsyncIterator[None]:
    await ann.sandbox.post("/sandbox/faults", rule)
    try:
        yield
    finally:
        await ann.sandbox.call("DELETE", f"/sandbox/faults/{name}", None)
