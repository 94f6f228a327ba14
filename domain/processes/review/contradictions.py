"""
Certain facts that contradict what was booked: they are posted where they moved money, and open a review.

A decision that changes nothing is right for a fact that the books know already, or that does not matter
any more. That an effect happened which is not in the books, or that one did not happen which is, always
matters: also after the process has ended, and for an attempt that was superseded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from domain.funding.contradiction import Contradiction
from domain.funding.conversion import Settlement
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import Reference, step_of
from domain.ledger.entry import Entry
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.facts.funding import (
    ConversionFailed,
    ConversionHeld,
    ConversionSettled,
    JournalExecuted,
    JournalRejected,
    PaymentAccepted,
    PaymentCompleted,
    PaymentFailed,
    WireAccepted,
    WireCompleted,
    WireFailed,
)
from domain.processes.kinds import kind_of
from domain.processes.review import review

CONTRADICTIONS_MAX = 50

HAPPENED = JournalExecuted | WireCompleted | PaymentCompleted | ConversionSettled
DID_NOT_HAPPEN = JournalRejected | WireFailed | PaymentFailed | ConversionFailed | ConversionHeld
ACCEPTED = WireAccepted | PaymentAccepted
"""Accepted under another id than before, so twice."""

Contradicted = TypeVar("Contradicted", Deposit, Withdrawal)
Identity = Settlement | str | None
Posted = tuple[Contradicted, tuple[Entry, ...]]


@attrs.frozen(kw_only=True)
class Books(Generic[Contradicted]):
    """
    What the books say about the effects of one kind of process.

    ``happened``: the effects that are posted, each with what identifies it (``None``: nothing is known).
    ``accepted``: the providers' ids of effects. ``asked``: the amount of each step. ``post``: the record
    and the entries, under a key, for an effect that is not in the books as the fact says.
    """

    happened: Callable[[Contradicted], Mapping[Reference, Identity]]
    accepted: Callable[[Contradicted], Mapping[Reference, str | None]]
    asked: Callable[[Contradicted], Mapping[str, Money]]
    post: Callable[[Contradicted, Any, str], Posted[Contradicted]]


def watched(
    record: Contradicted,
    fact: Any,
    *,
    decide: Callable[[Contradicted, Any], Decision[Contradicted]],
    books: Books[Contradicted],
) -> Decision[Contradicted]:
    """The decision on the fact, or a review if it would be dropped and contradicts the books."""
    if _is_other_amount(fact, books.asked(record)):
        return _stop(record, fact, (record, ()), "another amount than asked for")
    if _denies_a_contradiction(record, fact):
        return _contradicted(record, fact, books)
    outcome = decide(record, fact)
    if outcome != Decision(record) or not _contradicts(record, fact, books):
        return outcome
    return _contradicted(record, fact, books)


def _contradicted(
    record: Contradicted, fact: Any, books: Books[Contradicted]
) -> Decision[Contradicted]:
    key = f"{record.id}:contradiction-{len(record.contradictions) + 1}"
    return _stop(record, fact, books.post(record, fact, key), "the books say otherwise")


def _denies_a_contradiction(record: Contradicted, fact: Any) -> bool:
    """Whether it says that something did not happen that was posted against the books before."""
    late = {each.reference for each in record.contradictions if each.said in _SAY_HAPPENED}
    return isinstance(fact, DID_NOT_HAPPEN) and fact.reference in late


def _is_other_amount(fact: Any, asked: Mapping[str, Money]) -> bool:
    told: Money | None = getattr(fact, "amount", None)
    if told is None or not isinstance(fact, HAPPENED):
        return False
    return told != asked.get(step_of(fact.reference), told)


def _contradicts(record: Contradicted, fact: Any, books: Books[Contradicted]) -> bool:
    happened: Mapping[Reference, Identity] = books.happened(record)
    if isinstance(fact, HAPPENED):
        return not _is_posted(happened, fact)
    if isinstance(fact, ACCEPTED):
        return books.accepted(record).get(fact.reference) not in {None, fact.provider_id}
    return isinstance(fact, DID_NOT_HAPPEN) and fact.reference in happened


def _is_posted(happened: Mapping[Reference, Identity], fact: HAPPENED) -> bool:
    if fact.reference not in happened:
        return False
    match happened[fact.reference], fact:
        case None, _:
            return True
        case Settlement() as known, ConversionSettled(settlement=told):
            is_same_id = None in {known.provider_id, told.provider_id} or (
                known.provider_id == told.provider_id
            )
            return is_same_id and known.terms == told.terms
        case known, _:
            return known == getattr(fact, "provider_id", None)


def _stop(
    record: Contradicted, fact: Any, posted: Posted[Contradicted], why: str
) -> Decision[Contradicted]:
    report = Contradiction(
        said=kind_of(fact),
        reference=fact.reference,
        provider_id=getattr(fact, "provider_id", None),
        settlement=getattr(fact, "settlement", None),
    )
    if any(each.is_of(report) for each in record.contradictions):
        return Decision(record)
    _, _, effect = fact.reference.partition(":")
    if len(record.contradictions) >= CONTRADICTIONS_MAX:
        return review.pause(record, f"more than {CONTRADICTIONS_MAX} reports against the books")
    after, entries = posted
    known = attrs.evolve(after, contradictions=(*record.contradictions, report))
    stopped = review.pause(known, f"{report.said} of {effect}: {why}")
    return attrs.evolve(stopped, entries=entries)


_SAY_HAPPENED = frozenset(
    kind_of(each) for each in (JournalExecuted, WireCompleted, PaymentCompleted, ConversionSettled)
)
