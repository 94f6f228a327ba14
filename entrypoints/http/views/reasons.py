"""
The reasons that investors read, in our own words.

The reason that a provider or the ledger gave stays in the record, for staff. An investor reads a fixed
sentence for the stage that it led to.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from domain.accounts.onboarding import OnboardingStage
from domain.funding.deposit import DepositStage
from domain.funding.withdrawal import WithdrawalStage
from domain.trading.order import OrderStage

IN_REVIEW = "Our staff are reviewing it. You do not need to do anything."
AGAIN = "A step was refused and is being retried."
UNTOLD = ("reason", "error")
"""The fields of a trail line that hold a provider's own words."""

_ENDED: Mapping[Enum, str] = {
    DepositStage.EXPIRED: "No transfer was confirmed on chain within 24 hours.",
    DepositStage.FAILED: "The USDC was not converted. It is either below the minimum and kept as dust, or"
    " was sent back to your wallet, where it is a new deposit.",
    WithdrawalStage.SELLING_BACK: "The withdrawal could not be paid out. Its USDC is being sold, and what"
    " that brings, less fees, is returned.",
    WithdrawalStage.COMPENSATING: "The withdrawal could not be paid out. The amount is being returned.",
    WithdrawalStage.COMPENSATED: "The withdrawal could not be paid out. The amount is available again.",
    WithdrawalStage.FAILED: "The withdrawal could not be carried out. The amount is available again.",
    OrderStage.REJECTED: "The broker rejected the order. What it reserved is available again.",
    OnboardingStage.REJECTED: "A provider refused to open your account.",
    OnboardingStage.ACTION_REQUIRED: "You must complete a step with a provider to continue.",
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
    """The sentence for ``stage``. ``known`` is the stored reason, which is never passed on."""
    if stage in _TRYING_AGAIN:
        return AGAIN if known else None
    return _ENDED.get(stage)


def detail_for_investor(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """The detail of a trail line without the providers' own words."""
    return {name: value for name, value in detail.items() if name not in UNTOLD or value is None}
