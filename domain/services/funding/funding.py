"""Deposits and withdrawals, as requested by the investor."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from domain.accounts.onboarding import Onboarding
from domain.funding.deposit import Deposit, DepositNotFound, require_announced
from domain.funding.withdrawal import Withdrawal, WithdrawalNotFound, require_withdrawable
from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.limits import Activity
from domain.money import USD, Money
from domain.processes import limit_usage
from domain.processes.facts.funding import AnnouncementWithdrawn
from domain.processes.funding import deposit_arrival, withdrawal_debit
from domain.services.accounts.onboarding import OnboardingService
from domain.services.commits.limits import LimitService
from domain.services.commits.processes import ProcessService
from domain.services.commits.races import until_current
from domain.services.funding.payout_addresses import PayoutAddressService
from domain.services.funding.wallets import WalletService
from domain.wallets.chain import Chain, InvalidAddress
from domain.wallets.destinations import require_destination
from domain.wallets.wallet import CustodyWallet, Wallet, WalletNotReady
from ports.idempotency import MakeRecord
from ports.ids import Ids
from ports.ledger import Ledger
from ports.processes import Processes, Versioned, of_kind


@attrs.frozen
class FundingService:
    _processes: Processes
    _commits: ProcessService
    _accounts: OnboardingService
    _wallets: WalletService
    _ids: Ids
    _limits: LimitService
    _addresses: PayoutAddressService
    _ledger: Ledger

    async def announce_deposit(
        self,
        investor_id: InvestorId,
        *,
        chain: Chain,
        amount: Money,
        idempotency: MakeRecord | None = None,
    ) -> Deposit:
        """
        Expect a deposit. It counts when it arrives, but is refused if it would exceed a limit now.

        Raises ``InvalidDepositAmount``, ``WalletNotReady``, ``OnboardingRequired`` or ``LimitExceeded``.
        """

        async def announce() -> Deposit:
            onboarding = await self._accounts.current(investor_id)
            broker_account_id, offramp_account_id = onboarding.record.require_approved()
            wallet = await self._wallets.current(investor_id, chain)
            if wallet is None:
                raise WalletNotReady(f"create a wallet on {chain.value} first", field="chain")
            deposit = Deposit(
                id=self._ids.new(),
                investor_id=investor_id,
                wallet=wallet.record.location(),
                broker_account_id=broker_account_id,
                offramp_account_id=offramp_account_id,
                amount=require_announced(amount),
            )
            dollars = limit_usage.at_par(deposit.amount)
            await self._limits.require_headroom(investor_id, Activity.DEPOSIT, dollars)
            decision = deposit_arrival.announce(deposit)
            await self._commits.open(
                decision, idempotency=idempotency, unchanged=(onboarding, wallet)
            )
            return deposit

        return await until_current(announce)

    async def withdraw_announcement(
        self,
        investor_id: InvestorId,
        deposit_id: ProcessId,
        *,
        idempotency: MakeRecord | None = None,
    ) -> Deposit:
        """Expect the deposit no longer. Raises ``DepositNotFound`` or ``DepositNotExpected``."""
        await self.deposit(investor_id, deposit_id)
        withdrawn = await self._commits.apply(
            deposit_id, AnnouncementWithdrawn(), idempotency=idempotency
        )
        if not isinstance(withdrawn, Deposit):
            raise DepositNotFound
        return withdrawn

    async def deposit(self, investor_id: InvestorId, deposit_id: ProcessId) -> Deposit:
        """Raises ``DepositNotFound``, also for a deposit of another investor."""
        found = of_kind(await self._processes.get(deposit_id), Deposit, owner=investor_id)
        if found is None:
            raise DepositNotFound
        return found.record

    async def deposits(
        self, investor_id: InvestorId, *, before: ProcessId | None, limit: int
    ) -> Sequence[Deposit]:
        found = await self._processes.of_investor(
            investor_id, kind=Deposit, before=before, limit=limit
        )
        return [each.record for each in found]

    async def withdraw(
        self,
        investor_id: InvestorId,
        *,
        amount: Money,
        chain: Chain,
        destination: str,
        idempotency: MakeRecord | None = None,
    ) -> Withdrawal:
        """
        Reserve the amount and start paying it out, in one commit.

        Raises ``InvalidWithdrawalAmount``, ``InvalidAddress``, ``AddressNotSaved``, ``AddressCooling``,
        ``AddressDenied``, ``InsufficientFunds``, ``LimitExceeded``, ``OnboardingRequired``,
        ``WalletNotReady``, ``WalletFrozen``, ``StaleVersion`` or ``ProviderError``.
        """
        require_destination(chain, destination, field="destination")

        async def request() -> Withdrawal:
            """Commit only if onboarding, treasury and destination have not changed since they were read."""
            onboarding = await self._accounts.current(investor_id)
            treasury = await self._paying(onboarding.record, chain)
            paying = treasury.record.location()
            require_withdrawable(amount, free=await self._free(investor_id))
            withdrawal = self._withdrawal(onboarding.record, amount, paying, destination)
            saved = await self._addresses.require_usable(
                investor_id, chain, destination, field="destination"
            )
            await self._addresses.require_payable(chain, destination, field="destination")
            decision = withdrawal_debit.request(withdrawal)
            await self._commits.open(
                decision,
                idempotency=idempotency,
                tier=onboarding.record.tier,
                unchanged=(saved, onboarding, treasury),
            )
            return decision.record

        return await until_current(request)

    async def _free(self, investor_id: InvestorId) -> Money:
        balances = await self._ledger.balances(investor_id)
        return balances.get(Account(Role.CASH, investor_id, USD), Money.zero(USD))

    async def _paying(self, onboarding: Onboarding, chain: Chain) -> Versioned[Wallet]:
        """The wallet that pays the investor on ``chain``."""
        onboarding.require_approved()
        return await self._wallets.treasury(chain)

    def _withdrawal(
        self, onboarding: Onboarding, amount: Money, treasury: CustodyWallet, destination: str
    ) -> Withdrawal:
        broker_account_id, offramp_account_id = onboarding.require_approved()
        chain = treasury.chain
        if chain.same_address(destination, treasury.address):
            # It would stay with us, without an owner in the ledger.
            raise InvalidAddress(
                "this is the firm's own address that withdrawals are paid from", field="destination"
            )
        return Withdrawal(
            id=self._ids.new(),
            investor_id=onboarding.investor_id,
            amount=amount,
            destination=destination,
            treasury=treasury,
            broker_account_id=broker_account_id,
            offramp_account_id=offramp_account_id,
            counted=self._limits.counting(amount),
        )

    async def withdrawal(self, investor_id: InvestorId, withdrawal_id: ProcessId) -> Withdrawal:
        """Raises ``WithdrawalNotFound``, also for a withdrawal of another investor."""
        found = of_kind(await self._processes.get(withdrawal_id), Withdrawal, owner=investor_id)
        if found is None:
            raise WithdrawalNotFound
        return found.record

    async def withdrawals(
        self, investor_id: InvestorId, *, before: ProcessId | None, limit: int
    ) -> Sequence[Withdrawal]:
        found = await self._processes.of_investor(
            investor_id, kind=Withdrawal, before=before, limit=limit
        )
        return [each.record for each in found]
