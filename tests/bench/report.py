"""The one table that ``make bench`` prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.bench.deposits import percentile


class Report:
    """Collects rows and says each as soon as it is there."""

    def __init__(self) -> None:
        self._console = Console()
        self._notes: list[str] = []
        self._table = Table(title="Benchmark", title_justify="left")
        for column in ("", "what", "per second", "ratio", "against", "aim"):
            right = column in {"per second", "ratio", "aim"}
            self._table.add_column(column, justify="right" if right else "left")

    def row(
        self,
        part: str,
        what: str,
        per_s: float,
        *,
        against: str = "",
        limit: float | None = None,
        aim: float | None = None,
    ) -> None:
        ratio = f"{per_s / limit:.2f}" if limit else ""
        self._console.print(f"({part}) {what}: {per_s:,.0f}/s {ratio}", highlight=False)
        self._table.add_row(
            part, what, f"{per_s:,.0f}", ratio, against, f">= {aim:g}" if aim else ""
        )

    def latencies(self, part: str, what: str, sorted_ms: Sequence[float]) -> None:
        """``what`` at the 50th, 95th and 99th percentile."""
        shares = [f"{percentile(sorted_ms, share):,.0f}" for share in (0.5, 0.95, 0.99)]
        self._table.add_row(part, what, "", "", "p50 / p95 / p99", " / ".join(shares))

    def notes(self, lines: Sequence[str]) -> None:
        self._notes += lines

    def show(self) -> None:
        self._console.print(self._table)
        for line in self._notes:
            self._console.print(line)
