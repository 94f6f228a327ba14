"""``python -m scripts.observability``: runs until Ctrl-C, or takes pictures (``OBSERVE=pictures``)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys

from entrypoints.local.errors import LocalFailure
from entrypoints.signals import stop_signals
from scripts.observability.observe import observe


async def until_stopped(*, takes_pictures: bool) -> None:
    """Observe until Ctrl-C or SIGTERM. Raises what ``observe`` does."""
    with stop_signals() as stop:
        watching = asyncio.create_task(observe(takes_pictures=takes_pictures, tell=_print))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([watching, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


def main() -> int:
    takes_pictures = os.environ.get("OBSERVE") == "pictures"
    try:
        asyncio.run(until_stopped(takes_pictures=takes_pictures))
    except LocalFailure as failure:
        sys.stderr.write(f"{failure}\n")
        return failure.exit_code
    return 0


def _print(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
