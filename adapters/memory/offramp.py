"""An off-ramp in memory: one dollar is one USDC, less a fee; it totals what it receives and delivers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta

from adapters.memory.faults import PROVIDER, Faults
from adapters.memory.support.deals import Deal, State, how_to_pay
from domain.accounts.onboarding import Profile, ProviderAccountStatus
from domain.funding.conversion import Direction, PayByWire
from domain.ids import ProcessId, Reference, process_of
from domain.money import USD, USDC, Money, usdc_at_par
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.funding import ConversionOpened
from domain.wallets.wallet import CustodyWallet
from ports.clock import Clock
from ports.errors import AmountTooSmall, ProviderRejected
from ports.fence import UNFENCED, Fence
from ports.offramp import ConversionFact, Offramp

PAYABLE_FOR = timedelta(minutes=5)
ACTION_URL = "https://offramp.invalid/check"


class InMemoryOfframp(Offramp):
    """
    Accounts open with the status ``standing``; a paid conversion settles at once, or on ``settle``.

    A payment that is late, of another amount or without a conversion is kept in ``received``; its
    conversion, if any, is held. ``on_dollars`` and ``on_usdc`` are called with each amount delivered.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        fee_to_dollars: Money = Money(2_50, USD),
        fee_to_usdc: Money = Money(500_000, USDC),
        standing: ProviderAccountStatus = ProviderAccountStatus.APPROVED,
        settles_at_once: bool = True,
        on_dollars: Callable[[Money, Reference], None] = lambda _amount, _reference: None,
        on_usdc: Callable[[Money, str], None] = lambda _amount, _address: None,
    ) -> None:
        self.faults = Faults()
        self.received = {asset: Money.zero(asset) for asset in (USD, USDC)}
        self.delivered = dict(self.received)
        self._clock = clock
        self.fees = {Direction.TO_DOLLARS: fee_to_dollars, Direction.TO_USDC: fee_to_usdc}
        self._initial_status, self._settles_at_once = standing, settles_at_once
        self._on_dollars, self._on_usdc = on_dollars, on_usdc
        self._accounts: dict[ProcessId, str] = {}
        self._statuses: dict[str, ProviderAccountStatus] = {}
        self._owners: dict[str, str] = {}
        self._deals: dict[Reference, Deal] = {}
        self._by_target: dict[str, Deal] = {}
        self._numbers = itertools.count(1)

    @property
    def deposit_min(self) -> Money:
        return usdc_at_par(self.fees[Direction.TO_DOLLARS]) + Money(500_000, USDC)

    @property
    def opened(self) -> int:
        """How many conversions were opened in total."""
        return len(self._deals)

    def accounts(self) -> Sequence[str]:
        return tuple(self._statuses)

    def paid(self) -> Sequence[Reference]:
        """The conversions that were paid and not yet delivered, oldest first."""
        return tuple(ref for ref, deal in self._deals.items() if deal.state is State.PAID)

    def slow_down(self) -> None:
        """From now on, conversions settle only on ``settle``."""
        self._settles_at_once = False

    def open_accounts_as(self, standing: ProviderAccountStatus) -> None:
        """Set the initial status of accounts that are opened from now on."""
        self._initial_status = standing

    def decide(self, account_id: str, standing: ProviderAccountStatus) -> None:
        self._statuses[account_id] = standing

    def receive_usdc(self, address: str, amount: Money) -> None:
        """USDC arrives at an address."""
        self._receive(amount, self._by_target.get(address))

    def receive_wire(self, to: PayByWire, amount: Money) -> None:
        """Dollars arrive by wire; the memo identifies the conversion."""
        self._receive(amount, self._by_target.get(to.memo))

    def settle(self, ref: Reference) -> None:
        """Deliver a conversion that was paid."""
        deal = self._deals[ref]
        if deal.state not in {State.PAID, State.HELD} or not deal.is_covered:
            return
        deal.state = State.SETTLED
        delivered = deal.settlement().delivered
        self.delivered[delivered.asset] += delivered
        if deal.direction is Direction.TO_DOLLARS:
            self._on_dollars(delivered, ref)
        else:
            self._on_usdc(delivered, deal.wallet.address)

    def expire(self, ref: Reference) -> None:
        """Let a conversion expire unpaid."""
        if self._deals[ref].state is State.OPEN:
            self._deals[ref].end(State.FAILED, "expired")

    def hold(self, ref: Reference, reason: str) -> None:
        """Hold a paid conversion for review."""
        if self._deals[ref].state is State.PAID:
            self._deals[ref].end(State.HELD, reason)

    async def open_account(
        self,
        reference: Reference,
        *,
        profile: Profile,  # noqa: ARG002 - not checked here
        attempt: int,  # noqa: ARG002 - a second account is never opened
    ) -> OfframpAccountReported:
        with self.faults.around("open_account"):
            process_id = process_of(reference)
            if process_id not in self._accounts:
                account_id = f"offramp-account-{next(self._numbers)}"
                self._accounts[process_id] = account_id
                self._statuses[account_id] = self._initial_status
            return self._report(self._accounts[process_id])

    async def account(self, account_id: str) -> OfframpAccountReported:
        self.faults.check()
        if account_id not in self._statuses:
            raise ProviderRejected("account not found", provider=PROVIDER)
        return self._report(account_id)

    async def link_wallet(self, *, account_id: str, wallet: CustodyWallet) -> None:
        with self.faults.around("link_wallet"):
            if self._owners.setdefault(wallet.address, account_id) != account_id:
                raise ProviderRejected(
                    "the address is linked to another account", provider=PROVIDER
                )

    async def open_conversion(
        self,
        reference: Reference,
        *,
        direction: Direction,
        amount: Money,
        account_id: str,
        wallet: CustodyWallet,
        attempt: int,  # noqa: ARG002 - a known reference has no second effect
        linked: bool = True,
        fence: Fence = UNFENCED,  # noqa: ARG002 - the reference is the key
    ) -> ConversionOpened:
        with self.faults.around("open_conversion"):
            self._require_active(account_id)
            is_linked = direction is Direction.TO_USDC or not linked
            if not is_linked and self._owners.get(wallet.address) != account_id:
                raise ProviderRejected("the wallet is not linked", provider=PROVIDER)
            deal = self._find(reference) or self._offer(
                reference, direction=direction, amount=amount, wallet=wallet
            )
            if (deal.direction, deal.amount, deal.wallet) != (direction, amount, wallet):
                raise ProviderRejected("the reference was used with other terms", provider=PROVIDER)
            if deal.state is not State.OPEN:
                raise ProviderRejected(f"the conversion is {deal.state.value}", provider=PROVIDER)
            return deal.opened()

    async def find_conversion(
        self,
        reference: Reference,
        *,
        account_id: str,  # noqa: ARG002 - references are unique across accounts
        provider_id: str | None,
    ) -> ConversionFact | None:
        self.faults.check()
        deal = self._find(reference)
        if deal is None or provider_id not in {None, deal.id}:
            return None
        return deal.fact()

    async def is_payable(
        self, reference: Reference, *, account_id: str, provider_id: str | None
    ) -> bool:
        found = await self.find_conversion(
            reference, account_id=account_id, provider_id=provider_id
        )
        return isinstance(found, ConversionOpened) and self._deals[reference].state is State.OPEN

    def _require_active(self, account_id: str) -> None:
        if self._statuses.get(account_id) is not ProviderAccountStatus.APPROVED:
            raise ProviderRejected("the account is not active", provider=PROVIDER)

    def _offer(
        self, reference: Reference, *, direction: Direction, amount: Money, wallet: CustodyWallet
    ) -> Deal:
        number = next(self._numbers)
        deal = Deal(
            id=f"conversion-{number}",
            reference=reference,
            direction=direction,
            amount=amount,
            fee=self.fees[direction],
            wallet=wallet,
            pay=how_to_pay(direction, number, expires_at=self._clock.now() + PAYABLE_FOR),
        )
        if not deal.settlement().delivered.is_positive:
            raise AmountTooSmall(f"the amount must exceed the fee, {deal.fee}", provider=PROVIDER)
        self._deals[reference] = deal
        self._by_target[deal.target] = deal
        return deal

    def _find(self, ref: Reference) -> Deal | None:
        deal = self._deals.get(ref)
        if deal is not None and deal.has_lapsed(self._clock.now()):
            self.expire(ref)
        return deal

    def _receive(self, amount: Money, deal: Deal | None) -> None:
        self.received[amount.asset] += amount
        if deal is None:
            return
        self._find(deal.reference)
        deal.take(amount)
        if self._settles_at_once and deal.state is State.PAID:
            self.settle(deal.reference)

    def _report(self, account_id: str) -> OfframpAccountReported:
        status = self._statuses[account_id]
        undecided = status in {
            ProviderAccountStatus.PENDING,
            ProviderAccountStatus.ACTION_REQUIRED,
        }
        return OfframpAccountReported(
            account_id=account_id,
            standing=status,
            action_url=ACTION_URL if undecided else None,
            reason="the check failed" if status is ProviderAccountStatus.REJECTED else None,
        )
