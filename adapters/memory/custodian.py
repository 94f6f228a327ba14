"""A custodian in memory: wallets that hold USDC, and the totals received and sent."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from adapters.memory.faults import PROVIDER, QUIET_S, Faults
from adapters.memory.support.custody_wallets import CustodyWallets
from adapters.memory.support.transfers import State, Transfer
from domain.ids import InvestorId, Reference
from domain.money import USDC, Money
from domain.processes.facts.funding import (
    InboundTransfer,
    TransferDenied,
    TransferFailed,
    TransferSeen,
    WalletCreated,
)
from domain.wallets.chain import Chain
from domain.wallets.wallet import AddressSource, CustodyWallet
from ports.clock import Clock
from ports.custody import Custodian, PaymentFact
from ports.errors import ProviderRejected, ProviderWalletFrozen


class InMemoryCustodian(Custodian):
    """
    A transfer is debited when it is requested and arrives at once, or on ``settle``.

    A transfer to one of the custodian's own addresses arrives there; any other leaves, and ``on_sent`` is
    called with the amount and the address. The total held is always the total received less the total sent.
    """

    quiet = timedelta(seconds=QUIET_S)

    def __init__(
        self,
        *,
        clock: Clock,
        settles_at_once: bool = True,
        on_sent: Callable[[Money, str], None] = lambda _amount, _address: None,
    ) -> None:
        self.faults = Faults()
        self.received = Money.zero(USDC)
        self.sent = Money.zero(USDC)
        self.ahead = timedelta(0)
        """How far the custodian's own clock is ahead of ours; negative: behind."""
        self._clock = clock
        self._settles_at_once = settles_at_once
        self._on_sent = on_sent
        self._balances: dict[str, Money] = {}
        self._transfers: dict[Reference, Transfer] = {}
        self._arrivals: dict[str, InboundTransfer] = {}
        self._denied: set[str] = set()
        self._listed: dict[str, str] = {}
        self._frozen: set[str] = set()
        self._numbers = itertools.count(1)
        self._wallets = CustodyWallets(
            new_id=lambda: f"wallet-{next(self._numbers)}", on_open=self._opened
        )

    def slow_down(self) -> None:
        """From now on, transfers settle only on ``settle``."""
        self._settles_at_once = False

    def receive_usdc(
        self, address: str, amount: Money, *, final: bool = True, chain: Chain | None = None
    ) -> TransferSeen:
        """USDC arrives at an address from outside, on ``chain`` or on its first."""
        wallet = self._wallets.at(address, chain)
        if wallet is None:
            raise LookupError(f"there is no wallet at {address}")
        self.received += amount
        return self._arrive(wallet, amount, final=final)

    def deny(self, address: str, amount: Money) -> TransferDenied:
        """USDC arrives, and screening denies it: it is in the wallet, and not released."""
        seen = self.receive_usdc(address, amount)
        denied = TransferDenied.of(seen, reason="the custodian denied it")
        self._arrivals[seen.transaction_id] = denied
        return denied

    def drop(self, transaction_id: str) -> TransferFailed:
        """The chain drops a transfer that was seen and is not final."""
        seen = self._arrivals[transaction_id]
        if isinstance(seen, TransferFailed) or seen.final:
            raise LookupError("what is final is not dropped")
        self.received -= seen.amount
        self._balances[seen.wallet_id] -= seen.amount
        failed = TransferFailed(
            transaction_id=transaction_id, reason="dropped", seen_at=seen.seen_at
        )
        self._arrivals[transaction_id] = failed
        return failed

    def finalise(self, transaction_id: str) -> TransferSeen:
        """Make an incoming transfer final on the chain."""
        seen = self._arrivals[transaction_id]
        if isinstance(seen, TransferFailed):
            raise LookupError("what was dropped does not become final")  # noqa: TRY004 - a state
        final = attrs.evolve(seen, final=True)
        self._arrivals[transaction_id] = final
        return final

    def settle(self, ref: Reference) -> None:
        """Complete a transfer."""
        transfer = self._transfers[ref]
        if transfer.state is not State.PENDING:
            return
        transfer.state = State.COMPLETED
        chain = self._wallets.chain_of(transfer.wallet_id)
        if own := self._wallets.at(transfer.destination, chain):
            self._arrive(own, transfer.amount, final=True)
        else:
            self.sent += transfer.amount
            self._on_sent(transfer.amount, transfer.destination)

    def fail(self, ref: Reference, reason: str) -> None:
        """Fail a pending transfer and return the USDC to the wallet."""
        transfer = self._transfers[ref]
        if transfer.state is State.PENDING:
            transfer.state, transfer.reason = State.FAILED, reason
            self._balances[transfer.wallet_id] += transfer.amount

    def block(self, address: str) -> None:
        """From now on, transfers to the address are denied."""
        self._denied.add(address)

    def list_as(self, address: str, reason: str) -> None:
        """Put the address on the custodian's blocklist, for screening and for transfers."""
        self._listed[address.lower() if address.startswith("0x") else address] = reason
        self.block(address)

    def freeze(self, wallet: CustodyWallet) -> None:
        """Let the wallet send nothing until ``unfreeze``."""
        self._frozen.add(wallet.wallet_id)

    def unfreeze(self, wallet: CustodyWallet) -> None:
        self._frozen.discard(wallet.wallet_id)

    async def create_wallet(
        self,
        reference: Reference,
        *,
        owner: InvestorId,  # noqa: ARG002 - the custodian is not given the investor
        chain: Chain,
        attempt: int,  # noqa: ARG002 - a known reference has no second effect
        also: Sequence[Chain] = (),
        shares: AddressSource | None = None,
    ) -> WalletCreated:
        with self.faults.around("create_wallet"):
            return self._wallets.create(reference, (chain, *also), shares)

    async def send(
        self,
        reference: Reference,
        *,
        wallet: CustodyWallet,
        destination: str,
        amount: Money,
        attempt: int,  # noqa: ARG002 - a known reference has no second effect
    ) -> PaymentFact:
        with self.faults.around("send"):
            if reference not in self._transfers:
                if wallet.wallet_id in self._frozen:
                    raise ProviderWalletFrozen("the wallet is frozen", provider=PROVIDER)
                self._begin_transfer(reference, wallet, destination, amount)
            return self._transfers[reference].fact()

    async def find_payment(
        self, reference: Reference, *, provider_id: str | None
    ) -> PaymentFact | None:
        self.faults.check()
        transfer = self._transfers.get(reference)
        is_it = transfer and provider_id in {None, transfer.id}
        return transfer.fact() if transfer and is_it else None

    async def inbound_since(self, since: datetime) -> Sequence[InboundTransfer]:
        self.faults.check()
        told = self._arrivals.values()
        return [seen for seen in told if seen.seen_at is None or seen.seen_at >= since]

    async def find_arrival(self, transaction_id: str) -> InboundTransfer | None:
        self.faults.check()
        return self._arrivals.get(transaction_id)

    async def frozen(self, wallets: Sequence[CustodyWallet]) -> Collection[str]:
        self.faults.check()
        return {each.wallet_id for each in wallets} & self._frozen

    async def screen(self, address: str, *, chain: Chain) -> str | None:
        self.faults.check()
        return self._listed.get(chain.canonical(address))

    async def holdings(self, wallets: Sequence[CustodyWallet]) -> Mapping[str, Money]:
        self.faults.check()
        return {wallet.wallet_id: self._balances[wallet.wallet_id] for wallet in wallets}

    def _opened(self, wallet: CustodyWallet) -> None:
        self._balances[wallet.wallet_id] = Money.zero(USDC)

    def _begin_transfer(
        self, ref: Reference, wallet: CustodyWallet, destination: str, amount: Money
    ) -> None:
        if not amount.is_positive or self._balances[wallet.wallet_id] < amount:
            raise ProviderRejected("the wallet does not hold the amount", provider=PROVIDER)
        is_denied = destination in self._denied
        self._balances[wallet.wallet_id] -= amount
        self._transfers[ref] = Transfer(
            id=f"transfer-{next(self._numbers)}",
            reference=ref,
            wallet_id=wallet.wallet_id,
            destination=destination,
            amount=amount,
            is_denied=is_denied,
        )
        if is_denied:
            self.fail(ref, "denied")
        elif self._settles_at_once:
            self.settle(ref)

    def _arrive(self, wallet: CustodyWallet, amount: Money, *, final: bool) -> TransferSeen:
        number = next(self._numbers)
        seen = TransferSeen(
            transaction_id=f"inbound-{number}",
            wallet_id=wallet.wallet_id,
            tx_hash=f"0x{number:064x}",
            amount=amount,
            final=final,
            seen_at=self._clock.now() + self.ahead,
        )
        self._balances[wallet.wallet_id] += amount
        self._arrivals[seen.transaction_id] = seen
        return seen
