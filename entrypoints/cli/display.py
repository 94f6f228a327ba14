"""The demo's output on a terminal: live steps, the money trail, the conservation table."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from domain.services.operations.reconciliation import Comparison
from entrypoints.cli import trail_text

Step = tuple[str, Callable[[], Awaitable[str]]]


class Display:
    """Writes to one console. A step is shown while it runs, and its result stays."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._note = ""

    def note(self, text: str) -> None:
        """Show what the running step is waiting for."""
        self._note = text

    async def step(self, title: str, act: Callable[[], Awaitable[str]]) -> None:
        """Run one step with a spinner, then print its result and how long it took."""
        self._note = ""
        started = time.monotonic()
        with self._spinning(title):
            outcome = await act()
        took_s = time.monotonic() - started
        self._console.print(
            Text.assemble(("  ok  ", "green"), (f"{title:<22}", "bold"), outcome)
            + Text(f"  {took_s:.1f} s", "dim"),
            soft_wrap=not self._console.is_terminal,
        )

    @contextmanager
    def _spinning(self, title: str) -> Iterator[None]:
        def render() -> Spinner:
            return Spinner("dots", Text.assemble((f" {title:<22}", "bold"), (self._note, "dim")))

        with Live(get_renderable=render, console=self._console, transient=True):
            yield

    def heading(self, text: str) -> None:
        self._console.print(Text(f"\n{text}", "bold"))

    def trail(self, trail: Mapping[str, Any], *, owner: str = "") -> None:
        """Print every line of one process's history; long lines are not wrapped."""
        for line in trail_text.lines(trail, owner=owner):
            self._console.print(line, soft_wrap=True, highlight=False)

    def conservation(self, comparisons: Sequence[Comparison]) -> None:
        """Print one row for each asset and place: our ledger's amount and theirs."""
        table = Table(title="Conservation", title_justify="left")
        for column in ("asset", "place", "ledger", "elsewhere", ""):
            table.add_column(
                column, justify="right" if column in {"ledger", "elsewhere"} else "left"
            )
        for row in comparisons:
            mark = Text("=", "green") if row.agrees else Text(_why(row), "bold red")
            table.add_row(row.asset.code, row.place, row.ours.decimal, row.theirs.decimal, mark)
        self._console.print(table)

    def failure(self, text: str) -> None:
        self._console.print(Text(text, "bold red"))


def _why(row: Comparison) -> str:
    """``DIFFERS`` and the class of each difference, with its amount."""
    parts = (f"{each.cls.value} {each.amount.decimal}" for each in row.differences)
    return " ".join(("DIFFERS", ", ".join(parts))).strip()
