"""Learns which wallets the custodian has frozen, and when it has released them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from domain.ids import FIRM, LookupKey, ProcessId
from domain.processes.facts.funding import WalletFrozen, WalletReleased
from domain.processes.funding.wallet_provisioning import WALLET
from domain.processes.kinds import kind_of
from domain.services.commits.processes import ProcessService
from domain.wallets.wallet import Wallet, WalletStage
from ports.custody import Custodian
from ports.processes import Processes
from ports.search import Search

FROZEN_MAX = 100
"""How many frozen wallets are asked about at a time; investors' own among them."""

CAUSE = "watching wallets"


@attrs.frozen
class FrozenWalletService:
    """From a frozen wallet nothing is sent, and no new withdrawal is paid."""

    _processes: Processes
    _search: Search
    _commits: ProcessService
    _custodian: Custodian

    async def watch(self) -> Iterable[Wallet]:
        """
        Ask about the firm's wallets, and about those known to be frozen. Raises ``ProviderError``.

        Returns the wallets that are frozen now.
        """
        known = {wallet.id: wallet for wallet in await self._watched()}
        places = {each.id: each.receiving_wallet() for each in known.values()}
        frozen = await self._custodian.frozen(list(places.values()))
        for wallet_id, place in places.items():
            is_frozen = place.wallet_id in frozen
            if is_frozen is not (known[wallet_id].stage is WalletStage.FROZEN):
                await self._note(wallet_id, is_frozen=is_frozen)
        return [known[id_] for id_, place in places.items() if place.wallet_id in frozen]

    async def found_frozen(self, custody_wallet_id: str) -> None:
        """The custodian refused a payment because the wallet is frozen."""
        await self._note(LookupKey(WALLET, custody_wallet_id), is_frozen=True)

    async def _watched(self) -> Iterable[Wallet]:
        of_firm = await self._processes.of_investor(FIRM, kind=Wallet)
        stages = {kind_of(Wallet): [WalletStage.FROZEN.value]}
        frozen = await self._search.in_stages(stages, before=None, limit=FROZEN_MAX)
        found = [*(each.record for each in of_firm), *(each.record for each in frozen)]
        stages_asked = {WalletStage.LIVE, WalletStage.FROZEN}
        return [each for each in found if isinstance(each, Wallet) and each.stage in stages_asked]

    async def _note(self, about: ProcessId | LookupKey, *, is_frozen: bool) -> None:
        fact = WalletFrozen() if is_frozen else WalletReleased()
        await self._commits.apply(about, fact, cause=CAUSE)
