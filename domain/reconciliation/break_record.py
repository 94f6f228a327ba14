"""A break: a difference between our ledger and the world, kept from its first sight until it is gone."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import InvestorId, ProcessId
from domain.ledger.templates.healing import Healing
from domain.money import Asset, Money
from domain.reconciliation.difference import BreakClass, Place


class BreakNotFound(DomainError):
    """There is no such break."""

    code = "ERR_5701"
    slug = "break-not-found"
    kind = Kind.NOT_FOUND


class InvalidCapital(DomainError):
    """Capital is a positive amount of dollars at the broker or of USDC at the custodian."""

    code = "ERR_5702"
    slug = "invalid-capital"
    kind = Kind.VALIDATION


class BreakStage(Enum):
    """
    ``NOTICED`` at one reading, which may be timing; ``OPEN`` after a second one, past the grace period.

    ``EXPLAINED`` by staff: known, not healed, and no longer alerted. ``HEALED`` by a posting. ``CLOSED``
    when the difference vanished by itself.
    """

    NOTICED = "noticed"
    OPEN = "open"
    EXPLAINED = "explained"
    HEALED = "healed"
    CLOSED = "closed"


@attrs.frozen(kw_only=True)
class Break:
    """
    One difference. ``amount`` is what the provider holds more than the ledger says (negative: less).

    ``investor_id`` is the owner of the holding, ``firm`` for the firm's. ``key`` is as in ``Difference``.
    ``is_declared`` for capital that staff record before anything was found.
    """

    id: ProcessId
    investor_id: InvestorId
    place: Place
    cls: BreakClass
    key: str
    amount: Money
    first_seen_at: datetime
    stage: BreakStage = BreakStage.NOTICED
    about: ProcessId | None = None
    evidence: tuple[str, ...] = ()
    what: str | None = None
    assignee: InvestorId | None = None
    healing: Healing | None = None
    healings: int = 0
    is_declared: bool = False
    reason: str | None = None

    @property
    def asset(self) -> Asset:
        return self.amount.asset

    @property
    def is_current(self) -> bool:
        """Whether the difference still stands, as far as we know."""
        return self.stage in CURRENT


CURRENT = frozenset({BreakStage.NOTICED, BreakStage.OPEN, BreakStage.EXPLAINED})
