"""The lifecycle of a break: noticed, open, and healed, explained or gone."""

from __future__ import annotations

import attrs

from domain.audit.record import AuditKind
from domain.ids import FIRM, LookupKey
from domain.ledger.templates.healing import Healing, healed
from domain.processes.decision import Decision
from domain.processes.facts.reconciliation import (
    BreakAssigned,
    BreakFact,
    DifferenceGone,
    DifferenceSeen,
)
from domain.processes.facts.review import Ruled
from domain.processes.process_type import ProcessType
from domain.reconciliation.break_record import Break, BreakStage
from domain.reconciliation.difference import Place
from domain.review.ruling import Action

BREAK = "stack.break"
"""The namespace of a break's lookup key: place, owner, asset and key."""

Stage = BreakStage
Outcome = Decision[Break]


def name_of(found: Break) -> LookupKey:
    parts = (found.place.value, found.investor_id, str(found.asset), found.key)
    return LookupKey(BREAK, ":".join(parts))


def notice(found: Break) -> Outcome:
    return Decision(found, names=(name_of(found),))


def decide(found: Break, fact: BreakFact) -> Outcome:
    match fact:
        case DifferenceSeen():
            return Decision(_seen(found, fact))
        case DifferenceGone():
            is_gone = found.is_current and not found.is_declared
            return Decision(attrs.evolve(found, stage=Stage.CLOSED) if is_gone else found)
        case BreakAssigned(to=to):
            return Decision(attrs.evolve(found, assignee=to) if found.is_current else found)


def _seen(found: Break, fact: DifferenceSeen) -> Break:
    """A break that had ended begins anew; another amount begins the wait of a noticed one anew."""
    difference = fact.difference
    told = attrs.evolve(
        found,
        amount=difference.amount,
        cls=difference.cls,
        about=difference.about,
        evidence=difference.evidence,
        what=difference.what,
    )
    if not found.is_current:
        again = attrs.evolve(told, assignee=None, reason=None, healing=None)
        return attrs.evolve(again, stage=Stage.NOTICED, first_seen_at=fact.at)
    has_changed = difference.amount != found.amount
    if found.stage is Stage.EXPLAINED and has_changed:
        return attrs.evolve(told, stage=Stage.OPEN)
    if found.stage is not Stage.NOTICED:
        return told
    if has_changed:
        return attrs.evolve(told, first_seen_at=fact.at)
    return attrs.evolve(told, stage=Stage.OPEN) if fact.is_due else told


def rule(found: Break, ruled: Ruled) -> Outcome:
    """Heal by a posting, or explain; an action that is not possible changes nothing."""
    if not found.is_current:
        return Decision(found)
    match ruled.action:
        case Action.EXPLAIN:
            return Decision(attrs.evolve(found, stage=Stage.EXPLAINED, reason=ruled.reason))
        case Action.HEAL if ruled.evidence.healing and _can(found, ruled.evidence.healing):
            return _healed(found, ruled.evidence.healing, ruled.reason)
        case _:
            return Decision(found)


def _can(found: Break, healing: Healing) -> bool:
    """A break at the chain or inside the ledger is not one of ownership, and the firm is no investor."""
    if found.place.role is None:
        return False
    if healing is Healing.CAPITAL:
        return found.investor_id == FIRM
    return healing is not Healing.INVESTOR or (
        found.investor_id != FIRM and found.place is not Place.OFFRAMP
    )


def _healed(found: Break, healing: Healing, reason: str) -> Outcome:
    place = found.place.role
    if place is None:
        return Decision(found)
    number = found.healings + 1
    entry = healed(
        f"{found.id}:healed:{number}",
        owner=found.investor_id,
        place=place,
        amount=found.amount,
        healing=healing,
    )
    after = attrs.evolve(found, stage=Stage.HEALED, healing=healing, healings=number, reason=reason)
    return Decision(after, entries=(entry,))


def _terms(found: Break) -> dict[str, str]:
    return {"place": found.place.value, "class": found.cls.value, "amount": str(found.amount)}


PROCESS = ProcessType(
    record=Break,
    facts=BreakFact,
    decide=decide,
    ended=frozenset({Stage.HEALED, Stage.CLOSED}),
    changes={BreakAssigned: AuditKind.BREAK_ASSIGNED},
    terms=_terms,
)
