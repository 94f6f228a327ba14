"""Reads one owner's books at one place, ours and the provider's, and finds where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import attrs

from domain.ids import FIRM, ProcessId, first_id_at
from domain.ledger.account import Role
from domain.money import USD, USDC, Asset, Money
from domain.processes.terminal import is_terminal
from domain.reconciliation.break_record import Break
from domain.reconciliation.difference import (
    BALANCE,
    BreakClass,
    Difference,
    Line,
    Place,
)
from domain.reconciliation.matching import Books, Standing, match
from domain.reconciliation.schedule import ReconciliationSchedule
from domain.services.operations.line_names import LineNames
from domain.services.operations.own_lines import own_lines, with_healings
from ports.books import Holder, WorldBooks
from ports.clock import Clock
from ports.errors import StoreTimedOut
from ports.ledger import Ledger, TooManyMovements
from ports.search import Found, Search

IDS_MAX = 500
"""The most processes that are read at once."""


@attrs.frozen(kw_only=True)
class Balances:
    """One asset at one place, in our ledger and at the provider."""

    ours: Money
    theirs: Money

    @property
    def off(self) -> Money:
        return self.theirs - self.ours


@attrs.frozen(kw_only=True)
class Reading:
    """``unsteady`` are the assets whose balances moved, so that only their lines are judged."""

    place: Place
    balances: Mapping[Asset, Balances]
    differences: Sequence[Difference] = ()
    unsteady: frozenset[Asset] = frozenset()


@attrs.frozen
class BooksReader:
    _ledger: Ledger
    _search: Search
    _names: LineNames
    _clock: Clock
    _schedule: ReconciliationSchedule

    async def read(
        self, books: WorldBooks, holder: Holder, *, current: Sequence[Break], complete: bool
    ) -> Reading:
        """
        Raises ``ProviderError``.

        Lines are read where balances differ, where ``current`` breaks stand, or with ``complete``.
        """
        here = [each for each in current if each.place is books.place]
        before = await self._balances(books, holder)
        shows_balance = before is not None
        if before and not complete and not here and not any(b.off for b in before.values()):
            return Reading(place=books.place, balances=before)
        since = self._since(here)
        theirs = await books.lines(holder, since=since)
        try:
            ours = await self._ours(books.place, holder, since)
        except (TooManyMovements, StoreTimedOut):
            return _by_balance(books.place, before or {})
        after = await self._balances(books, holder) if shows_balance else None
        recent = [line for line in theirs if line.at >= since]
        lines = await self._names.named(books.place, recent)
        return await self._matched(books.place, ours, lines, since, (before, after))

    async def read_chain(self, chain: WorldBooks, custodian: WorldBooks, holder: Holder) -> Reading:
        """The chain compared with the custodian, who may not have seen what the chain has."""
        seen = []
        for _ in range(2):
            told = await chain.holdings(holder)
            if told is None:
                return Reading(place=Place.CHAIN, balances={}, unsteady=frozenset({USDC}))
            on_chain = told.get(USDC, Money.zero(USDC))
            held = (await custodian.holdings(holder) or {}).get(USDC, Money.zero(USDC))
            seen.append(Balances(ours=held, theirs=on_chain))
            if not seen[-1].off:
                break
        off = seen[-1].off
        if off and seen[0] != seen[-1]:
            return Reading(place=Place.CHAIN, balances={USDC: seen[-1]}, unsteady=frozenset({USDC}))
        cls = BreakClass.MISSING if off.is_positive else BreakClass.ORPHAN
        found = [Difference(key=BALANCE, cls=cls, amount=off)] if off else []
        return Reading(place=Place.CHAIN, balances={USDC: seen[-1]}, differences=found)

    async def _balances(self, books: WorldBooks, holder: Holder) -> Mapping[Asset, Balances] | None:
        held = await books.holdings(holder)
        if held is None:
            return None
        accounts = await self._ledger.balances(holder.owner)
        ours = {a.asset: money for a, money in accounts.items() if a.role is books.place.role}
        always = {USDC if books.place is Place.CUSTODIAN else USD}
        return {
            asset: Balances(
                ours=ours.get(asset, Money.zero(asset)), theirs=held.get(asset, Money.zero(asset))
            )
            for asset in sorted(always | ours.keys() | held.keys())
        }

    def _since(self, here: Iterable[Break]) -> datetime:
        """The beginning of the window, and a day before the oldest break so that its lines are seen."""
        usual = self._clock.now() - self._schedule.window
        return min([usual, *(each.first_seen_at - self._schedule.window for each in here)])

    async def _ours(self, place: Place, holder: Holder, since: datetime) -> Sequence[Line]:
        role = place.role or Role.BROKER
        owner = None if holder.owner == FIRM else holder.owner
        found = await self._ledger.movements(
            owner, since=first_id_at(since), roles={role, Role.FEE_PAID}
        )
        at = FIRM if place is Place.OFFRAMP else holder.owner
        return own_lines(found, role=role, owner=at)

    async def _matched(
        self,
        place: Place,
        ours: Sequence[Line],
        theirs: Sequence[Line],
        since: datetime,
        readings: tuple[Mapping[Asset, Balances] | None, Mapping[Asset, Balances] | None],
    ) -> Reading:
        known = await self._known({line.about for line in (*ours, *theirs) if line.about})
        breaks = {id_: each.record for id_, each in known.items() if isinstance(each.record, Break)}
        ours, theirs = with_healings(ours, theirs, breaks)
        oldest = first_id_at(since)
        standing = {id_: self._standing(each) for id_, each in known.items() if id_ >= oldest}
        theirs = [x for x in theirs if not (x.about in known and x.about not in standing)]
        before, after = readings
        differences: list[Difference] = []
        unsteady = set()
        assets = {line.amount.asset for line in (*ours, *theirs)} | (before or {}).keys()
        for asset in sorted(assets):
            here, again = (each.get(asset) if each else None for each in (before, after))
            is_still = here == again
            off = here.off if here and is_still else None
            books = Books(
                asset=asset,
                ours=[line for line in ours if line.amount.asset == asset],
                theirs=[line for line in theirs if line.amount.asset == asset],
                standing=standing,
                off=off,
            )
            matched = match(books)
            differences += matched.differences
            if not matched.is_steady or not is_still:
                unsteady.add(asset)
        return Reading(
            place=place,
            balances=after or {},
            differences=differences,
            unsteady=frozenset(unsteady),
        )

    async def _known(self, ids: set[ProcessId]) -> dict[ProcessId, Found]:
        wanted, known = sorted(ids), {}
        for start in range(0, len(wanted), IDS_MAX):
            for found in await self._search.by_id(wanted[start : start + IDS_MAX]):
                known[found.record.id] = found
        return known

    def _standing(self, found: Found) -> Standing:
        rested = self._clock.now() - found.moved_at
        if rested < self._schedule.grace and not isinstance(found.record, Break):
            return Standing.MOVING
        if is_terminal(found.record):
            return Standing.ENDED
        return Standing.OPEN if rested < self._schedule.patience else Standing.LATE


def _by_balance(place: Place, balances: Mapping[Asset, Balances]) -> Reading:
    """Too much has moved to be matched: only the balances are compared."""
    found = [
        Difference(key=BALANCE, cls=BreakClass.AMOUNT, amount=each.off)
        for each in balances.values()
        if each.off
    ]
    return Reading(place=place, balances=balances, differences=found)
