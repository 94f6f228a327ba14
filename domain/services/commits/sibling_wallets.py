"""Opens the wallet of an investor on the chain on which USDC has arrived at the investor's address."""

from __future__ import annotations

import attrs

from domain.ids import LookupKey
from domain.processes.facts.effects import ProcessOpened
from domain.processes.funding.wallet_provisioning import SIBLING, adopt, own_key
from domain.processes.retry_policy import RetryPolicy
from domain.services.commits.steps import step_of
from domain.services.commits.units import unit_of
from domain.wallets.wallet import CustodyWallet, Wallet, WalletNotReady
from ports.clock import Clock
from ports.ids import Ids
from ports.job_signal import JobSignal
from ports.processes import Processes, of_kind
from ports.request_context import CurrentRequest


@attrs.frozen
class SiblingWallets:
    """A sibling has no process until it is used, so that unused ones cost no reads and no links."""

    _processes: Processes
    _ids: Ids
    _clock: Clock
    _job_signal: JobSignal
    _retries: RetryPolicy
    _current_request: CurrentRequest

    async def adopt(self, wallet_id: str, *, cause: str) -> None:
        """
        Open the wallet of a sibling that has none yet; anything else is left as it is.

        It is linked at the off-ramp next. Raises ``LookupKeyTaken`` when another was faster, and
        ``WalletNotReady`` while the owner's own request for that chain is under way.
        """
        found = of_kind(await self._processes.find(LookupKey(SIBLING, wallet_id)), Wallet)
        if found is None:
            return
        first = found.record
        at = next(each for each in first.siblings if each.wallet_id == wallet_id)
        known = of_kind(await self._processes.find(own_key(first.investor_id, at.chain)), Wallet)
        if known is None:
            await self._open(first, at, cause=cause)
        elif known.record.provider_id is None:
            raise WalletNotReady(field="chain")

    async def _open(self, first: Wallet, at: CustodyWallet, *, cause: str) -> None:
        wallet = Wallet(
            id=self._ids.new(),
            investor_id=first.investor_id,
            chain=at.chain,
            broker_account_id=first.broker_account_id,
            offramp_account_id=first.offramp_account_id,
        )
        now, context = self._clock.now(), self._current_request.current()
        opened = adopt(wallet, at)
        step = step_of(None, opened, ProcessOpened(), at=now, retries=self._retries)
        await self._processes.commit(unit_of((step,), at=now, context=context, cause=cause))
        await self._job_signal.notify()
