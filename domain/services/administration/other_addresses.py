"""The other address to which a ruling pays a withdrawal: one that its investor saved."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.funding.withdrawal import Withdrawal
from domain.processes.decision import Process
from domain.review.ruling import Action, Ruling, RulingRefused
from domain.services.funding.payout_addresses import PayoutAddressService
from domain.wallets.payout_address import PayoutAddress
from ports.processes import Versioned


@attrs.frozen
class OtherAddressService:
    _addresses: PayoutAddressService

    async def possible(self, record: Process, actions: Sequence[Action]) -> Sequence[PayoutAddress]:
        """The addresses that can be named, if one of the possible ``actions`` is to pay to another."""
        if not isinstance(record, Withdrawal) or Action.PAY_ANOTHER not in actions:
            return ()
        chain = record.treasury.chain
        usable = await self._addresses.usable_on(record.investor_id, chain)
        return [each for each in usable if not chain.same_address(each.address, record.destination)]

    async def named(self, record: Process, ruling: Ruling) -> tuple[Versioned[PayoutAddress], ...]:
        """
        The address that the ruling names, which must not change before the commit.

        Raises ``AddressNotSaved``, ``AddressCooling`` or ``RulingRefused``.
        """
        address_id = ruling.evidence.payout_address
        if ruling.action is not Action.PAY_ANOTHER or address_id is None:
            return ()
        if not isinstance(record, Withdrawal):
            raise RulingRefused
        usable = await self._addresses.usable(
            record.investor_id, address_id, record.treasury.chain, field="payout_address"
        )
        return (usable,)


def completed(ruling: Ruling, named: Sequence[Versioned[PayoutAddress]]) -> Ruling:
    """The ruling with the text of the address that it names."""
    for saved in named:
        evidence = attrs.evolve(ruling.evidence, address=saved.record.address)
        return attrs.evolve(ruling, evidence=evidence)
    return ruling
