"""The books of the world: what a provider, or the chain, says it holds for an owner, and why."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from domain.ids import InvestorId
from domain.money import Asset, Money
from domain.reconciliation.difference import Line, Place
from domain.wallets.wallet import CustodyWallet


@attrs.frozen(kw_only=True)
class Holder:
    """An owner, and their accounts at each provider; ``None`` where they have none."""

    owner: InvestorId
    wallets: Sequence[CustodyWallet] = ()
    broker_account_id: str | None = None
    offramp_account_id: str | None = None


class WorldBooks(Protocol):
    """One provider's books. All methods raise ``ProviderError``; nothing is changed."""

    @property
    @abstractmethod
    def place(self) -> Place: ...

    @abstractmethod
    async def holdings(self, holder: Holder) -> Mapping[Asset, Money] | None:
        """
        What the holder has, by asset.

        ``None`` without an account, or if the provider shows no balance but only lines.
        """

    @abstractmethod
    async def lines(self, holder: Holder, *, since: datetime) -> Sequence[Line]:
        """Every change of what the holder has since then; none without an account."""
