"""Matches inbound transfers of USDC to deposits."""

from __future__ import annotations

import attrs

from domain.accounts.investor import Investor, InvestorStage
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import InvestorId, LookupKey, ProcessId
from domain.processes.facts.funding import TransferHeld, TransferSeen
from domain.processes.funding.wallet_provisioning import WALLET
from domain.wallets.wallet import Wallet
from ports.ids import Ids
from ports.processes import Processes, Versioned, of_kind


@attrs.frozen
class DepositMatcher:
    """
    A transfer to an investor's wallet is a deposit: an announced one of the same amount, or a new one.

    A transfer to a treasury wallet is a delivery of the off-ramp, which the off-ramp itself reports.
    """

    _processes: Processes
    _ids: Ids

    async def deposit_for(self, fact: TransferSeen) -> Versioned[Deposit] | None:
        """
        The deposit to decide on, with version 0 if it is new; ``None`` if it is not a deposit.

        What is not positive is no money, and no deposit.
        """
        if not fact.amount.is_positive:
            return None
        found = of_kind(await self._processes.find(LookupKey(WALLET, fact.wallet_id)), Wallet)
        wallet = found.record if found else None
        if wallet is None or wallet.is_treasury or wallet.offramp_account_id is None:
            return None
        return await self._announced(wallet, fact) or Versioned(self._new(wallet, fact), 0)

    async def held_if_closed(self, fact: TransferSeen, investor_id: InvestorId) -> TransferSeen:
        """The fact, held for a manual decision if the account is closed."""
        owner = of_kind(await self._processes.get(ProcessId(investor_id)), Investor)
        if owner and owner.record.stage is InvestorStage.DEACTIVATED:
            return TransferHeld.of(fact, reason="the account is closed")
        return fact

    async def _announced(self, wallet: Wallet, fact: TransferSeen) -> Versioned[Deposit] | None:
        deposits = await self._processes.of_investor(
            wallet.investor_id, kind=Deposit, stage=DepositStage.EXPECTED.value
        )
        for found in reversed(deposits):
            deposit = found.record
            if deposit.wallet.wallet_id == fact.wallet_id and deposit.amount == fact.amount:
                return found
        return None

    def _new(self, wallet: Wallet, fact: TransferSeen) -> Deposit:
        if wallet.broker_account_id is None or wallet.offramp_account_id is None:
            raise AssertionError("an investor's wallet names the investor's accounts")
        return Deposit(
            id=self._ids.new(),
            investor_id=wallet.investor_id,
            wallet=wallet.receiving_wallet(),
            broker_account_id=wallet.broker_account_id,
            offramp_account_id=wallet.offramp_account_id,
            amount=fact.amount,
        )
