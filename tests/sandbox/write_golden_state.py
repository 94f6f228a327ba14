"""
Write a state file of an old release, and the facts that its test needs.

``python -m tests.sandbox.write_golden_state CHECKOUT MODULE NAME`` starts ``python -m MODULE`` in the
folder ``CHECKOUT`` (a git worktree of the release), begins the story of ``state_story`` there,
stops the process, and leaves ``golden/NAME.state.xz`` and ``golden/NAME.json``.
"""

from __future__ import annotations

import asyncio
import lzma
import sys
import tempfile
from pathlib import Path

import aiohttp
import orjson

from tests.sandbox.circle_inbox import open_inbox
from tests.sandbox.providers_client import ProvidersClient
from tests.sandbox.sandbox_process import open_process
from tests.sandbox.state_story import Story

GOLDEN = Path(__file__).parent / "golden"
MORE_THAN_EVER_SENT = 1_000_000


async def write(checkout: Path, module: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        state = Path(temporary) / "state"
        async with (
            open_process(state, "--speed", "0", module=module, folder=checkout) as (process, url),
            open_inbox(refusals=MORE_THAN_EVER_SENT) as inbox,
            aiohttp.ClientSession() as http,
        ):
            story = Story(ProvidersClient(url=url, http=http))
            facts = {"hook": inbox.url, **await story.begin(inbox.url)}
            process.terminate()
            assert await process.wait() == 0
        (GOLDEN / f"{name}.state.xz").write_bytes(lzma.compress(state.read_bytes()))
        (GOLDEN / f"{name}.json").write_bytes(orjson.dumps(facts, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
