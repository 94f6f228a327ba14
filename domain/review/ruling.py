"""
A resolution of a review: an action, with evidence from the provider's own console.

The process decides what follows from it. An action that its state does not allow changes nothing.
"""

from __future__ import annotations

from enum import Enum

import attrs

from domain.errors import DomainError, Kind
from domain.ids import ProcessId
from domain.ledger.templates.healing import Healing
from domain.money import Money


class ReviewNotFound(DomainError):
    """There is no such process in manual review."""

    code = "ERR_5601"
    slug = "review-not-found"
    kind = Kind.NOT_FOUND


class RulingRefused(DomainError):
    """The action is not possible at the current stage. The review lists the possible actions."""

    code = "ERR_5602"
    slug = "ruling-refused"
    kind = Kind.CONFLICT


class EvidenceNeeded(DomainError):
    """The action needs evidence of what the provider shows."""

    code = "ERR_5603"
    slug = "evidence-needed"
    kind = Kind.VALIDATION


class Action(Enum):
    """
    The actions; ``docs/runbooks/manual_review.md`` describes when to use each, by stage.

    On the effect that the process waits for: ``HAPPENED``, ``DID_NOT_HAPPEN``, or ``RETRY`` if it has
    certainly failed. On the off-ramp's conversion: ``SETTLED`` and ``REFUNDED``. ``COMPENSATE`` gives the
    dollars of a withdrawal back. Of USDC that cannot be paid out, ``PAY_ANOTHER`` pays it to another
    address of the investor, and ``GIVE_BACK`` sells it and gives the dollars back. ``OVERRIDE`` continues a
    deposit that exceeds a limit, ``KEEP_AS_DUST`` ends one of which nothing was sent, and ``CORRECT`` books
    an order as the broker reports it. ``ACKNOWLEDGE`` ends a review of what contradicts the books, once it
    has been dealt with. On a break: ``HEAL`` posts the difference, ``EXPLAIN`` keeps it as known.
    """

    RETRY = "retry"
    HAPPENED = "happened"
    DID_NOT_HAPPEN = "did_not_happen"
    SETTLED = "settled"
    REFUNDED = "refunded"
    COMPENSATE = "compensate"
    PAY_ANOTHER = "pay_another"
    GIVE_BACK = "give_back"
    OVERRIDE = "overrule"
    KEEP_AS_DUST = "keep_as_dust"
    CORRECT = "correct"
    HEAL = "heal"
    EXPLAIN = "explain"
    ACKNOWLEDGE = "acknowledge"


_NEEDED = {
    Action.HAPPENED: ("provider_id",),
    Action.SETTLED: ("bought", "fee"),
    Action.CORRECT: ("filled", "cost"),
    Action.PAY_ANOTHER: ("payout_address",),
    Action.HEAL: ("healing",),
}


@attrs.frozen(kw_only=True)
class Evidence:
    """
    What the administrator saw at the provider.

    ``provider_id`` is the provider's id of the effect. ``address`` is where a wallet is, or the text of the
    saved ``payout_address``. ``bought`` and ``fee`` are the result of a
    conversion; ``filled`` and ``cost`` are the totals of an order, in shares and dollars. ``healing`` is
    whose the difference of a break is.
    """

    provider_id: str | None = None
    tx_hash: str | None = None
    address: str | None = None
    payout_address: ProcessId | None = None
    bought: Money | None = None
    fee: Money | None = None
    filled: Money | None = None
    cost: Money | None = None
    healing: Healing | None = None


@attrs.frozen(kw_only=True)
class Ruling:
    action: Action
    reason: str
    evidence: Evidence = Evidence()

    def require_evidence(self) -> None:
        """Raises ``EvidenceNeeded``, naming the first missing field."""
        for name in _NEEDED.get(self.action, ()):
            if getattr(self.evidence, name) is None:
                raise EvidenceNeeded(field=name)
