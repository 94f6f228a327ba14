"""``python -m tests.migrations``: the round trips on a throw-away database, and a table of them."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
import urllib.parse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import asyncpg

from adapters.postgres.migrator import CannotMigrate
from entrypoints.local.postgres import PostgresServer
from tests.migrations.round_trips import RoundTrip, RoundTripFailed, round_trips


def main() -> int:
    with ExitStack() as stack:
        try:
            return asyncio.run(_run(_server(stack)))
        except (RoundTripFailed, CannotMigrate) as error:
            sys.stderr.write(f"FAILED: {error}\n")
            return 1


def _server(stack: ExitStack) -> str:
    """The server of DATABASE_URL, on which a database of ours is made, or one from the wheels."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stack-migrations-")))
    return stack.enter_context(PostgresServer(folder / "postgres", durable=False)).dsn


async def _run(server: str) -> int:
    name = f"migrations_{secrets.token_hex(6)}"
    sql = await asyncpg.connect(server)
    try:
        await sql.execute(f"CREATE DATABASE {name}")
        _tell(await round_trips(urllib.parse.urlsplit(server)._replace(path=f"/{name}").geturl()))
    finally:
        await sql.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await sql.close()
    return 0


def _tell(done: Sequence[RoundTrip]) -> None:
    width = max(len(each.name) for each in done)
    lines = [f"{'migration':{width}}  down up down  objects below  tables with rows below"]
    for each in done:
        below = f"{each.objects:13}  {each.tables_with_rows:22}"
        lines.append(f"{each.name:{width}}  ok   ok ok    {below}")
    lines.append("the whole chain: up, down and up again, with data: ok")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
