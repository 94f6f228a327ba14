"""The broker's back office: accounts, journals between the firm and investors, wires out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from domain.accounts.onboarding import Profile
from domain.funding.conversion import PayByWire
from domain.ids import Reference
from domain.money import Money
from domain.processes.facts import funding
from domain.processes.facts.accounts import BrokerAccountReported
from ports.fence import UNFENCED, Fence

JournalFact = funding.JournalFact
WireFact = funding.WireFact


class Brokerage(Protocol):
    """All methods raise ``ProviderError``; ``attempt`` is as in ``ports.custody.Custodian``."""

    @property
    @abstractmethod
    def quiet(self) -> timedelta:
        """How long the broker may still carry out a journal whose response was lost."""

    @abstractmethod
    async def open_account(
        self, reference: Reference, *, profile: Profile, attempt: int
    ) -> BrokerAccountReported: ...

    @abstractmethod
    async def account(self, account_id: str) -> BrokerAccountReported: ...

    @abstractmethod
    async def journal(
        self,
        reference: Reference,
        *,
        account_id: str,
        amount: Money,
        to_investor: bool,
        attempt: int,
    ) -> JournalFact:
        """Move dollars between the firm account and the investor's, once per reference."""

    @abstractmethod
    async def find_journal(
        self, reference: Reference, *, provider_id: str | None
    ) -> JournalFact | None: ...

    @abstractmethod
    async def settle_advances(self) -> Money:
        """
        Repay the dollars that the broker lent to investors before ours arrived; returns the amount.

        Zero when nothing is lent, or when the last payment is still in progress.
        """

    @abstractmethod
    async def wire(
        self,
        reference: Reference,
        *,
        amount: Money,
        to: PayByWire,
        attempt: int,
        fence: Fence = UNFENCED,
    ) -> WireFact:
        """
        Wire dollars from the firm account, once per reference; the memo travels with them.

        A wire that is not found is sent again only after the quiet time of the ``fence``.
        """

    @abstractmethod
    async def find_wire(
        self, reference: Reference, *, provider_id: str | None
    ) -> WireFact | None: ...

    @abstractmethod
    async def holdings(self, account_id: str | None) -> Mapping[str, Money]:
        """What an account (``None``: the firm's) holds: ``USD/2`` and every share, by asset."""
