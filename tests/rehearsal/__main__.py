"""``python -m tests.rehearsal``: the upgrade from the release before, rehearsed on throw-away servers."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from entrypoints.local.postgres import PostgresServer
from entrypoints.local.valkey import ValkeyServer
from tests.rehearsal.release import CHOSEN, NoHistory, release_before
from tests.rehearsal.upgrade import TwoReleases, rehearse
from tests.support.stack import Place


def main() -> int:
    """0 also when there is no release before: then it says why, unless one was asked for."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stack-rehearsal-")))
        try:
            old = release_before(folder / "old")
        except NoHistory as reason:
            sys.stderr.write(f"nothing to rehearse: {reason}\n")
            return 1 if os.environ.get(CHOSEN) else 0
        dsn = stack.enter_context(PostgresServer(folder / "postgres", durable=False)).dsn
        redis_url = stack.enter_context(ValkeyServer(folder / "valkey", durable=False)).url
        two = TwoReleases(Place(folder=folder, dsn=dsn, redis_url=redis_url))
        stack.push(two)
        two.between(old)
        asyncio.run(rehearse(two, old, tell=_tell))
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
