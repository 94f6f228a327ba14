"""Carries out one instruction. Nothing else asks a provider to do something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import attrs

from domain.accounts.onboarding import Onboarding, Profile
from domain.ids import ProcessId, Reference, process_of
from domain.processes.facts.effects import DeadlinePassed, EffectLapsed
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import WalletLinked
from domain.processes.instructions import (
    CancelOrder,
    CreateWallet,
    Instruction,
    JournalFunds,
    LinkWallet,
    LookUp,
    OpenBrokerAccount,
    OpenConversion,
    OpenOfframpAccount,
    PlaceOrder,
    SendEmail,
    SendUsdc,
    WatchDeadline,
    WireOut,
)
from domain.services.funding.frozen_wallets import FrozenWalletService
from domain.services.integration.lookups import LookupService
from domain.services.notifications.emails import EmailService
from ports.brokerage import Brokerage
from ports.clock import Clock
from ports.custody import Custodian, PaymentFact
from ports.errors import ProviderOutcomeUnknown, ProviderRejected, ProviderWalletFrozen
from ports.exchange import Exchange
from ports.fence import Fence
from ports.offramp import Offramp
from ports.processes import Processes, of_kind

CUSTODIAN = "custodian"
PAYS_AT_ONCE = timedelta(seconds=5)
"""Before an older payment is made, the off-ramp is asked whether it still expects it."""


@attrs.frozen
class EffectService:
    """
    Turns an instruction into the fact that the provider answers with.

    ``attempt`` above 1 says that an earlier try may have gone through; the ports guarantee that there is
    at most one effect for each reference. Raises ``ProviderError``.
    """

    _custodian: Custodian
    _offramp: Offramp
    _brokerage: Brokerage
    _exchange: Exchange
    _processes: Processes
    _lookups: LookupService
    _emails: EmailService
    _frozen_wallets: FrozenWalletService
    _clock: Clock

    async def perform(
        self, instruction: Instruction, *, attempt: int, issued_at: datetime, fence: Fence
    ) -> Fact | None:
        """The resulting fact; ``None`` when there is none."""
        match instruction:
            case SendUsdc():
                return await self._send(instruction, attempt, issued_at, fence)
            case CreateWallet():
                return await self._custodian.create_wallet(
                    instruction.reference,
                    owner=instruction.owner,
                    chain=instruction.chain,
                    attempt=attempt,
                    also=instruction.also,
                    shares=instruction.shares,
                )
            case OpenOfframpAccount() | LinkWallet() | OpenConversion():
                return await self._ask_offramp(instruction, attempt, fence)
            case OpenBrokerAccount() | JournalFunds() | WireOut():
                return await self._ask_broker(instruction, attempt, fence)
            case PlaceOrder() | CancelOrder():
                return await self._ask_exchange(instruction, attempt)
            case LookUp():
                return await self._lookups.ask(instruction)
            case SendEmail():
                await self._emails.send(instruction, attempt=attempt)
                return None
            case WatchDeadline(stage=stage):
                return DeadlinePassed(stage=stage)

    async def _ask_offramp(
        self,
        instruction: OpenOfframpAccount | LinkWallet | OpenConversion,
        attempt: int,
        fence: Fence,
    ) -> Fact:
        ref = instruction.reference
        match instruction:
            case OpenOfframpAccount():
                profile = await self._profile(process_of(ref))
                return await self._offramp.open_account(ref, profile=profile, attempt=attempt)
            case LinkWallet():
                await self._offramp.link_wallet(
                    account_id=instruction.offramp_account_id, wallet=instruction.wallet
                )
                return WalletLinked(reference=ref)
            case OpenConversion():
                return await self._offramp.open_conversion(
                    ref,
                    direction=instruction.direction,
                    amount=instruction.amount,
                    account_id=instruction.offramp_account_id,
                    wallet=instruction.wallet,
                    attempt=attempt,
                    fence=fence,
                    linked=instruction.linked,
                )

    async def _ask_broker(
        self, instruction: OpenBrokerAccount | JournalFunds | WireOut, attempt: int, fence: Fence
    ) -> Fact:
        ref = instruction.reference
        match instruction:
            case OpenBrokerAccount():
                profile = await self._profile(process_of(ref))
                return await self._brokerage.open_account(ref, profile=profile, attempt=attempt)
            case JournalFunds():
                async with fence.keyed(self._brokerage.quiet):
                    return await self._brokerage.journal(
                        ref,
                        account_id=instruction.broker_account_id,
                        amount=instruction.amount,
                        to_investor=instruction.to_investor,
                        attempt=attempt,
                    )
            case WireOut():
                return await self._brokerage.wire(
                    ref,
                    amount=instruction.amount,
                    to=instruction.to,
                    attempt=attempt,
                    fence=fence,
                )

    async def _ask_exchange(self, instruction: PlaceOrder | CancelOrder, attempt: int) -> Fact:
        account_id = instruction.broker_account_id
        match instruction:
            case PlaceOrder():
                return await self._exchange.place(
                    instruction.reference,
                    account_id=account_id,
                    terms=instruction.terms,
                    attempt=attempt,
                )
            case CancelOrder():
                return await self._exchange.cancel(instruction.order, account_id=account_id)

    async def _send(
        self, instruction: SendUsdc, attempt: int, issued_at: datetime, fence: Fence
    ) -> Fact:
        """
        Pay, unless it has been done, or it is late and the off-ramp no longer expects it.

        It has not lapsed while an earlier request may still be carried out.
        """
        if attempt > 1 and (earlier := await self._earlier(instruction.reference)):
            return earlier
        now = self._clock.now()
        is_late = attempt > 1 or now - issued_at > PAYS_AT_ONCE
        if is_late and instruction.pays and instruction.offramp_account_id:
            payable = await self._is_payable(instruction.pays, instruction.offramp_account_id)
            if not payable or (instruction.not_after and now >= instruction.not_after):
                quiet_s = self._custodian.quiet.total_seconds()
                fence.require_quiet(quiet_s, provider=CUSTODIAN, operation="send")
                return EffectLapsed(reference=instruction.reference)
        try:
            async with fence.keyed(self._custodian.quiet):
                return await self._custodian.send(
                    instruction.reference,
                    wallet=instruction.wallet,
                    destination=instruction.destination,
                    amount=instruction.amount,
                    attempt=attempt,
                )
        except ProviderWalletFrozen:
            await self._frozen_wallets.found_frozen(instruction.wallet.wallet_id)
            raise

    async def _earlier(self, ref: Reference) -> PaymentFact | None:
        """The result of an earlier try. A refused look-up does not mean that there was none."""
        with _looking():
            return await self._custodian.find_payment(ref, provider_id=None)

    async def _is_payable(self, pays: Reference, account_id: str) -> bool:
        """A refused look-up does not mean that the payment was refused."""
        with _looking():
            return await self._offramp.is_payable(pays, account_id=account_id, provider_id=None)

    async def _profile(self, process_id: ProcessId) -> Profile:
        found = of_kind(await self._processes.get(process_id), Onboarding)
        if found is None:
            raise AssertionError("an account is opened for an onboarding")
        return found.record.profile


@contextmanager
def _looking() -> Iterator[None]:
    """A refused look-up leaves the outcome unknown."""
    try:
        yield
    except ProviderRejected as refused:
        raise ProviderOutcomeUnknown(
            f"the look-up was refused: {refused.detail}",
            provider=refused.provider,
            operation=refused.operation,
        ) from refused
