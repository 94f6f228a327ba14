"""The custodian: wallets, addresses and on-chain sends of USDC."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.ids import InvestorId, Reference
from domain.money import Money
from domain.processes.facts import funding
from domain.processes.facts.funding import InboundTransfer, WalletCreated
from domain.wallets.chain import Chain
from domain.wallets.wallet import AddressSource, CustodyWallet

PaymentFact = funding.PaymentFact


class Custodian(Protocol):
    """
    All methods raise ``ProviderError``.

    ``attempt`` above 1 says that an earlier try under the same reference may have gone through; the
    adapter must then make sure that there is still at most one effect.
    """

    @property
    @abstractmethod
    def quiet(self) -> timedelta:
        """How long the custodian may still carry out a transfer whose response was lost."""

    @abstractmethod
    async def create_wallet(
        self,
        reference: Reference,
        *,
        owner: InvestorId,
        chain: Chain,
        attempt: int,
        also: Sequence[Chain] = (),
        shares: AddressSource | None = None,
    ) -> WalletCreated:
        """
        A wallet on ``chain``, with siblings at the same address on the chains ``also``.

        With ``shares`` it is the wallet at that one's address: its sibling there, or a new one. Raises
        ``ProviderUnavailable`` while the custodian does not know the wallet that it shares.
        """

    @abstractmethod
    async def send(
        self,
        reference: Reference,
        *,
        wallet: CustodyWallet,
        destination: str,
        amount: Money,
        attempt: int,
    ) -> PaymentFact:
        """Request a transfer of USDC. The same reference is sent at most once."""

    @abstractmethod
    async def find_payment(
        self, reference: Reference, *, provider_id: str | None
    ) -> PaymentFact | None:
        """
        The outcome of a transfer; ``None`` when the custodian does not know it.

        For a transfer that has waited too long for the chain, this also raises the network fee offered.
        """

    @abstractmethod
    async def inbound_since(self, since: datetime) -> Sequence[InboundTransfer]:
        """
        Transfers to our wallets since then by the custodian's clock, oldest first.

        After a long outage not all of them: the next call continues from the newest.
        """

    @abstractmethod
    async def find_arrival(self, transaction_id: str) -> InboundTransfer | None:
        """The state of an inbound transfer; ``None`` when it is not, or no longer, on the chain."""

    @abstractmethod
    async def frozen(self, wallets: Sequence[CustodyWallet]) -> Collection[str]:
        """The ids of those wallets from which the custodian sends nothing at present."""

    @abstractmethod
    async def screen(self, address: str, *, chain: Chain) -> str | None:
        """Why the custodian would deny a payment to the address; ``None`` if it would not."""

    @abstractmethod
    async def holdings(self, wallets: Sequence[CustodyWallet]) -> Mapping[str, Money]:
        """The USDC in each wallet, by wallet id."""
