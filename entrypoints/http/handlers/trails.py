"""The money trail of a deposit, a withdrawal, an order or a basket order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
from aiohttp import web

from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import ProcessId
from domain.processes.decision import Process
from domain.services.operations.trails import TrailNotFound
from domain.trading.order import Order, OrderNotFound
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer, path_id
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
    """The history of one process, oldest first; for a basket order, of all its orders."""

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
    """Raises ``TrailNotFound`` for a process that moves no money."""
    match record:
        case Deposit():
            return "deposit"
        case Withdrawal():
            return "withdrawal"
        case Order():
            return "order"
        case _:
            raise TrailNotFound


async def show(request: web.Request) -> web.Response:
    """Show the money trail of a deposit, a withdrawal, an order or a basket order."""
    process_id = path_id(request, missing=TrailNotFound)
    try:
        record, lines = await application(request).trails.trail(
            process_id, investor_id=caller(request)
        )
    except TrailNotFound:
        return answer(await _of_basket_order(request, process_id))
    return answer(TrailView.of(record, lines))


async def _of_basket_order(request: web.Request, group_id: ProcessId) -> TrailView:
    """Raises ``TrailNotFound`` when the caller has no such basket order."""
    investor_id = caller(request)
    try:
        orders = await application(request).trading.basket_order(investor_id, group_id)
    except OrderNotFound:
        raise TrailNotFound from None
    trails = [
        (order, (await application(request).trails.trail(order.id, investor_id=investor_id))[1])
        for order in orders
    ]
    return TrailView.of_basket_order(group_id, trails)
