"""Looks up the outcome of an effect at its provider."""

from __future__ import annotations

import attrs

from domain.ids import process_of
from domain.processes.decision import Process
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import ConversionOpened
from domain.processes.instructions import LookUp, LookupKind
from ports.brokerage import Brokerage
from ports.custody import Custodian
from ports.exchange import Exchange
from ports.offramp import Offramp
from ports.processes import Processes, Versioned


@attrs.frozen
class LookupService:
    """Only reads; raises ``ProviderError``."""

    _custodian: Custodian
    _offramp: Offramp
    _brokerage: Brokerage
    _exchange: Exchange
    _processes: Processes

    async def process(self, lookup: LookUp) -> Versioned[Process] | None:
        """The process that waits for the outcome, or waited for it."""
        return await self._processes.get(process_of(lookup.reference))

    async def ask(self, lookup: LookUp) -> Fact | None:
        """The latest fact, or ``None`` when the provider knows nothing, or nothing new."""
        about, account_id = lookup.about, lookup.account_id or ""
        match lookup.subject:
            case LookupKind.ARRIVAL:
                return await self._custodian.find_arrival(lookup.provider_id or "")
            case LookupKind.PAYMENT:
                return await self._custodian.find_payment(about, provider_id=lookup.provider_id)
            case LookupKind.CONVERSION:
                fact = await self._offramp.find_conversion(
                    about, account_id=account_id, provider_id=lookup.provider_id
                )
                return None if isinstance(fact, ConversionOpened) else fact
            case LookupKind.JOURNAL:
                return await self._brokerage.find_journal(about, provider_id=lookup.provider_id)
            case LookupKind.WIRE:
                return await self._brokerage.find_wire(about, provider_id=lookup.provider_id)
            case LookupKind.ORDER:
                return await self._exchange.find_order(about, account_id=account_id)
            case LookupKind.BROKER_ACCOUNT:
                return await self._brokerage.account(account_id)
            case LookupKind.OFFRAMP_ACCOUNT:
                return await self._offramp.account(account_id)
