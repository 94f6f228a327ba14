"""How a money trail looks from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.processes.decision import Process
from domain.services.operations.trails import TrailNotFound
from domain.trading.order import Order
from entrypoints.http.views.reasons import detail_for_investor
from ports.processes import TrailLine


@attrs.frozen(kw_only=True)
class LineView:
    at: datetime
    kind: str
    title: str
    detail: Mapping[str, Any]

    @classmethod
    def of(cls, line: TrailLine, *, about: str = "") -> LineView:
        title = f"{about}: {line.title}" if about else line.title
        return cls(at=line.at, kind=line.kind, title=title, detail=detail_for_investor(line.detail))


@attrs.frozen(kw_only=True)
class TrailView:
    """The history of one process, oldest first; of a basket order, that of all its orders."""

    id: str
    kind: str
    stage: str
    lines: Sequence[LineView]

    @classmethod
    def of(cls, record: Process, lines: Sequence[TrailLine]) -> TrailView:
        return cls(
            id=record.id,
            kind=_kind_of(record),
            stage=record.stage.value,
            lines=[LineView.of(line) for line in lines],
        )

    @classmethod
    def of_basket_order(
        cls, group_id: str, trails: Sequence[tuple[Order, Sequence[TrailLine]]]
    ) -> TrailView:
        """``stage`` is ``closed`` once every order has ended; titles begin with the symbol."""
        lines = [
            LineView.of(line, about=order.terms.symbol) for order, trail in trails for line in trail
        ]
        is_closed = all(order.stage.is_final for order, _ in trails)
        return cls(
            id=group_id,
            kind="basket_order",
            stage="closed" if is_closed else "open",
            lines=sorted(lines, key=lambda line: line.at),
        )


def _kind_of(record: Process) -> str:
    """What moves no money has no trail to show. Raises ``TrailNotFound``."""
    match record:
        case Deposit():
            return "deposit"
        case Withdrawal():
            return "withdrawal"
        case Order():
            return "order"
        case _:
            raise TrailNotFound
