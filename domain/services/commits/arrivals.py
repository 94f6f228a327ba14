"""Inbound transfers on their way to a decision: deposits, and what is too small to be one."""

from __future__ import annotations

import attrs

from domain.processes.decision import Process
from domain.processes.facts.funding import TransferSeen
from domain.services.commits.auditing import balance_records
from domain.services.commits.deposit_matching import Arrival, DepositMatcher, Stray
from domain.services.commits.sibling_wallets import SiblingWallets
from ports.clock import Clock
from ports.processes import Claim, Processes, UnitOfWork, Versioned
from ports.request_context import CurrentRequest


@attrs.frozen
class ArrivalService:
    _processes: Processes
    _matcher: DepositMatcher
    _siblings: SiblingWallets
    _clock: Clock
    _current_request: CurrentRequest

    async def judge(
        self,
        fact: TransferSeen,
        known: Versioned[Process] | None,
        *,
        cause: str,
        done: Claim | None,
    ) -> Arrival | None:
        """
        The deposit to decide on. Anything else is booked here, with the end of the job ``done``.

        Raises ``WalletNotReady`` for a wallet that is not linked yet.
        """
        if known is None:
            await self._siblings.adopt(fact.wallet_id, cause=cause)
        judged = await self._matcher.judge(fact, known)
        if isinstance(judged, Arrival):
            return judged
        if judged is not None:
            await self._book(judged, cause=cause, done=done)
        elif done:
            await self._processes.commit(UnitOfWork(at=self._clock.now(), done=done))
        return None

    async def _book(self, stray: Stray, *, cause: str, done: Claim | None) -> None:
        """One entry and its audit record; no process, so nothing to list and nothing to do."""
        at, context = self._clock.now(), self._current_request.current()
        audit = balance_records(stray.entry, owner=stray.owner, at=at, context=context, cause=cause)
        unit = UnitOfWork(
            at=at,
            cause=cause,
            done=done,
            entries=(stray.entry,),
            audit=audit,
            unchanged=stray.unchanged,
            names=(stray.name,),
        )
        await self._processes.commit(unit)
