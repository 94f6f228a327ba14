"""Reading the ledger, and posting an entry that belongs to no process."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from domain.ids import InvestorId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry
from domain.money import Asset, Money


class Ledger(Protocol):
    @abstractmethod
    async def post(self, entry: Entry, *, at: datetime) -> None:
        """Post one entry, or raise ``InsufficientFunds`` or ``EntryAlreadyPosted``."""

    @abstractmethod
    async def balance(self, account: Account) -> Money: ...

    @abstractmethod
    async def balances(self, owner: InvestorId) -> Mapping[Account, Money]:
        """Every account of ``owner`` that is not zero, read from the primary."""

    @abstractmethod
    async def totals(self) -> Mapping[tuple[Role, Asset], Money]:
        """The sum of all balances for each role and asset."""

    @abstractmethod
    async def imbalances(self) -> Mapping[str, str]:
        """The violated invariants by name: empty unless the ledger is corrupt."""

    @abstractmethod
    async def roll_up(self, *, limit: int) -> int:
        """Fold appended changes of pooled accounts into their balances; returns how many."""
