"""The investor's balances and positions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import attrs
from aiohttp import web

from domain.money import Money
from domain.quantity import Price
from domain.services.trading.portfolio import AssetBalance, Position
from entrypoints.http.app_keys import application, caller
from entrypoints.http.bodies import answer
from entrypoints.http.paging import answer_all
from entrypoints.http.parsing import DecimalText
from entrypoints.http.serialization import Shares


@attrs.frozen(kw_only=True)
class BalanceView:
    """
    The investor's balance of one asset; only ``available`` can be spent or sold.

    All amounts are in the one ``asset``; ``kind`` tells the currency USD from a fund with that ticker.
    """

    asset: str
    kind: Literal["share", "currency"]
    available: DecimalText
    held: DecimalText
    incoming: DecimalText
    outgoing: DecimalText
    dust: DecimalText
    owed: DecimalText

    @classmethod
    def of(cls, balance: AssetBalance) -> BalanceView:
        return cls(
            asset=balance.asset.code,
            kind="share" if balance.asset.is_share else "currency",
            available=DecimalText(balance.available.decimal),
            held=DecimalText(balance.held.decimal),
            incoming=DecimalText(balance.incoming.decimal),
            outgoing=DecimalText(balance.outgoing.decimal),
            dust=DecimalText(balance.dust.decimal),
            owed=DecimalText(balance.owed.decimal),
        )


@attrs.frozen(kw_only=True)
class PositionView:
    """
    Shares of one symbol, valued at the price of the last trade, which was at ``price_at``.

    A price ``is_stale`` when that trade is more than four days old, or market data is unavailable and this
    is what was known before. ``price`` and ``value`` are null while nothing is known.
    """

    symbol: str
    quantity: Shares
    price: Price | None
    price_at: datetime | None
    is_stale: bool
    value: Money | None

    @classmethod
    def of(cls, position: Position) -> PositionView:
        return cls(
            symbol=position.symbol,
            quantity=position.quantity,
            price=position.price.price if position.price else None,
            price_at=position.price.at if position.price else None,
            is_stale=position.price.is_stale if position.price else False,
            value=position.value,
        )


@attrs.frozen(kw_only=True)
class PortfolioView:
    """
    ``total`` leaves out the positions of the symbols in ``unpriced``, whose value is unknown.

    ``stale`` are the symbols that it counts at a stale price.
    """

    cash: BalanceView
    positions: Sequence[PositionView]
    total: Money
    unpriced: Sequence[str]
    stale: Sequence[str]


async def balances(request: web.Request) -> web.Response:
    """List the investor's balance of every asset."""
    found = await application(request).portfolio.balances(caller(request))
    return answer_all(found, view=BalanceView.of)


async def portfolio(request: web.Request) -> web.Response:
    """Show cash, positions and their total value."""
    found = await application(request).portfolio.portfolio(caller(request))
    return answer(
        PortfolioView(
            cash=BalanceView.of(found.cash),
            positions=[PositionView.of(position) for position in found.positions],
            total=found.total,
            unpriced=found.unpriced,
            stale=found.stale,
        )
    )
