"""Payout addresses: saving, listing and removing them, and checking that one is usable."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import attrs

from domain.funding.withdrawal import AddressCooling, AddressNotSaved
from domain.ids import InvestorId, ProcessId
from domain.processes.facts.funding import PayoutAddressRemoved, PayoutAddressSaved
from domain.processes.funding import payout_addresses
from domain.processes.funding.wallet_provisioning import address_key
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from domain.wallets.chain import Chain, InvalidAddress
from domain.wallets.destinations import require_destination
from domain.wallets.payout_address import (
    ADDRESSES_MAX,
    AddressDenied,
    CoolDown,
    PayoutAddress,
    PayoutAddressNotFound,
    PayoutAddressStage,
    TooManyPayoutAddresses,
    require_label,
)
from ports.clock import Clock
from ports.counts import CountExceeded, CountLimit
from ports.custody import Custodian
from ports.ids import Ids
from ports.processes import (
    LookupKeyTaken,
    Processes,
    Versioned,
    of_kind,
)


@attrs.frozen
class PayoutAddressService:
    _processes: Processes
    _commits: ProcessService
    _custodian: Custodian
    _cool_down: CoolDown
    _clock: Clock
    _ids: Ids

    async def save(
        self,
        investor_id: InvestorId,
        *,
        chain: Chain,
        address: str,
        label: str,
    ) -> PayoutAddress:
        """
        Save the address and start its cool-down; an address that is already saved is returned unchanged.

        Raises ``InvalidAddress``, ``AddressDenied``, ``InvalidLabel``, ``TooManyPayoutAddresses``,
        ``AccountNotActive``, ``StaleVersion`` or ``ProviderError``.
        """
        await self.require_payable(chain, address, field="address")
        now = self._clock.now()
        wanted = PayoutAddress(
            id=self._ids.new(),
            investor_id=investor_id,
            chain=chain,
            address=chain.canonical(address),
            label=require_label(label),
            created_at=now,
            usable_at=self._cool_down.ends_at(now),
        )
        return await until_current(partial(self._save, wanted), also=(LookupKeyTaken,))

    async def list(self, investor_id: InvestorId) -> Sequence[PayoutAddress]:
        """The saved addresses, newest first."""
        stage = PayoutAddressStage.SAVED.value
        found = await self._processes.of_investor(investor_id, kind=PayoutAddress, stage=stage)
        return [each.record for each in found]

    async def remove(self, investor_id: InvestorId, address_id: ProcessId) -> None:
        """Raises ``PayoutAddressNotFound``, also for an address of another investor."""
        found = await self._processes.get(address_id)
        if of_kind(found, PayoutAddress, owner=investor_id) is None:
            raise PayoutAddressNotFound
        await self._commits.apply(address_id, PayoutAddressRemoved())

    async def require_payable(self, chain: Chain, address: str, *, field: str) -> None:
        """
        Judge the address, and have the custodian screen it; the custodian's reason is not passed on.

        Raises ``InvalidAddress``, ``AddressDenied`` or ``ProviderError``.
        """
        require_destination(chain, address, field=field)
        for each in (chain, *chain.same_address_chains):
            if await self._processes.find(address_key(each, address)):
                raise InvalidAddress("this is a deposit address of this service", field=field)
        if await self._custodian.screen(chain.canonical(address), chain=chain) is not None:
            raise AddressDenied(field=field)

    async def require_usable(
        self, investor_id: InvestorId, chain: Chain, address: str, *, field: str
    ) -> Versioned[PayoutAddress]:
        """
        The saved address at its current version, which must not change before the commit.

        Raises ``AddressNotSaved`` or ``AddressCooling``, naming ``field``.
        """
        found = await self._find(investor_id, chain, address)
        return self._usable(found, chain, field=field)

    async def usable(
        self, investor_id: InvestorId, address_id: ProcessId, chain: Chain, *, field: str
    ) -> Versioned[PayoutAddress]:
        """The same, found by its id."""
        found = of_kind(await self._processes.get(address_id), PayoutAddress, owner=investor_id)
        return self._usable(found, chain, field=field)

    async def usable_on(self, investor_id: InvestorId, chain: Chain) -> Sequence[PayoutAddress]:
        """The saved addresses on ``chain`` that can be paid to now, newest first."""
        now = self._clock.now()
        return [
            each
            for each in await self.list(investor_id)
            if each.chain is chain and each.usable_at <= now
        ]

    def _usable(
        self, found: Versioned[PayoutAddress] | None, chain: Chain, *, field: str
    ) -> Versioned[PayoutAddress]:
        if found is None or not found.record.is_saved or found.record.chain is not chain:
            raise AddressNotSaved(field=field)
        if self._clock.now() < found.record.usable_at:
            raise AddressCooling(found.record.usable_at, field=field)
        return found

    async def _save(self, wanted: PayoutAddress) -> PayoutAddress:
        found = await self._find(wanted.investor_id, wanted.chain, wanted.address)
        if found and found.record.is_saved:
            return found.record
        try:
            return await self._commit(wanted, found)
        except CountExceeded:
            raise TooManyPayoutAddresses(
                f"at most {ADDRESSES_MAX} addresses can be saved at a time"
            ) from None

    async def _commit(
        self, wanted: PayoutAddress, found: Versioned[PayoutAddress] | None
    ) -> PayoutAddress:
        """Raises ``CountExceeded``."""
        counts = (_limit(wanted.investor_id),)
        if found is None:
            await self._commits.open(payout_addresses.save(wanted), counts=counts)
            return wanted
        again = PayoutAddressSaved(
            label=wanted.label, at=wanted.created_at, usable_at=wanted.usable_at
        )
        await self._commits.commit_together(
            moved=((found, again),), acting=(wanted.investor_id,), counts=counts
        )
        return payout_addresses.decide(found.record, again).record

    async def _find(
        self, investor_id: InvestorId, chain: Chain, address: str
    ) -> Versioned[PayoutAddress] | None:
        name = payout_addresses.name_of(investor_id, chain, address)
        return of_kind(await self._processes.find(name), PayoutAddress)


def _limit(investor_id: InvestorId) -> CountLimit:
    return CountLimit(
        investor_id=investor_id,
        kind=PayoutAddress,
        stage=PayoutAddressStage.SAVED.value,
        most=ADDRESSES_MAX,
    )
