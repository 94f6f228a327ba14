"""Reading the ledger, and posting an entry that belongs to no process."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId
from domain.ledger.account import Account, Role
from domain.ledger.entry import Entry, Posting
from domain.money import Asset, Money

MOVEMENTS_MAX = 20_000
"""The most postings that are read at once; beyond them nothing is said."""


class TooManyMovements(DomainError):
    """There are more postings in the time than are read at once."""

    code = "ERR_5904"
    slug = "too-many-movements"
    kind = Kind.INTERNAL


@attrs.frozen(kw_only=True)
class Movement:
    """One posting of an entry that a process made."""

    process_id: ProcessId
    key: str
    template: str
    at: datetime
    posting: Posting


class Ledger(Protocol):
    @abstractmethod
    async def post(self, entry: Entry, *, at: datetime) -> None:
        """Post one entry, or raise ``InsufficientFunds``, ``DebtUnpaid`` or ``EntryAlreadyPosted``."""

    @abstractmethod
    async def balance(self, account: Account) -> Money: ...

    @abstractmethod
    async def balances(self, owner: InvestorId) -> Mapping[Account, Money]:
        """Every account of ``owner`` that is not zero, read from the primary."""

    @abstractmethod
    async def movements(
        self, owner: InvestorId | None, *, since: ProcessId, roles: Collection[Role]
    ) -> Sequence[Movement]:
        """
        The postings on accounts of ``roles`` by the processes of ``owner`` (``None``: of all) from id on.

        Oldest first. Raises ``TooManyMovements`` beyond ``MOVEMENTS_MAX``.
        """

    @abstractmethod
    async def totals(self) -> Mapping[tuple[Role, Asset], Money]:
        """The sum of all balances for each role and asset."""

    @abstractmethod
    async def imbalances(self) -> Mapping[str, str]:
        """The violated invariants by name: empty unless the ledger is corrupt."""

    @abstractmethod
    async def roll_up(self, *, limit: int) -> int:
        """Fold appended changes of pooled accounts into their balances; returns how many."""
