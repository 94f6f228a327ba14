"""A custodian in memory: wallets that hold USDC, and the totals received and sent."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import attrs

from adapters.memory.faults import PROVIDER, Faults
from adapters.memory.support.transfers import State, Transfer
from domain.ids import InvestorId, Reference
from domain.money import USDC, Money
from domain.processes.facts.funding import TransferSeen, WalletCreated
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from ports.clock import Clock
from ports.custody import Custodian, PaymentFact
from ports.errors import ProviderRejected


class InMemoryCustodian(Custodian):
    """
    A transfer is debited when it is requested and arrives at once, or on ``settle``.

    A transfer to one of the custodian's own addresses arrives there; any other leaves, and ``on_sent`` is
    called with the amount and the address. The total held is always the total received less the total sent.
    """

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
        self._clock = clock
        self._settles_at_once = settles_at_once
        self._on_sent = on_sent
        self._wallets: dict[Reference, CustodyWallet] = {}
        self._balances: dict[str, Money] = {}
        self._transfers: dict[Reference, Transfer] = {}
        self._arrivals: dict[str, tuple[datetime, TransferSeen]] = {}
        self._numbers = itertools.count(1)

    def slow_down(self) -> None:
        """From now on, transfers settle only on ``settle``."""
        self._settles_at_once = False

    def receive_usdc(self, address: str, amount: Money, *, final: bool = True) -> TransferSeen:
        """USDC arrives at an address from outside."""
        self.received += amount
        return self._arrive(self._at(address), amount, final=final)

    def finalise(self, transaction_id: str) -> TransferSeen:
        """Make an incoming transfer final on the chain."""
        at, seen = self._arrivals[transaction_id]
        self._arrivals[transaction_id] = at, attrs.evolve(seen, final=True)
        return self._arrivals[transaction_id][1]

    def settle(self, ref: Reference) -> None:
        """Complete a transfer."""
        transfer = self._transfers[ref]
        if transfer.state is not State.PENDING:
            return
        transfer.state = State.COMPLETED
        if self._owns(transfer.destination):
            self._arrive(self._at(transfer.destination), transfer.amount, final=True)
        else:
            self.sent += transfer.amount
            self._on_sent(transfer.amount, transfer.destination)

    def fail(self, ref: Reference, reason: str) -> None:
        """Fail a pending transfer and return the USDC to the wallet."""
        transfer = self._transfers[ref]
        if transfer.state is State.PENDING:
            transfer.state, transfer.reason = State.FAILED, reason
            self._balances[transfer.wallet_id] += transfer.amount

    async def create_wallet(
        self,
        reference: Reference,
        *,
        owner: InvestorId,  # noqa: ARG002 - the custodian is not given the investor
        chain: Chain,
        attempt: int,  # noqa: ARG002 - a known reference has no second effect
    ) -> WalletCreated:
        with self.faults.around("create_wallet"):
            wallet = self._wallets.get(reference) or self._open(reference, chain)
            return WalletCreated(
                reference=reference, provider_id=wallet.wallet_id, address=wallet.address
            )

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
                self._begin_transfer(reference, wallet, destination, amount)
            return self._transfers[reference].fact()

    async def find_payment(
        self, reference: Reference, *, provider_id: str | None
    ) -> PaymentFact | None:
        self.faults.check()
        transfer = self._transfers.get(reference)
        if transfer is None or provider_id not in {None, transfer.id}:
            return None
        return transfer.fact()

    async def inbound_since(self, since: datetime) -> Sequence[TransferSeen]:
        self.faults.check()
        return [seen for at, seen in self._arrivals.values() if at >= since]

    async def find_arrival(self, transaction_id: str) -> TransferSeen | None:
        self.faults.check()
        found = self._arrivals.get(transaction_id)
        return found[1] if found else None

    async def holdings(self, wallets: Sequence[CustodyWallet]) -> Mapping[str, Money]:
        self.faults.check()
        return {wallet.wallet_id: self._balances[wallet.wallet_id] for wallet in wallets}

    def _open(self, ref: Reference, chain: Chain) -> CustodyWallet:
        wallet = CustodyWallet(
            chain=chain, wallet_id=f"wallet-{next(self._numbers)}", address=_address(chain, ref)
        )
        self._wallets[ref] = wallet
        self._balances[wallet.wallet_id] = Money.zero(USDC)
        return wallet

    def _begin_transfer(
        self, ref: Reference, wallet: CustodyWallet, destination: str, amount: Money
    ) -> None:
        if not amount.is_positive or self._balances[wallet.wallet_id] < amount:
            raise ProviderRejected("the wallet does not hold the amount", provider=PROVIDER)
        self._balances[wallet.wallet_id] -= amount
        self._transfers[ref] = Transfer(
            id=f"transfer-{next(self._numbers)}",
            reference=ref,
            wallet_id=wallet.wallet_id,
            destination=destination,
            amount=amount,
        )
        if self._settles_at_once:
            self.settle(ref)

    def _arrive(self, wallet: CustodyWallet, amount: Money, *, final: bool) -> TransferSeen:
        number = next(self._numbers)
        seen = TransferSeen(
            transaction_id=f"inbound-{number}",
            wallet_id=wallet.wallet_id,
            tx_hash=f"0x{number:064x}",
            amount=amount,
            final=final,
        )
        self._balances[wallet.wallet_id] += amount
        self._arrivals[seen.transaction_id] = self._clock.now(), seen
        return seen

    def _owns(self, address: str) -> bool:
        return any(wallet.address == address for wallet in self._wallets.values())

    def _at(self, address: str) -> CustodyWallet:
        return next(wallet for wallet in self._wallets.values() if wallet.address == address)


def _address(chain: Chain, ref: Reference) -> str:
    """An address derived from the reference, in the chain's format."""
    digest = hashlib.sha256(ref.encode()).hexdigest()
    if chain.is_evm:
        return f"0x{digest[:40]}"
    return "5" + digest[:42].replace("0", "z")  # 43 base58 digits starting with 5 are 32 bytes
