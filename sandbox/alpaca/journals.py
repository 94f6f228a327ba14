"""
Journals between the firm's account and its customers.

The amount is held when the journal is accepted and moves when it executes, so it can neither be spent
twice nor be seen on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import attrs

from sandbox.alpaca.account import ACTIVE
from sandbox.alpaca.accounts import Accounts
from sandbox.alpaca.activities import Activities
from sandbox.alpaca.errors import Invalid, Missing, NotAllowed, Unprocessable
from sandbox.alpaca.events import Events, Stream
from sandbox.alpaca.held_balance import NotAvailable
from sandbox.alpaca.journal import Journal, JournalRequest
from sandbox.alpaca.market import Market
from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.faults import outcomes
from sandbox.world import World

UNFINISHED = frozenset({"queued", "sent_to_clearing", "pending"})


@attrs.define(kw_only=True)
class Journals:
    """queued -> sent_to_clearing -> executed by the clock; pending above the limit (alpaca.md §4)."""

    _world: World
    _settings: AlpacaSandboxSettings
    _accounts: Accounts
    _market: Market
    _activities: Activities
    _events: Events
    _by_id: dict[str, Journal] = attrs.field(factory=dict)

    def __iter__(self) -> Iterator[Journal]:
        """Oldest first."""
        return iter(self._by_id.values())

    def newest_first(self) -> Iterator[Journal]:
        return reversed(self._by_id.values())

    def get(self, journal_id: str) -> Journal:
        if journal_id not in self._by_id:
            raise Missing("journal not found")
        return self._by_id[journal_id]

    def create(self, requests: Sequence[JournalRequest], *, key: str | None) -> list[Journal]:
        """Accept all of ``requests`` or none. Raises ``AlpacaRefusal``."""
        prepared = [self._prepare(request, key) for request in requests]
        self._hold_all(prepared)
        for journal in prepared:
            self._by_id[journal.id] = journal
            self._move(journal, "queued")
            self._later(journal, self._clear)
        return prepared

    def cancel(self, journal: Journal) -> None:
        """Only a pending journal can be cancelled. Raises ``Unprocessable``."""
        if journal.status != "pending":
            raise Unprocessable(f"journal is not cancelable in status {journal.status}")
        self._stop(journal, "canceled")

    def _prepare(self, request: JournalRequest, key: str | None) -> Journal:
        source = self._accounts.get(request.from_account)
        target = self._accounts.get(request.to_account)
        is_cash = request.entry_type == "JNLC"
        if source.is_firm == target.is_firm:
            raise Invalid("journals move between the firm account and a customer account")
        if not is_cash and not source.is_firm:
            raise Invalid("JNLS moves from the firm account only")
        source.require_active()
        target.require_active()
        symbol = request.amount.asset.code
        return Journal(
            id=self._world.new_uuid(),
            request=request,
            source=source,
            target=target,
            price=None if is_cash else self._market.price(self._market.tradable(symbol).symbol),
            idempotency_key=key,
            created_at=self._world.clock.stamp(),
        )

    def _hold_all(self, journals: Sequence[Journal]) -> None:
        done: list[Journal] = []
        try:
            for journal in journals:
                journal.source_pot.hold_own(journal.id, journal.request.amount)
                done.append(journal)
        except NotAvailable:
            for journal in done:
                journal.source_pot.release(journal.id)
            raise NotAllowed("amount is not available in the from_account") from None

    def _later(self, journal: Journal, step: Callable[[Journal], None]) -> None:
        self._world.clock.call_later(self._settings.journal_step_s, partial(step, journal))

    def _clear(self, journal: Journal) -> None:
        wanted = self._world.faults.outcome(outcomes.JOURNAL, journal.view())
        match wanted or journal.fixture:
            case "rejected":
                self._stop(journal, "rejected")
            case "pending":
                self._move(journal, "pending")
            case _ if self._above_limit(journal):
                self._move(journal, "pending")
                self._world.clock.call_later(
                    self._settings.journal_review_s, partial(self._execute, journal)
                )
            case _:
                self._move(journal, "sent_to_clearing")
                self._later(journal, self._execute)

    def _above_limit(self, journal: Journal) -> bool:
        limit = self._settings.journal_limit
        return journal.request.entry_type == "JNLC" and journal.request.amount > limit

    def _execute(self, journal: Journal) -> None:
        if journal.status not in UNFINISHED:
            return
        if journal.target.status != ACTIVE:
            self._stop(journal, "refused")
            return
        if journal.request.entry_type == "JNLC":
            self._move_cash(journal)
        else:
            self._move_shares(journal)
        journal.settle_date = self._world.clock.stamp()[:10]
        self._move(journal, "executed")

    def _move_cash(self, journal: Journal) -> None:
        amount = journal.request.amount
        journal.source.cash.spend(journal.id, amount)
        journal.target.cash.add(amount)
        for account, signed in ((journal.source, -amount), (journal.target, amount)):
            self._activities.record_cash(
                account, kind="JNLC", amount=signed, description=journal.request.description
            )

    def _move_shares(self, journal: Journal) -> None:
        quantity, price = journal.request.amount, journal.price
        if price is None:
            raise AssertionError("a journal of shares has a price")
        symbol = quantity.asset.code
        journal.source.position(symbol).sell(journal.id, quantity)
        journal.target.position(symbol).buy(quantity, price)
        for account, signed in ((journal.source, -quantity), (journal.target, quantity)):
            self._activities.record_shares(
                account, quantity=signed, price=price, description=journal.request.description
            )

    def _stop(self, journal: Journal, status: str) -> None:
        journal.source_pot.release(journal.id)
        self._move(journal, status)

    def _move(self, journal: Journal, status: str) -> None:
        before, journal.status = journal.status, status
        keyed = {"idempotency_key": journal.idempotency_key, "idempotency_key_type": "single"}
        self._events.publish(
            Stream.JOURNALS,
            {
                "journal_id": journal.id,
                "entry_type": journal.request.entry_type,
                "status_from": before,
                "status_to": status,
            },
            current={
                "description": journal.request.description,
                **(keyed if journal.idempotency_key else {}),
            },
        )
