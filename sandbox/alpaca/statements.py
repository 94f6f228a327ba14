"""The broker's documents for its customers: a confirmation each trading day, a statement each month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import attrs

from sandbox.alpaca.activities import Activities, ActivityQuery
from sandbox.alpaca.errors import Missing
from sandbox.alpaca.pdf import render_pdf

CONFIRMATION = "trade_confirmation"
STATEMENT = "account_statement"
LINES_MAX = 2000


@attrs.frozen(kw_only=True)
class Paper:
    """One document about an account; its id is the same at every request."""

    id: str
    kind: str
    day: date
    lines: Sequence[str]

    def view(self) -> dict[str, object]:
        name = f"{self.kind}-{self.day.isoformat()}.pdf"
        frame = {"id": self.id, "name": name, "type": self.kind, "sub_type": ""}
        return {**frame, "date": self.day.isoformat()}

    def content(self) -> bytes:
        return render_pdf([f"{self.kind} {self.day.isoformat()}", *self.lines])


@attrs.frozen
class Statements:
    """
    Made from the account's activities at each request.

    guess: the kinds of documents and their content; the documentation only names the paths.
    """

    _activities: Activities

    def of(self, account_id: str) -> list[Paper]:
        """Newest first."""
        lines: dict[tuple[str, date], list[str]] = defaultdict(list)
        for view in self._activities.page(_everything(account_id)):
            day = date.fromisoformat(str(view.get("date") or view["transaction_time"])[:10])
            if view["activity_type"] == "FILL":
                lines[CONFIRMATION, day].append(_line(view))
            lines[STATEMENT, day.replace(day=1)].append(_line(view))
        papers = [_paper(account_id, kind, day, each) for (kind, day), each in lines.items()]
        return sorted(papers, key=lambda paper: (paper.day, paper.kind), reverse=True)

    def get(self, account_id: str, document_id: str) -> Paper:
        for paper in self.of(account_id):
            if paper.id == document_id:
                return paper
        raise Missing("document not found")


def _everything(account_id: str) -> ActivityQuery:
    return ActivityQuery(
        account_id=account_id,
        types=(),
        category=None,
        order_id=None,
        after="",
        until="9999",
        descending=False,
        page_token=None,
        page_size=LINES_MAX,
    )


def _paper(account_id: str, kind: str, day: date, lines: Sequence[str]) -> Paper:
    paper_id = str(uuid5(NAMESPACE_DNS, f"{account_id}.{kind}.{day}.sandbox"))
    return Paper(id=paper_id, kind=kind, day=day, lines=lines)


def _line(view: Mapping[str, Any]) -> str:
    if view["activity_type"] == "FILL":
        return f"{view['side']} {view['qty']} {view['symbol']} at {view['price']}"
    return f"{view['activity_type']} {view['net_amount']} {view['qty']} {view['symbol']}".strip()
