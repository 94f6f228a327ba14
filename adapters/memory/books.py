"""The books of the world in memory: what the provider's twin holds, and what a test plants beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import attrs

from domain.ids import FIRM, InvestorId
from domain.money import Asset, Money
from domain.reconciliation.difference import Line, Place
from ports.books import Holder, WorldBooks
from ports.errors import ProviderUnavailable

Held = Callable[[Holder], Awaitable[Mapping[Asset, Money]]]


async def nothing(_: Holder) -> Mapping[Asset, Money]:
    """The holdings of a provider without a twin."""
    return {}


@attrs.define
class InMemoryBooks(WorldBooks):
    """
    ``held`` asks the provider's twin. Without ``shows_balance`` there are only lines.

    While ``is_down`` nothing can be read.
    """

    at: Place
    held: Held = nothing
    shows_balance: bool = True
    is_down: bool = False
    _lines: dict[InvestorId, list[Line]] = attrs.field(factory=lambda: defaultdict(list))
    _beside: dict[InvestorId, dict[Asset, Money]] = attrs.field(factory=lambda: defaultdict(dict))

    @property
    def place(self) -> Place:
        return self.at

    def copy(self, owner: InvestorId, line: Line) -> None:
        """Write a line for what the twin's balance shows already."""
        self._lines[owner].append(line)

    def plant(self, owner: InvestorId, line: Line) -> None:
        """Write a line that changes the balance too."""
        self._lines[owner].append(line)
        self.add(owner, line.amount)

    def erase(self, owner: InvestorId, line: Line) -> None:
        """Undo what a line did."""
        self._lines[owner].remove(line)
        self.add(owner, -line.amount)

    def add(self, owner: InvestorId, amount: Money) -> None:
        """Change the balance without a line."""
        beside = self._beside[owner]
        beside[amount.asset] = beside.get(amount.asset, Money.zero(amount.asset)) + amount

    async def holdings(self, holder: Holder) -> Mapping[Asset, Money] | None:
        self._require_up()
        has_none = self.at is Place.BROKER and holder.owner != FIRM and not holder.broker_account_id
        if has_none or not self.shows_balance:
            return None
        held = dict(await self.held(holder))
        for asset, amount in self._beside[holder.owner].items():
            held[asset] = held.get(asset, Money.zero(asset)) + amount
        return held

    async def lines(self, holder: Holder, *, since: datetime) -> Sequence[Line]:
        self._require_up()
        return [line for line in self._lines[holder.owner] if line.at >= since]

    def _require_up(self) -> None:
        if self.is_down:
            raise ProviderUnavailable("down", provider="memory", operation="books")
