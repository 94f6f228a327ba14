"""Resolutions of processes in review: one ``rule`` for every kind of process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.accounts.onboarding import Onboarding
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import ProcessId
from domain.ledger.templates.healing import Healing
from domain.money import USD, USDC, Asset, Money
from domain.processes.accounts import onboarding_rulings
from domain.processes.decision import Decision, Process
from domain.processes.facts.review import Ruled
from domain.processes.funding import deposit_rulings, wallet_rulings, withdrawal_rulings
from domain.processes.instructions import LookUp
from domain.processes.operations import breaks
from domain.processes.trading import order_rulings
from domain.reconciliation.break_record import Break
from domain.review.ruling import Action, Evidence
from domain.trading.order import Order
from domain.wallets.wallet import Wallet

REVIEWED: tuple[type[Process], ...] = (Deposit, Withdrawal, Order, Onboarding, Wallet)
IN_REVIEW = "manual_review"
"""The name of the review stage, the same for every kind of process that can be in review."""


def is_reviewable(record: Process) -> bool:
    """Whether two administrators may rule on the process now."""
    if isinstance(record, Break):
        return record.is_current
    return bool(record.stage.value == IN_REVIEW)


def rule(record: Process, ruled: Ruled) -> Decision[Any]:
    """The decision of the process; an action that its state does not allow changes nothing."""
    if isinstance(record, Break):
        return breaks.rule(record, ruled)
    if record.stage.value != IN_REVIEW:
        return Decision[Any](record)
    match record:
        case Deposit():
            return deposit_rulings.rule(record, ruled)
        case Withdrawal():
            return withdrawal_rulings.rule(record, ruled)
        case Order():
            return order_rulings.rule(record, ruled)
        case Onboarding():
            return onboarding_rulings.rule_onboarding(record, ruled)
        case Wallet():
            return wallet_rulings.rule_wallet(record, ruled)
        case _:
            return Decision[Any](record)


def questions(record: Process) -> Sequence[LookUp]:
    """The look-ups that are possible for a process in review."""
    match record:
        case Deposit():
            return tuple(deposit_rulings.questions(record))
        case Withdrawal():
            return tuple(withdrawal_rulings.questions(record))
        case Order():
            return tuple(order_rulings.questions(record))
        case Onboarding():
            return tuple(onboarding_rulings.onboarding_questions(record))
        case _:
            return ()


def possible(record: Process) -> Sequence[Action]:
    """The actions that the current stage allows, given complete evidence."""
    return [
        action
        for action in Action
        if rule(record, Ruled(action=action, reason="", evidence=_any_evidence(record))).record
        != record
    ]


def bought_asset(record: Process) -> Asset:
    """The asset that the current conversion of the process buys."""
    is_selling = getattr(record, "paused_stage", None) is WithdrawalStage.SELLING_BACK
    return USDC if isinstance(record, Withdrawal) and not is_selling else USD


def _any_evidence(record: Process) -> Evidence:
    filled = cost = None
    if isinstance(record, Order):
        filled, cost = Money.zero(record.filled.asset), record.cost + Money(1, USD)
    return Evidence(
        provider_id="id",
        tx_hash="hash",
        address="address",
        payout_address=ProcessId("id"),
        bought=Money(2, bought_asset(record)),
        fee=Money(1, bought_asset(record)),
        filled=filled,
        cost=cost,
        healing=Healing.SUSPENSE,
    )
