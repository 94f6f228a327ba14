"""Customers' watchlists: named lists of symbols."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import attrs

from sandbox.alpaca.errors import Missing, Unprocessable
from sandbox.alpaca.market import Market
from sandbox.world import World


@attrs.define(kw_only=True)
class Watchlist:
    id: str
    account_id: str
    name: str
    symbols: list[str]
    created_at: str
    updated_at: str


@attrs.define(kw_only=True)
class Watchlists:
    """guess: the whole resource follows the official client; our documents do not describe it."""

    _world: World
    _market: Market
    _by_account: dict[str, dict[str, Watchlist]] = attrs.field(factory=lambda: defaultdict(dict))

    def of(self, account_id: str) -> list[Watchlist]:
        return list(self._by_account[account_id].values())

    def get(self, account_id: str, watchlist_id: str) -> Watchlist:
        watchlist = self._by_account[account_id].get(watchlist_id)
        if watchlist is None:
            raise Missing("watchlist not found")
        return watchlist

    def create(self, account_id: str, name: str, symbols: Iterable[str]) -> Watchlist:
        """Raises ``Unprocessable`` for a name that is taken or a symbol that is unknown."""
        self._check_name(account_id, name)
        at = self._world.clock.stamp()
        watchlist = Watchlist(
            id=self._world.new_uuid(),
            account_id=account_id,
            name=name,
            symbols=self._known(symbols),
            created_at=at,
            updated_at=at,
        )
        self._by_account[account_id][watchlist.id] = watchlist
        return watchlist

    def update(
        self, watchlist: Watchlist, *, name: str | None, symbols: Iterable[str] | None
    ) -> None:
        """Change the given fields. Raises ``Unprocessable`` and changes nothing."""
        if name is not None and name != watchlist.name:
            self._check_name(watchlist.account_id, name)
        known = watchlist.symbols if symbols is None else self._known(symbols)
        watchlist.name, watchlist.symbols = name or watchlist.name, known
        watchlist.updated_at = self._world.clock.stamp()

    def remove(self, watchlist: Watchlist) -> None:
        del self._by_account[watchlist.account_id][watchlist.id]

    def _known(self, symbols: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(self._market.tradable(each).symbol for each in symbols))

    def _check_name(self, account_id: str, name: str) -> None:
        if any(each.name == name for each in self.of(account_id)):
            raise Unprocessable("watchlist name must be unique")
