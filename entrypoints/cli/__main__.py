"""``python -m entrypoints.cli``: what a developer or an operator does from a terminal."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from domain.errors import DomainError
from domain.ids import InvestorId, ProcessId
from entrypoints import lifecycle, settings
from entrypoints.cli import demo
from entrypoints.cli.display import Display
from entrypoints.cli.views import balance_lines, trail_document
from entrypoints.migrate import __main__ as migrating
from entrypoints.settings import InvalidConfiguration, Settings

SANDBOX_URL = "http://127.0.0.1:8090"


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m entrypoints.cli", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "demo", help="walk one investor through the running system and show the money trail"
    )
    trail = commands.add_parser(
        "trail", help="everything that happened to a deposit, withdrawal or order"
    )
    trail.add_argument("id", help="the id of the deposit, withdrawal or order")
    commands.add_parser("migrate", help="bring the database of DATABASE_URL to head")
    balances = commands.add_parser(
        "balances", help="balances by role and asset, or one investor's accounts"
    )
    balances.add_argument(
        "investor", nargs="?", help="an investor's id; all of them together if left out"
    )
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Configuration errors are 2, refusals 1."""
    options = parser().parse_args(arguments)
    if options.command == "migrate":
        return migrating.main()
    try:
        configuration = settings.load()
        return asyncio.run(_run(options, configuration))
    except InvalidConfiguration as error:
        print(error, file=sys.stderr)
        return 2
    except DomainError as error:
        print(f"{error.code} {error.detail}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _run(options: argparse.Namespace, configuration: Settings) -> int:
    display = Display()
    if options.command == "demo":
        sandbox_url = os.environ.get("STACK_SANDBOX_URL", SANDBOX_URL)
        return await demo.run(configuration, sandbox_url=sandbox_url, display=display)
    async with lifecycle.running(configuration, role="cli") as running:
        application = running.application
        if options.command == "trail":
            record, lines = await application.trails.trail(ProcessId(options.id), investor_id=None)
            display.trail(trail_document(record, lines))
        else:
            owner = InvestorId(options.investor) if options.investor else None
            for line in await balance_lines(application.ledger, owner):
                print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
