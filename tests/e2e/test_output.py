"""Standard output of a command is its result alone, however much is logged meanwhile."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs
import orjson
import pytest

from tests.e2e.books import Books
from tests.e2e.command import Ran, run
from tests.e2e.investor import Investor
from tests.support.stack import Stack

EVERY_QUERY_IS_SLOW = {"STACK__POSTGRES__SLOW_QUERY_S": "0.000000001"}
AMOUNT = r" *-?[0-9]+(\.[0-9]+)? "


@attrs.frozen
class Terminal:
    """Runs commands while every query is logged as a slow one."""

    environment: Mapping[str, str]

    async def __call__(self, *arguments: str, logs: bool = True) -> str:
        """What a pipe gets; what is logged is checked here."""
        ran = await run("entrypoints.cli", *arguments, environment=self.environment)
        assert ran.code == 0, ran
        assert ("slow query" in events(ran)) is logs, ran
        return ran.output


@pytest.fixture
def terminal(stack: Stack) -> Terminal:
    return Terminal({**stack.environment, **EVERY_QUERY_IS_SLOW})


def events(ran: Ran) -> set[str]:
    return {orjson.loads(line)["event"] for line in ran.log.splitlines()}


def is_made_of(output: str, *shapes: str) -> bool:
    """Whether there are lines, and each begins like one of the shapes."""
    lines = list(filter(None, output.splitlines()))
    return bool(lines) and all(any(re.match(shape, line) for shape in shapes) for line in lines)


async def test_commands_of_an_operator(
    terminal: Terminal, ann: Investor, books: Books, tmp_path: Path
) -> None:
    await ann.funded()
    (deposit,) = await ann.deposits("broker_funded")

    trail = await terminal("trail", deposit["id"])
    head, lines = f"deposit {deposit['id']} ", (r"  \d\d:\d\d:\d\d\.", rf"{AMOUNT}USDC? ")
    assert is_made_of(trail, head, *lines), trail

    for balances in (await terminal("balances"), await terminal("balances", ann.id)):
        assert is_made_of(balances, AMOUNT), balances

    table = await terminal("reconcile", ann.id)
    assert is_made_of(table, r"Conservation", r"[┏┃┡│└]"), table

    hired = await terminal("grant-role", ann.walk.email, "support", "--reason", "hired")
    assert hired == f"{ann.walk.email} has the role support and must log in again\n"

    file = tmp_path / "audit.jsonl"
    verdict = (r"intact: ", r"head: ", r"not sealed yet: ")
    for audited in (
        await terminal("verify-audit"),
        await terminal("export-audit", str(file)),
        await terminal("verify-audit", "--file", str(file), logs=False),
    ):
        assert is_made_of(audited, *verdict), audited

    assert await terminal("migrate", logs=False) == "every migration is applied\n"


async def test_the_demo(stack: Stack, terminal: Terminal, books: Books) -> None:
    shown = await terminal("demo")
    assert is_made_of(
        shown,
        *(
            "One investor uses the public API",
            "The money trail",
            " *Conservation",
            "  ok  ",
            "[┏┃┡│└]",
        ),
        *("(deposit|order|withdrawal) ", r"  \d\d:\d\d:\d\d\.", AMOUNT),
    ), shown


@pytest.mark.parametrize("arguments", [(), ("status",), ("check",)])
async def test_the_migrator(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    ran = await run("entrypoints.migrate", *arguments, environment=terminal.environment)
    assert (ran.code, ran.log) == (0, "")
    assert is_made_of(ran.output, "every migration is applied", r"\d{4}_\S+ +applied ")


def test_documents() -> None:
    def made(module: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run((sys.executable, "-m", module), check=True, capture_output=True)

    described = made("entrypoints.http.openapi")
    assert (orjson.loads(described.stdout)["openapi"][0], described.stderr) == ("3", b"")
    codes = made("entrypoints.http.codes")
    assert (codes.stdout, codes.stderr) == (Path("docs/errors.md").read_bytes(), b"")
