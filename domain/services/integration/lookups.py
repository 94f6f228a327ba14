"""Asks a provider what became of an effect, when nobody has told us."""

from __future__ import annotations

import attrs

from domain.ids import process_of
from domain.processes.dispatch import awaits
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import ConversionOpened
from domain.processes.instructions import Inquire, Subject
from ports.brokerage import Brokerage
from ports.custody import Custodian
from ports.exchange import Exchange
from ports.offramp import Offramp
from ports.processes import Processes


@attrs.frozen
class InquiryService:
    """Look-ups only; raises ``ProviderError``."""

    _custodian: Custodian
    _offramp: Offramp
    _brokerage: Brokerage
    _exchange: Exchange
    _processes: Processes

    async def still_matters(self, inquiry: Inquire) -> bool:
        found = await self._processes.get(process_of(inquiry.reference))
        return found is not None and awaits(found.record, inquiry.about)

    async def ask(self, inquiry: Inquire) -> Fact | None:
        """The latest fact, or ``None`` when the provider knows of nothing or nothing new."""
        about, account_id = inquiry.about, inquiry.account_id or ""
        match inquiry.subject:
            case Subject.ARRIVAL:
                return await self._custodian.find_arrival(inquiry.provider_id or "")
            case Subject.PAYMENT:
                return await self._custodian.find_payment(about, provider_id=inquiry.provider_id)
            case Subject.CONVERSION:
                fact = await self._offramp.find_conversion(
                    about, account_id=account_id, provider_id=inquiry.provider_id
                )
                return None if isinstance(fact, ConversionOpened) else fact
            case Subject.JOURNAL:
                return await self._brokerage.find_journal(about, provider_id=inquiry.provider_id)
            case Subject.WIRE:
                return await self._brokerage.find_wire(about, provider_id=inquiry.provider_id)
            case Subject.ORDER:
                return await self._exchange.find_order(about, account_id=account_id)
            case Subject.BROKER_ACCOUNT:
                return await self._brokerage.account(account_id)
            case Subject.OFFRAMP_ACCOUNT:
                return await self._offramp.account(account_id)
