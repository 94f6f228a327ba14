"""A brokerage in memory, with consistent balances, that guarantees only what the port guarantees."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import timedelta

from adapters.memory.faults import PROVIDER, QUIET_S, Faults
from adapters.memory.support.books import FIRM_ACCOUNT, OUTSIDE, Books, Movement, State
from domain.accounts.onboarding import Profile, ProviderAccountStatus
from domain.funding.conversion import PayByWire
from domain.ids import Reference
from domain.money import USD, Money
from domain.processes.facts.accounts import BrokerAccountReported
from domain.processes.facts.funding import (
    JournalAccepted,
    JournalExecuted,
    JournalRejected,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from ports.brokerage import Brokerage, JournalFact, WireFact
from ports.errors import ProviderRejected
from ports.fence import UNFENCED, Fence


class InMemoryBrokerage(Brokerage):
    """
    Accounts open with ``standing``; journals and wires end at once, or on ``settle`` or ``fail``.

    ``on_wired`` is called for every wire that arrives outside.
    """

    quiet = timedelta(seconds=QUIET_S)

    def __init__(
        self,
        *,
        firm_cash: Money = Money.zero(USD),
        standing: ProviderAccountStatus = ProviderAccountStatus.APPROVED,
        settles_at_once: bool = True,
        on_wired: Callable[[PayByWire, Money], None] = lambda _to, _amount: None,
    ) -> None:
        self.faults = Faults()
        self.books = Books()
        self.deposit(firm_cash)
        self._initial_status = standing
        self._settles_at_once = settles_at_once
        self._on_wired = on_wired
        self._statuses: dict[str, ProviderAccountStatus] = {}
        self._by_email: dict[str, str] = {}
        self._movements: dict[Reference, Movement] = {}
        self._numbers = itertools.count(1)

    def deposit(self, amount: Money) -> None:
        """Dollars arrive from outside on the firm's account."""
        self.books.add(FIRM_ACCOUNT, amount)

    def slow_down(self) -> None:
        """From now on, journals and wires settle only on ``settle``."""
        self._settles_at_once = False

    def open_accounts_as(self, standing: ProviderAccountStatus) -> None:
        """Set the initial status of accounts that are opened from now on."""
        self._initial_status = standing

    def decide(self, account_id: str, standing: ProviderAccountStatus) -> None:
        self._statuses[account_id] = standing

    def settle(self, ref: Reference) -> None:
        """Complete the journal or wire."""
        movement = self._movements[ref]
        if movement.state is not State.ACCEPTED:
            return
        movement.state = State.DONE
        if movement.to is None:
            self.books.add(movement.target, movement.amount)
        else:
            self._on_wired(movement.to, movement.amount)

    def fail(self, ref: Reference, reason: str) -> None:
        """Reject an accepted journal or wire and return the dollars."""
        movement = self._movements[ref]
        if movement.state is not State.ACCEPTED:
            return
        movement.state, movement.reason = State.FAILED, reason
        self.books.add(movement.source, movement.amount)

    async def open_account(
        self,
        reference: Reference,  # noqa: ARG002 - the e-mail address is the identity
        *,
        profile: Profile,
        attempt: int,  # noqa: ARG002 - a second account is never opened
    ) -> BrokerAccountReported:
        with self.faults.around("open_account"):
            email = profile.email.lower()
            if email not in self._by_email:
                self._by_email[email] = f"account-{next(self._numbers)}"
                self._statuses[self._by_email[email]] = self._initial_status
            return self._report(self._by_email[email])

    async def account(self, account_id: str) -> BrokerAccountReported:
        self.faults.check()
        if account_id not in self._statuses:
            raise ProviderRejected("account not found", provider=PROVIDER)
        return self._report(account_id)

    async def journal(
        self,
        reference: Reference,
        *,
        account_id: str,
        amount: Money,
        to_investor: bool,
        attempt: int,  # noqa: ARG002 - a repeated reference has no second effect
    ) -> JournalFact:
        source, target = (FIRM_ACCOUNT, account_id) if to_investor else (account_id, FIRM_ACCOUNT)
        with self.faults.around("journal"):
            self.require_active(account_id)
            return _journal(
                self._move(
                    Movement(
                        id=self._new_id("journal"),
                        reference=reference,
                        amount=amount,
                        source=source,
                        target=target,
                    )
                )
            )

    async def find_journal(
        self, reference: Reference, *, provider_id: str | None
    ) -> JournalFact | None:
        self.faults.check()
        found = self._find(reference, provider_id)
        return None if found is None else _journal(found)

    async def settle_advances(self) -> Money:
        """Always zero: this broker does not lend."""
        self.faults.check()
        return Money.zero(USD)

    async def wire(
        self,
        reference: Reference,
        *,
        amount: Money,
        to: PayByWire,
        attempt: int,  # noqa: ARG002 - a repeated reference has no second effect
        fence: Fence = UNFENCED,
    ) -> WireFact:
        if reference not in self._movements:
            fence.require_quiet(QUIET_S, provider=PROVIDER, operation="wire")
        wire = Movement(
            id=self._new_id("wire"),
            reference=reference,
            amount=amount,
            source=FIRM_ACCOUNT,
            target=OUTSIDE,
            to=to,
        )
        async with fence.sending():
            with self.faults.around("wire"):
                return _wire(self._move(wire))

    async def find_wire(self, reference: Reference, *, provider_id: str | None) -> WireFact | None:
        self.faults.check()
        found = self._find(reference, provider_id)
        return None if found is None else _wire(found)

    async def holdings(self, account_id: str | None) -> Mapping[str, Money]:
        self.faults.check()
        return self.books.of(account_id or FIRM_ACCOUNT)

    def require_active(self, account_id: str) -> None:
        """Only an approved account can fund and trade. Raises ``ProviderRejected``."""
        if self._statuses.get(account_id) is not ProviderAccountStatus.APPROVED:
            raise ProviderRejected(f"account {account_id} is not active", provider=PROVIDER)

    def _move(self, wanted: Movement) -> Movement:
        known = self._movements.get(wanted.reference)
        if known is None:
            self.books.take(wanted.source, wanted.amount)
            self._movements[wanted.reference] = wanted
            if self._settles_at_once:
                self.settle(wanted.reference)
            return wanted
        if not known.has_terms_of(wanted):
            raise ProviderRejected("the reference was used with other terms", provider=PROVIDER)
        return known

    def _find(self, ref: Reference, provider_id: str | None) -> Movement | None:
        known = self._movements.get(ref)
        return known if known is None or provider_id in {None, known.id} else None

    def _report(self, account_id: str) -> BrokerAccountReported:
        return BrokerAccountReported(account_id=account_id, standing=self._statuses[account_id])

    def _new_id(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}"


def _journal(movement: Movement) -> JournalFact:
    match movement.state:
        case State.ACCEPTED:
            return JournalAccepted(reference=movement.reference, provider_id=movement.id)
        case State.DONE:
            return JournalExecuted(
                reference=movement.reference, provider_id=movement.id, amount=movement.amount
            )
        case State.FAILED:
            return JournalRejected(reference=movement.reference, reason=movement.reason)


def _wire(movement: Movement) -> WireFact:
    match movement.state:
        case State.ACCEPTED:
            return WireAccepted(reference=movement.reference, provider_id=movement.id)
        case State.DONE:
            return WireCompleted(
                reference=movement.reference, provider_id=movement.id, amount=movement.amount
            )
        case State.FAILED:
            return WireFailed(reference=movement.reference, reason=movement.reason)
