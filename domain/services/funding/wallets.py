"""Wallets of investors, and the treasury wallets from which withdrawals are paid."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import attrs

from domain.accounts.onboarding import Onboarding
from domain.ids import FIRM, InvestorId
from domain.processes.funding import wallet_provisioning
from domain.processes.funding.wallet_provisioning import first_evm_key, own_key
from domain.services.accounts.onboarding import OnboardingService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from domain.wallets.chain import Chain
from domain.wallets.wallet import Wallet, WalletNotReady
from ports.ids import Ids
from ports.processes import LookupKeyTaken, Processes, Versioned, of_kind


@attrs.frozen
class WalletService:
    _processes: Processes
    _commits: ProcessService
    _accounts: OnboardingService
    _ids: Ids

    async def create(self, investor_id: InvestorId, *, chain: Chain) -> Wallet:
        """
        The investor's wallet on ``chain``, new or existing; all EVM wallets have one address.

        Raises ``OnboardingRequired``.
        """

        async def create() -> Wallet:
            onboarding = await self._accounts.current(investor_id)
            broker_account_id, offramp_account_id = onboarding.record.require_approved()
            wallet = Wallet(
                id=self._ids.new(),
                investor_id=investor_id,
                chain=chain,
                broker_account_id=broker_account_id,
                offramp_account_id=offramp_account_id,
            )
            return await self._provision(wallet, unchanged=(onboarding,))

        return await until_current(create, also=(LookupKeyTaken,))

    async def list(self, investor_id: InvestorId) -> Sequence[Wallet]:
        found = await self._processes.of_investor(investor_id, kind=Wallet)
        return [each.record for each in found]

    async def on_chain(self, investor_id: InvestorId, chain: Chain) -> Wallet | None:
        found = await self.current(investor_id, chain)
        return found.record if found else None

    async def current(self, investor_id: InvestorId, chain: Chain) -> Versioned[Wallet] | None:
        """The wallet at its current version."""
        return of_kind(await self._processes.find(own_key(investor_id, chain)), Wallet)

    async def ensure_treasury(self, chains: Sequence[Chain]) -> None:
        """Make sure that each chain has one treasury wallet; idempotent."""
        for chain in chains:
            wallet = Wallet(id=self._ids.new(), investor_id=FIRM, chain=chain)
            with suppress(LookupKeyTaken):  # another worker was faster
                await self._provision(wallet)

    async def treasury(self, chain: Chain) -> Versioned[Wallet]:
        """The wallet that pays withdrawals, ready to. Raises ``WalletNotReady`` or ``WalletFrozen``."""
        found = await self.current(FIRM, chain)
        if found is None:
            raise WalletNotReady(f"there is no treasury wallet on {chain.value}", field="chain")
        found.record.location()
        return found

    async def _provision(
        self, wallet: Wallet, *, unchanged: tuple[Versioned[Onboarding], ...] = ()
    ) -> Wallet:
        existing = await self.on_chain(wallet.investor_id, wallet.chain)
        if existing is not None:
            return existing
        decision = wallet_provisioning.request(wallet, shares=await self._first_evm(wallet))
        await self._commits.open(decision, unchanged=unchanged)
        return wallet

    async def _first_evm(self, wallet: Wallet) -> Wallet | None:
        """The wallet whose address this one shares; before addresses were shared, it had no key."""
        if wallet.is_treasury or not wallet.chain.is_evm:
            return None
        owner = wallet.investor_id
        if found := of_kind(await self._processes.find(first_evm_key(owner)), Wallet):
            return found.record
        evm = [each for each in await self.list(owner) if each.chain.is_evm]
        return min(evm, key=lambda each: each.id, default=None)
