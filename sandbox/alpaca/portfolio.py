"""An account's worth over time: the portfolio history (alpaca.md §7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import attrs
import orjson

from domain.money import USD, Money
from sandbox.alpaca import sessions
from sandbox.alpaca.account import Account
from sandbox.alpaca.amounts import number, ratio, value
from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.fields import Fields
from sandbox.alpaca.history import Holdings
from sandbox.alpaca.market import Market
from sandbox.alpaca.timeframes import Timeframe

PERIOD = re.compile(r"([1-9][0-9]{0,2})([DWMA])")
DAYS = {"D": 1, "W": 7, "M": 30, "A": 365}
STEPS = {
    "1Min": Timeframe(1, "Min"),
    "5Min": Timeframe(5, "Min"),
    "15Min": Timeframe(15, "Min"),
    "1H": Timeframe(1, "H"),
    "1D": Timeframe(1, "D"),
}
POINTS_MAX = 10_000
# guess: the default timeframe of a short and of a medium window.
SHORT, MIDDLING = timedelta(days=7), timedelta(days=30)


@attrs.frozen(kw_only=True)
class HistoryQuery:
    """The window and its steps."""

    start: datetime
    end: datetime
    timeframe: str

    def moments(self) -> list[datetime]:
        """The ends of the steps, the last of them the end of the window. Raises ``Invalid``."""
        ends = [span.end for span in STEPS[self.timeframe].spans(self.start, self.end)]
        inside = [end for end in ends if self.start < end < self.end]
        if len(inside) >= POINTS_MAX:
            raise Invalid(f"at most {POINTS_MAX} points")
        return [*inside, self.end]


def read_history_query(fields: Fields, *, now: datetime) -> HistoryQuery:
    end = min(fields.moment("end") or _day_end(fields) or now, now)
    start = fields.moment("start") or end - _period(fields.optional("period") or "1M")
    if start > end:
        raise Invalid("start must be before end")
    span = end - start
    usual = "1Min" if span < SHORT else "15Min" if span < MIDDLING else "1D"
    timeframe = fields.choice("timeframe", tuple(STEPS), default=usual)
    return HistoryQuery(start=start, end=end, timeframe=timeframe)


def _day_end(fields: Fields) -> datetime | None:
    day = fields.moment("date_end")
    return day and datetime.combine(day.date(), time.max, sessions.NEW_YORK)


def _period(text: str) -> timedelta:
    found = PERIOD.fullmatch(text)
    if found is None:
        raise Invalid("period is invalid")
    return timedelta(days=int(found[1]) * DAYS[found[2]])


def equity(holdings: Holdings, market: Market, moment: datetime) -> Money:
    """Cash and shares at the prices of that moment."""
    return holdings.cash + invested(holdings, market, moment)


def invested(holdings: Holdings, market: Market, moment: datetime) -> Money:
    worth = [
        value(quantity, market.price_at(symbol, moment))
        for symbol, quantity in holdings.shares.items()
    ]
    return sum(worth, start=Money.zero(USD))


def history_view(account: Account, market: Market, query: HistoryQuery) -> dict[str, object]:
    """
    Equity at each moment; profit is the change less what was paid in since the window began.

    guess: the percentage is of the equity at the start plus what was paid in.
    """
    first = account.timeline.at(query.start)
    base = equity(first, market, query.start)
    moments = query.moments()
    holdings = [account.timeline.at(moment) for moment in moments]
    worth = [equity(each, market, moment) for each, moment in zip(holdings, moments, strict=True)]
    put_in = [base + each.paid_in - first.paid_in for each in holdings]
    profits = [each - stake for each, stake in zip(worth, put_in, strict=True)]
    return {
        "timestamp": [int(moment.timestamp()) for moment in moments],
        "equity": [number(each) for each in worth],
        "profit_loss": [number(each) for each in profits],
        "profit_loss_pct": _shares_of(profits, put_in),
        "base_value": number(base),
        "timeframe": query.timeframe,
    }


def _shares_of(profits: Sequence[Money], stakes: Sequence[Money]) -> list[orjson.Fragment]:
    pairs = zip(profits, stakes, strict=True)
    return [orjson.Fragment(ratio(profit, stake).encode()) for profit, stake in pairs]
