"""Wallets of investors, and the treasury wallets from which withdrawals are paid."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.onboarding import Onboarding
from domain.ids import FIRM, InvestorId, LookupKey
from domain.processes.funding import wallet_provisioning
from domain.services.accounts.onboarding import OnboardingService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from domain.wallets.chain import Chain
from domain.wallets.wallet import Wallet, WalletNotReady
from ports.ids import Ids
from ports.processes import LookupKeyTaken, Processes, Versioned, of_kind

OWN_WALLET = "stack.wallet"
"""The namespace of the lookup key of an owner's one wallet on a chain."""


def _name(owner: InvestorId, chain: Chain) -> LookupKey:
    return LookupKey(OWN_WALLET, f"{owner}:{chain.value}")


@attrs.frozen
class WalletService:
    _processes: Processes
    _commits: ProcessService
    _accounts: OnboardingService
    _ids: Ids

    async def create(self, investor_id: InvestorId, *, chain: Chain) -> Wallet:
        """The investor's wallet on ``chain``, new or existing. Raises ``OnboardingRequired``."""

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

        return await until_current(create)

    async def list(self, investor_id: InvestorId) -> Sequence[Wallet]:
        found = await self._processes.of_investor(investor_id, kind=Wallet)
        return [each.record for each in found]

    async def on_chain(self, investor_id: InvestorId, chain: Chain) -> Wallet | None:
        found = await self.current(investor_id, chain)
        return found.record if found else None

    async def current(self, investor_id: InvestorId, chain: Chain) -> Versioned[Wallet] | None:
        """The wallet at its current version."""
        return of_kind(await self._processes.find(_name(investor_id, chain)), Wallet)

    async def ensure_treasury(self, chains: Sequence[Chain]) -> None:
        """Make sure that each chain has one treasury wallet; idempotent."""
        for chain in chains:
            await self._provision(Wallet(id=self._ids.new(), investor_id=FIRM, chain=chain))

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
        decision = wallet_provisioning.request(wallet)
        name = _name(wallet.investor_id, wallet.chain)
        try:
            await self._commits.open(attrs.evolve(decision, names=(name,)), unchanged=unchanged)
        except LookupKeyTaken:
            existing = await self.on_chain(wallet.investor_id, wallet.chain)
            return existing or wallet
        return wallet
