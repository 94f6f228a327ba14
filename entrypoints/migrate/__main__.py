"""``python -m entrypoints.migrate``: migrates the schema of the database of ``DATABASE_URL``."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence

from adapters.postgres import migrator
from adapters.postgres.migrator import CannotMigrate

DISPOSABLE = ("development", "test")
"""The environments whose data may be deleted without asking."""


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Return 0 when done, 1 when it failed or ``check`` finds a difference, 2 for wrong arguments."""
    chosen = _parser().parse_args(argv)
    dsn = environ.get("DATABASE_URL")
    if not dsn:
        print("DATABASE_URL is not set: it says which database to migrate.", file=sys.stderr)
        return 2
    environment = environ.get("STACK_ENVIRONMENT", "development")
    if chosen.command == "down" and not chosen.yes and environment not in DISPOSABLE:
        print(f"down deletes data: add --yes to do it in {environment}.", file=sys.stderr)
        return 2
    try:
        return asyncio.run(_run(chosen, dsn))
    except CannotMigrate as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m entrypoints.migrate", description=__doc__)
    parser.set_defaults(command="up", steps=None)
    commands = parser.add_subparsers()
    up = commands.add_parser("up", help="apply the missing migrations; the default")
    up.add_argument("steps", type=_positive, nargs="?", help="how many at most; all unless given")
    up.set_defaults(command="up")
    down = commands.add_parser(
        "down", help="roll back the last migrations, which deletes their data"
    )
    down.add_argument("steps", type=_positive, help="how many to roll back")
    down.add_argument("--yes", action="store_true", help="confirm that the data may be deleted")
    down.set_defaults(command="down")
    commands.add_parser(
        "status", help="list the migrations and when they were applied"
    ).set_defaults(command="status")
    check = commands.add_parser("check", help="fail if a migration is missing or was edited")
    check.set_defaults(command="check")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


async def _run(chosen: argparse.Namespace, dsn: str) -> int:
    match chosen.command:
        case "up":
            done = await migrator.migrate(dsn, steps=chosen.steps)
            print("\n".join(f"applied {name}" for name in done) or "every migration is applied")
        case "down":
            undone = await migrator.roll_back(dsn, steps=chosen.steps)
            print("\n".join(f"rolled back {name}" for name in undone) or "no migration is applied")
        case _:
            return await _print_states(dsn, strictly=chosen.command == "check")
    return 0


async def _print_states(dsn: str, *, strictly: bool) -> int:
    states = await migrator.states(dsn)
    for state in states:
        applied = (
            f"applied {state.applied_at:%Y-%m-%d %H:%M:%S%z}" if state.applied_at else "missing"
        )
        print(f"{state.name}  {'edited, ' if state.is_changed else ''}{applied}")
    behind = any(state.is_changed or state.applied_at is None for state in states)
    return 1 if strictly and behind else 0


if __name__ == "__main__":
    sys.exit(main())
