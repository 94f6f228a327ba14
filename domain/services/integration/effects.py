"""Carries out one instruction: the only place where a provider is asked to do something."""

from __future__ import annotations

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
from domain.services.integration.lookups import LookupService
from domain.services.notifications.emails import EmailService
from ports.brokerage import Brokerage
from ports.clock import Clock
from ports.custody import Custodian, PaymentFact
from ports.errors import ProviderOutcomeUnknown, ProviderRejected
from ports.exchange import Exchange
from ports.offramp import Offramp
from ports.processes import Processes, of_kind

PAYS_AT_ONCE = timedelta(seconds=5)
"""A payment older than this is not made before looking whether it is still wanted."""


@attrs.frozen
class EffectService:
    """
    Turns an instruction into the fact that the provider answers with.

    ``attempt`` above 1 says that an earlier try may have gone through; the ports guarantee one effect
    a reference all the same. Raises ``ProviderError``.
    """

    _custodian: Custodian
    _offramp: Offramp
    _brokerage: Brokerage
    _exchange: Exchange
    _processes: Processes
    _lookups: LookupService
    _emails: EmailService
    _clock: Clock

    async def perform(  # noqa: C901, PLR0912 - one line for each instruction
        self, order: Instruction, *, attempt: int, ordered_at: datetime
    ) -> Fact | None:
        """The resulting fact; ``None`` when there is nothing to tell."""
        ref = order.reference
        match order:
            case SendUsdc():
                return await self._send(order, attempt, ordered_at)
            case OpenConversion():
                return await self._offramp.open_conversion(
                    ref,
                    direction=order.direction,
                    amount=order.amount,
                    account_id=order.offramp_account_id,
                    wallet=order.wallet,
                    attempt=attempt,
                )
            case JournalFunds():
                return await self._brokerage.journal(
                    ref,
                    account_id=order.broker_account_id,
                    amount=order.amount,
                    to_investor=order.to_investor,
                    attempt=attempt,
                )
            case WireOut():
                return await self._brokerage.wire(
                    ref, amount=order.amount, to=order.to, attempt=attempt
                )
            case PlaceOrder():
                return await self._exchange.place(
                    ref, account_id=order.broker_account_id, terms=order.terms, attempt=attempt
                )
            case CancelOrder():
                await self._exchange.cancel(order.order, account_id=order.broker_account_id)
                return await self._exchange.find_order(
                    order.order, account_id=order.broker_account_id
                )
            case CreateWallet():
                return await self._custodian.create_wallet(
                    ref, owner=order.owner, chain=order.chain, attempt=attempt
                )
            case LinkWallet():
                await self._offramp.link_wallet(
                    account_id=order.offramp_account_id, wallet=order.wallet
                )
                return WalletLinked(reference=ref)
            case OpenBrokerAccount():
                profile = await self._profile(process_of(ref))
                return await self._brokerage.open_account(ref, profile=profile, attempt=attempt)
            case OpenOfframpAccount():
                profile = await self._profile(process_of(ref))
                return await self._offramp.open_account(ref, profile=profile, attempt=attempt)
            case SendEmail():
                await self._emails.send(order, attempt=attempt)
                return None
            case WatchDeadline(stage=stage):
                return DeadlinePassed(stage=stage)
            case LookUp():
                return await self._lookups.ask(order)

    async def _send(self, order: SendUsdc, attempt: int, ordered_at: datetime) -> Fact:
        """Pay, unless that is done, or it is late and the off-ramp no longer wants the payment."""
        if attempt > 1 and (earlier := await self._earlier(order.reference)):
            return earlier
        now = self._clock.now()
        is_late = attempt > 1 or now - ordered_at > PAYS_AT_ONCE
        if is_late and order.pays and order.offramp_account_id:
            payable = await self._offramp.is_payable(
                order.pays, account_id=order.offramp_account_id, provider_id=None
            )
            if not payable or (order.not_after and now >= order.not_after):
                return EffectLapsed(reference=order.reference)
        return await self._custodian.send(
            order.reference,
            wallet=order.wallet,
            destination=order.destination,
            amount=order.amount,
            attempt=attempt,
        )

    async def _earlier(self, ref: Reference) -> PaymentFact | None:
        """What an earlier try came to. A look-up that is refused does not say that there was none."""
        try:
            return await self._custodian.find_payment(ref, provider_id=None)
        except ProviderRejected as refused:
            raise ProviderOutcomeUnknown(
                f"the look-up was refused: {refused.detail}",
                provider=refused.provider,
                operation=refused.operation,
            ) from refused

    async def _profile(self, process_id: ProcessId) -> Profile:
        found = of_kind(await self._processes.get(process_id), Onboarding)
        if found is None:
            raise AssertionError("an account is opened for an onboarding")
        return found.record.profile
