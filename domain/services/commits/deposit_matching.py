"""Matches inbound transfers of USDC to deposits, with what each is judged on."""

from __future__ import annotations

import attrs

from domain.accounts.investor import Investor, InvestorStage
from domain.funding.announcement import best_match
from domain.funding.deposit import STRAY_MAX, Deposit, DepositStage, whole_cents
from domain.ids import InvestorId, LookupKey, ProcessId
from domain.ledger.entry import Entry
from domain.ledger.templates import dust as templates
from domain.ledger.templates.lines import dust_of
from domain.money import Money
from domain.processes.decision import Process
from domain.processes.facts.funding import TransferHeld, TransferSeen
from domain.processes.funding.deposit_arrival import AWAITING, TRANSACTION
from domain.processes.funding.wallet_provisioning import WALLET
from domain.wallets.wallet import Wallet
from ports.ids import Ids
from ports.ledger import Ledger
from ports.offramp import Offramp
from ports.processes import Processes, Versioned, of_kind

CLOSED = "the account is closed"


@attrs.frozen(kw_only=True)
class Arrival:
    """
    A transfer that is a deposit, new if its version is 0.

    ``unchanged`` is what it was judged on: if that has changed at the commit, it is judged again.
    """

    fact: TransferSeen
    deposit: Versioned[Deposit]
    unchanged: tuple[Versioned[Process], ...] = ()


@attrs.frozen(kw_only=True)
class Stray:
    """
    A final transfer that is too small to be a deposit: one entry, and nothing else.

    ``name`` makes it the wallet's, so that it is never taken for a deposit when it is told again.
    """

    entry: Entry
    owner: InvestorId
    name: tuple[LookupKey, ProcessId]
    unchanged: tuple[Versioned[Process], ...]


@attrs.frozen
class DepositMatcher:
    """
    A transfer to an investor's wallet is a deposit: an announced one of that amount, or a new one.

    A transfer to a treasury wallet is a delivery of the off-ramp, which the off-ramp itself reports.
    """

    _processes: Processes
    _ledger: Ledger
    _offramp: Offramp
    _ids: Ids

    async def judge(
        self, fact: TransferSeen, known: Versioned[Process] | None
    ) -> Arrival | Stray | None:
        """
        What the transfer is; ``known`` is its deposit, if it has been seen before.

        ``None`` if it is no deposit: what is not positive is no money.
        """
        deposit = of_kind(known, Deposit)
        if not fact.amount.is_positive or (known is not None and deposit is None):
            return None
        if deposit is None:
            return await self._first_seen(fact)
        if not {deposit.record.stage, deposit.record.paused_stage} & AWAITING:
            return Arrival(fact=fact, deposit=deposit)
        return await self._judged(fact, deposit)

    async def _first_seen(self, fact: TransferSeen) -> Arrival | Stray | None:
        found = of_kind(await self._processes.find(LookupKey(WALLET, fact.wallet_id)), Wallet)
        wallet = found.record if found else None
        if wallet is None or wallet.is_treasury or wallet.offramp_account_id is None:
            return None
        if announced := await self._announced(wallet, fact):
            return await self._judged(fact, announced)
        if await self._is_stray(wallet, fact):
            return await self._stray(wallet, fact)
        return await self._judged(fact, Versioned(self._new(wallet, fact), 0))

    async def _judged(self, fact: TransferSeen, deposit: Versioned[Deposit]) -> Arrival:
        """With the off-ramp's minimum and the wallet's dust, and held if the account is closed."""
        owner_id = deposit.record.investor_id
        owner = await self._owner(owner_id)
        fact = attrs.evolve(fact, minimum=self._offramp.deposit_min)
        if owner and owner.record.stage is InvestorStage.DEACTIVATED:
            if not isinstance(fact, TransferHeld):
                fact = TransferHeld.of(fact, reason=CLOSED)
        elif fact.final and not isinstance(fact, TransferHeld):
            fact = attrs.evolve(fact, dust=await self._dust(owner_id, fact))
        return Arrival(fact=fact, deposit=deposit, unchanged=(owner,) if owner else ())

    async def _is_stray(self, wallet: Wallet, fact: TransferSeen) -> bool:
        """Whether it is too small to be a deposit, and does not lift the dust over the minimum."""
        if fact.amount >= STRAY_MAX:
            return False
        together = fact.amount + await self._dust(wallet.investor_id, fact)
        return not whole_cents(together, minimum=self._offramp.deposit_min)

    async def _stray(self, wallet: Wallet, fact: TransferSeen) -> Stray | None:
        if not fact.final:
            return None
        owner = await self._owner(wallet.investor_id)
        entry = templates.dust_received(
            f"{TRANSACTION}:{fact.transaction_id}",
            owner=wallet.investor_id,
            wallet_id=fact.wallet_id,
            amount=fact.amount,
        )
        return Stray(
            entry=entry,
            owner=wallet.investor_id,
            name=(LookupKey(TRANSACTION, fact.transaction_id), wallet.id),
            unchanged=(owner,) if owner else (),
        )

    async def _dust(self, owner: InvestorId, fact: TransferSeen) -> Money:
        return await self._ledger.balance(dust_of(owner, fact.amount.asset, fact.wallet_id))

    async def _owner(self, investor_id: InvestorId) -> Versioned[Investor] | None:
        return of_kind(await self._processes.get(ProcessId(investor_id)), Investor)

    async def _announced(self, wallet: Wallet, fact: TransferSeen) -> Versioned[Deposit] | None:
        deposits = await self._processes.of_investor(
            wallet.investor_id, kind=Deposit, stage=DepositStage.EXPECTED.value
        )
        at_wallet = {
            each.record.id: each
            for each in reversed(deposits)
            if each.record.wallet.wallet_id == fact.wallet_id
        }
        match = best_match(fact.amount, [each.record for each in at_wallet.values()])
        return at_wallet[match.id] if match else None

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
            minimum=self._offramp.deposit_min,
        )
