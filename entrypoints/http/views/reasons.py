"""
Why something did not go as it was asked, in our own words.

What a provider, a law or the books said stays in the record, where the house reads it; an investor reads
the sentence of the stage that this led to, whoever said what.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from domain.accounts.onboarding import OnboardingStage
from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.trading.order import OrderStage

IN_REVIEW = "Somebody is looking into it; nothing is needed from you."
AGAIN = "A step was refused and is being tried again."
UNTOLD = ("reason", "error")
"""What a line of a trail has from outside, word for word."""

_ENDED: Mapping[Enum, str] = {
    DepositStage.EXPIRED: "Nothing was confirmed on chain within 24 hours.",
    DepositStage.FAILED: "It was not converted: it is less than can be, and is kept as dust, or it was sent"
    " back, and is a deposit of its own.",
    WithdrawalStage.COMPENSATING: "It could not be paid out; the amount is on its way back.",
    WithdrawalStage.COMPENSATED: "It could not be paid out; the amount is available again.",
    WithdrawalStage.FAILED: "It could not be carried out; the amount is available again.",
    OrderStage.REJECTED: "The broker did not take the order; nothing is reserved for it any more.",
    OnboardingStage.REJECTED: "An account was refused.",
    OnboardingStage.ACTION_REQUIRED: "Something is needed from you to go on.",
    DepositStage.MANUAL_REVIEW: IN_REVIEW,
    WithdrawalStage.MANUAL_REVIEW: IN_REVIEW,
    OrderStage.MANUAL_REVIEW: IN_REVIEW,
    OnboardingStage.MANUAL_REVIEW: IN_REVIEW,
}
_TRYING_AGAIN = frozenset(
    {
        DepositStage.CONFIRMED,
        DepositStage.OFFRAMP_REQUESTED,
        DepositStage.OFFRAMP_SETTLED,
        DepositStage.BROKER_FUNDING_REQUESTED,
        WithdrawalStage.ONRAMP_SETTLED,
        WithdrawalStage.SENT,
    }
)


def reason_for_investor(stage: Enum, known: str | None) -> str | None:
    """The sentence for ``stage``; ``known`` is what the house knows, and is never passed on."""
    if stage in _TRYING_AGAIN:
        return AGAIN if known else None
    return _ENDED.get(stage)


def detail_for_investor(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """A trail line's detail, with what was said outside left out."""
    return {name: value for name, value in detail.items() if name not in UNTOLD or value is None}
