"""One ``decide`` and one ``awaits`` for every kind of process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.accounts.api_key import ApiKey
from domain.accounts.investor import Investor
from domain.accounts.onboarding import Onboarding
from domain.accounts.recovery import Recovery
from domain.accounts.registration import Registration
from domain.accounts.session import Session
from domain.accounts.staff import Staff
from domain.funding.deposit import Deposit
from domain.funding.withdrawal import Withdrawal
from domain.ids import Reference, process_of
from domain.processes import rulings
from domain.processes.accounts import (
    api_keys,
    investor_lifecycle,
    onboarding,
    password_resets,
    registrations,
    sessions,
    staffing,
)
from domain.processes.decision import Decision, Record
from domain.processes.facts.fact import Fact
from domain.processes.facts.review import Ruled
from domain.processes.funding import (
    deposit_settlement,
    payout_addresses,
    wallet_provisioning,
    withdrawal_payout,
)
from domain.processes.review import proposals
from domain.processes.trading import order_execution
from domain.review.proposal import Proposal
from domain.trading.order import Order
from domain.wallets.payout_address import PayoutAddress
from domain.wallets.wallet import Wallet

_DECIDE: Mapping[type[Record], Callable[[Any, Fact], Decision[Any]]] = {
    Deposit: deposit_settlement.decide,
    Withdrawal: withdrawal_payout.decide,
    Order: order_execution.decide,
    Wallet: wallet_provisioning.decide,
    Onboarding: onboarding.decide,
    Session: sessions.decide,
    Investor: investor_lifecycle.decide,
    Registration: registrations.decide,
    Recovery: password_resets.decide,
    PayoutAddress: payout_addresses.decide,
    ApiKey: api_keys.decide,
    Staff: staffing.decide,
    Proposal: proposals.decide,
}


def decide(record: Record, fact: Fact) -> Decision[Any]:
    """
    What the process becomes. The same record and fact always give the same decision.

    A fact about an effect of another process says nothing about this one.
    """
    about: Reference | None = getattr(fact, "reference", None)
    if about is not None and process_of(about) != record.id:
        return Decision[Any](record)
    if isinstance(fact, Ruled):
        return rulings.rule(record, fact)
    return _DECIDE[type(record)](record, fact)


def awaits(record: Record, ref: Reference) -> bool:
    """Whether news of the effect ``ref`` would still matter."""
    match record:
        case Deposit():
            return deposit_settlement.awaits(record, ref)
        case Withdrawal():
            return withdrawal_payout.awaits(record, ref)
        case Order():
            return order_execution.awaits(record, ref)
        case Onboarding():
            return onboarding.awaits(record)
        case _:
            return False
