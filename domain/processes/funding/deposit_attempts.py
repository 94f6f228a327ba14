"""
The two steps of a deposit that are tried again: the conversion, with its payment, and the funding.

A further attempt has a new reference, and is made only after the last one has certainly failed.
"""

from __future__ import annotations

import attrs

from domain.funding.conversion import Direction
from domain.funding.deposit import Deposit, DepositStage
from domain.ids import Reference
from domain.ledger.entry import Entry
from domain.ledger.templates import dust as templates
from domain.money import Money
from domain.processes.decision import Decision
from domain.processes.funding import deposit_references as references
from domain.processes.funding.attempt_limits import ATTEMPTS_MAX, LAPSES_MAX, WAITS_MAX
from domain.processes.instructions import JournalFunds, OpenConversion
from domain.processes.review import review


def open_conversion(deposit: Deposit) -> OpenConversion:
    return OpenConversion(
        reference=references.conversion(deposit),
        direction=Direction.TO_DOLLARS,
        amount=deposit.convertible,
        offramp_account_id=deposit.offramp_account_id,
        wallet=deposit.wallet,
    )


def journal_funds(deposit: Deposit) -> JournalFunds:
    if deposit.settlement is None:
        raise AssertionError("a deposit is funded after it has settled")
    return JournalFunds(
        reference=references.funding(deposit),
        broker_account_id=deposit.broker_account_id,
        amount=deposit.settlement.delivered,
        to_investor=True,
    )


def keep_as_dust(deposit: Deposit, reason: str) -> Decision[Deposit]:
    """Nothing was sent to the off-ramp, and nothing of it is converted by itself."""
    incoming = deposit.convertible or deposit.amount
    kept = attrs.evolve(
        deposit, stage=DepositStage.FAILED, conversion=None, payment=None, reason=reason
    )
    return Decision(kept, entries=(to_dust(deposit, incoming, step="kept"),))


def to_dust(deposit: Deposit, amount: Money, *, step: str) -> Entry:
    return templates.kept_as_dust(
        f"{deposit.id}:{step}",
        owner=deposit.investor_id,
        wallet_id=deposit.wallet.wallet_id,
        amount=amount,
    )


def convert_again(
    deposit: Deposit, failed: Reference, reason: str, *, final: bool
) -> Decision[Deposit]:
    """The next attempt after ``failed``; manual review after the last, and after a ``final`` refusal."""
    if final or deposit.attempt - deposit.lapses >= ATTEMPTS_MAX:
        return review.pause(deposit, reason, about=failed, has_failed=True)
    return next_conversion(deposit, reason)


def convert_later(deposit: Deposit, lapsed: Reference, reason: str) -> Decision[Deposit]:
    """The next attempt after nothing was refused, as in an outage; each waits longer than the last."""
    if deposit.lapses >= LAPSES_MAX:
        return review.pause(deposit, reason, about=lapsed, has_failed=True)
    return next_conversion(attrs.evolve(deposit, lapses=deposit.lapses + 1), reason)


def next_conversion(deposit: Deposit, reason: str) -> Decision[Deposit]:
    """Nothing was paid. A new conversion is agreed, since the old one may have lapsed."""
    again = attrs.evolve(
        deposit,
        stage=DepositStage.CONFIRMED,
        attempt=deposit.attempt + 1,
        conversion=None,
        payment=None,
        reason=reason,
    )
    return Decision(again, instructions=(open_conversion(again),))


def fund_again(
    deposit: Deposit, failed: Reference, reason: str, *, final: bool = False
) -> Decision[Deposit]:
    """The next attempt after ``failed``; manual review after the last, and after a ``final`` refusal."""
    if final or deposit.funding_attempt - deposit.funding_waits >= ATTEMPTS_MAX:
        return review.pause(deposit, reason, about=failed, has_failed=True)
    return next_funding(deposit, reason)


def fund_later(deposit: Deposit, failed: Reference, reason: str) -> Decision[Deposit]:
    """The next attempt after the firm's account did not have the dollars yet."""
    if deposit.funding_waits >= WAITS_MAX:
        return review.pause(deposit, reason, about=failed, has_failed=True)
    return next_funding(attrs.evolve(deposit, funding_waits=deposit.funding_waits + 1), reason)


def next_funding(deposit: Deposit, reason: str) -> Decision[Deposit]:
    """Nothing was journalled: the dollars are in the firm's account."""
    again = attrs.evolve(
        deposit,
        stage=DepositStage.OFFRAMP_SETTLED,
        funding_attempt=deposit.funding_attempt + 1,
        reason=reason,
    )
    return Decision(again, instructions=(journal_funds(again),))
