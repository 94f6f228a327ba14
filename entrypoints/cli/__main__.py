"""
Commands for developers and operators.

The settings come from environment variables. Those that are not set are taken from the stack that
`make run` has started in this folder, if it is running.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from domain.accounts.roles import Role
from domain.errors import DomainError
from domain.ids import InvestorId, ProcessId
from entrypoints import configuration, lifecycle
from entrypoints.cli import audit, demo, parked_jobs
from entrypoints.cli.display import Display
from entrypoints.cli.views import balance_lines, trail_document
from entrypoints.configuration import InvalidConfiguration
from entrypoints.local import handover
from entrypoints.migrate import __main__ as migrating
from entrypoints.settings import Settings
from ports.clock import ClockSkewed

SANDBOX_URL = "http://127.0.0.1:8090"


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="python -m entrypoints.cli",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "demo", help="take one investor through the running system and show the money trail"
    )
    trail = commands.add_parser(
        "trail", help="show everything that happened to a deposit, withdrawal or order"
    )
    trail.add_argument("id", type=_uuid, help="the id of the deposit, withdrawal or order")
    commands.add_parser("migrate", help="apply missing migrations to the database of DATABASE_URL")
    balances = commands.add_parser(
        "balances", help="show the totals by role and asset, or the accounts of one investor"
    )
    balances.add_argument(
        "investor",
        nargs="?",
        type=_uuid,
        help="an investor's id; without it, the totals of all accounts are shown",
    )
    reconcile = commands.add_parser(
        "reconcile", help="compare our ledger with the providers' books, and show what differs"
    )
    reconcile.add_argument("investor", nargs="*", type=_uuid, help="ids of investors, else all")
    _add_audit(commands.add_parser)
    role = commands.add_parser(
        "grant-role", help="give an investor a role; this is how the first administrator is made"
    )
    role.add_argument("email", help="the e-mail address of the investor")
    role.add_argument("role", choices=[each.value for each in Role])
    role.add_argument("--reason", required=True, help="the reason, which the audit trail records")
    parked_jobs.add_to(commands.add_parser)
    return top


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an id") from None


def _add_audit(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    verify = add_parser(
        "verify-audit", help="check the audit trail's hash chain and name the records that changed"
    )
    verify.add_argument("--file", type=Path, help="check an exported file instead of the database")
    verify.add_argument(
        "--witness", help="the hash of a block, from the log; it must be in the chain"
    )
    export = add_parser(
        "export-audit", help="write the sealed audit trail to a file that verify-audit can check"
    )
    export.add_argument("file", type=Path)
    export.add_argument(
        "--from", type=audit.moment, dest="since", help="sealed at or after this time"
    )
    export.add_argument("--to", type=audit.moment, dest="until", help="sealed before this time")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 for invalid settings, 1 for a refusal."""
    options = parser().parse_args(arguments)
    if options.command == "migrate":
        return migrating.main(["up"])
    try:
        if options.command == "verify-audit" and options.file:
            return _print_report(audit.verify_file(options.file, witness=options.witness))
        settings = configuration.load()
        return asyncio.run(_run(options, settings))
    except InvalidConfiguration as error:
        print(
            f"{error}\nSet these, or start `make run` in this folder: commands then use its settings.",
            file=sys.stderr,
        )
        return 2
    except (OSError, ClockSkewed) as error:
        print(error, file=sys.stderr)
        return 1
    except DomainError as error:
        print(f"{error.code} {error.detail}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    display = Display()
    if options.command == "demo":
        sandbox_url = os.environ.get("STACK_SANDBOX_URL", SANDBOX_URL)
        return await demo.run(settings, sandbox_url=sandbox_url, display=display)
    async with lifecycle.running(settings, role=lifecycle.COMMAND) as running:
        application = running.application
        match options.command:
            case "trail":
                process_id = ProcessId(options.id)
                record, lines = await application.trails.trail(process_id, investor_id=None)
                display.trail(trail_document(record, lines))
            case "reconcile":
                owners = [InvestorId(investor) for investor in options.investor] or None
                rows = await application.reconciliation.compare(owners)
                display.conservation(rows)
                return 0 if all(row.agrees for row in rows) else 1
            case "grant-role":
                given = Role(options.role)
                investor = await application.staff.give_role_from_terminal(
                    options.email, role=given, reason=options.reason
                )
                print(f"{investor.email} has the role {investor.role.value} and must log in again")
            case "parked-jobs" | "resume-job":
                print(await parked_jobs.report(application.parked_jobs, options))
            case "verify-audit":
                return _print_report(
                    await audit.verify(application.audit_trail, witness=options.witness)
                )
            case "export-audit":
                span = {"since": options.since, "until": options.until}
                return _print_report(
                    await audit.export(application.audit_trail, options.file, **span)
                )
            case _:
                owner = InvestorId(options.investor) if options.investor else None
                for line in await balance_lines(application.ledger, owner):
                    print(line)
    return 0


def _print_report(report: audit.Report) -> int:
    for line in report.lines():
        print(line)
    return 0 if report.is_sound else 1


if __name__ == "__main__":
    handover.adopt(os.environ)
    sys.exit(main())
