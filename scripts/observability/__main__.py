"""``python -m scripts.observability``: up until Ctrl-C; with ``OBSERVE=pictures`` until they are taken."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys

from entrypoints.local.errors import LocalFailure
from entrypoints.signals import stop_signals
from scripts.observability.observe import observe


async def until_told_to_stop(*, takes_pictures: bool) -> None:
    """Ctrl-C and SIGTERM stop everything in order. Raises what ``observe`` does."""
    with stop_signals() as stop:
        watching = asyncio.create_task(observe(takes_pictures=takes_pictures, tell=_tell))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([watching, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


def main() -> int:
    takes_pictures = os.environ.get("OBSERVE") == "pictures"
    try:
        asyncio.run(until_told_to_stop(takes_pictures=takes_pictures))
    except LocalFailure as failure:
        sys.stderr.write(f"{failure}\n")
        return failure.exit_code
    return 0


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
