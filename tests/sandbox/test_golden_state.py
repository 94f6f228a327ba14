"""State files that older releases wrote: today's sandbox continues from them."""

from __future__ import annotations

import lzma
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from tests.sandbox.circle_inbox import Inbox, open_inbox, verify
from tests.sandbox.providers_client import ProvidersClient, opened_by_due
from tests.sandbox.sandbox_process import open_process
from tests.sandbox.state_story import Story

GOLDEN = Path(__file__).parent / "golden"
RELEASES = sorted(path.stem for path in GOLDEN.glob("*.json"))


def unpack(release: str, state: Path, hook: str) -> Any:
    """Put the state of ``release`` at ``state``, with its webhooks to ``hook``; the facts of its story."""
    facts = orjson.loads((GOLDEN / f"{release}.json").read_bytes())
    old, new = facts["hook"].encode(), hook.encode()
    assert len(old) == len(new), "the port must have as many digits: a pickle counts them"
    content = lzma.decompress((GOLDEN / f"{release}.state.xz").read_bytes())
    state.write_bytes(content.replace(old, new))
    return facts


async def check_webhooks(inbox: Inbox, providers: ProvidersClient, facts: Any) -> None:
    """The messages that the old release could not deliver arrive, signed with its keys."""
    messages = await inbox.until(
        lambda found: (
            any("X-Webhook-Signature" in each.headers for each in found)
            and any("X-Circle-Signature" in each.headers for each in found)
        )
    )
    for each in messages:
        if "X-Circle-Signature" in each.headers:
            await verify(providers.circle, each, each.raw)
    endpoints = await providers.call("GET", "/due/v1/webhook_endpoints", headers=facts["due"])
    assert opened_by_due(messages, endpoints[0]["publicKey"])


@pytest.mark.parametrize("release", RELEASES)
async def test_what_an_old_release_left_under_way_is_finished(
    release: str, tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    state = tmp_path / "sandbox.state"
    async with open_inbox() as inbox:
        facts = unpack(release, state, inbox.url)
        async with open_process(state, "--speed", "0") as (process, url):
            story = Story(ProvidersClient(url=url, http=http))
            await story.check_under_way(facts)
            await story.finish(facts)
            await check_webhooks(inbox, story.providers, facts)
            process.terminate()
            assert await process.wait() == 0
        books = await story_books(state, http)
        assert {each["status"] for each in books["harbor"]["transfers"]} == {"completed"}


async def story_books(state: Path, http: aiohttp.ClientSession) -> Any:
    """The books of a process that continues from what today's sandbox saved."""
    async with open_process(state, "--speed", "0") as (_, url):
        return await ProvidersClient(url=url, http=http).books()


def test_there_is_a_state_of_an_old_release() -> None:
    assert RELEASES
