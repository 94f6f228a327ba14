"""The off-ramp: USDC to dollars at the firm's bank account, and dollars back to USDC."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from domain.accounts.onboarding import Profile
from domain.funding.conversion import Direction
from domain.ids import Reference
from domain.money import Money
from domain.processes.facts import funding
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.funding import ConversionOpened
from domain.wallets.wallet import CustodyWallet
from ports.fence import UNFENCED, Fence

ConversionFact = funding.ConversionFact


class Offramp(Protocol):
    """
    All methods raise ``ProviderError``.

    ``attempt`` above 1 says that an earlier try under the same reference may have gone through; the
    adapter must then look before it acts.
    """

    @property
    @abstractmethod
    def deposit_min(self) -> Money:
        """The least USDC that is worth converting to dollars: above the fee."""

    @abstractmethod
    async def open_account(
        self, reference: Reference, *, profile: Profile, attempt: int
    ) -> OfframpAccountReported: ...

    @abstractmethod
    async def account(self, account_id: str) -> OfframpAccountReported: ...

    @abstractmethod
    async def link_wallet(self, *, account_id: str, wallet: CustodyWallet) -> None:
        """Register the wallet as one that the account may pay from; idempotent."""

    @abstractmethod
    async def open_conversion(
        self,
        reference: Reference,
        *,
        direction: Direction,
        amount: Money,
        account_id: str,
        wallet: CustodyWallet,
        attempt: int,
        linked: bool = True,
        fence: Fence = UNFENCED,
    ) -> ConversionOpened:
        """
        Agree on a conversion of ``amount``; the answer says how to pay for it.

        To dollars: paid on chain from ``wallet``, delivered to the firm's bank account. A wallet that is
        not ``linked`` to the account is the firm's own; raises ``ProviderUnsupported`` if it cannot pay.
        To USDC: paid by wire, delivered on chain to ``wallet``.
        """

    @abstractmethod
    async def find_conversion(
        self, reference: Reference, *, account_id: str, provider_id: str | None
    ) -> ConversionFact | None:
        """
        The state of the conversion; ``None`` when the off-ramp does not know it.

        ``ConversionOpened`` means that it still waits for the payment or is in progress.
        """

    @abstractmethod
    async def is_payable(
        self, reference: Reference, *, account_id: str, provider_id: str | None
    ) -> bool:
        """Whether a payment made now would still be accepted."""
