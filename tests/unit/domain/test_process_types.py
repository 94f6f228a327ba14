"""What auditors are told of each kind of process."""

from __future__ import annotations

from domain.audit.record import AuditKind
from domain.processes.kinds import kind_of
from domain.processes.registry import PROCESSES


def test_the_trail_tells_of_what_an_investor_begins() -> None:
    told = {kind_of(each.record): each.opening for each in PROCESSES if each.opening}
    assert told == {
        "Deposit": AuditKind.DEPOSIT_CREATED,
        "Withdrawal": AuditKind.WITHDRAWAL_REQUESTED,
        "Order": AuditKind.ORDER_PLACED,
        "Onboarding": AuditKind.KYC_SUBMITTED,
        "Session": AuditKind.LOGIN,
        "Investor": AuditKind.REGISTRATION,
        "PayoutAddress": AuditKind.PAYOUT_ADDRESS_SAVED,
        "ApiKey": AuditKind.API_KEY_CREATED,
    }


def test_the_trail_tells_of_changes_to_where_money_may_go_and_who_may_act() -> None:
    told = {
        (kind_of(each.record), kind_of(fact)): audit
        for each in PROCESSES
        for fact, audit in each.changes.items()
    }
    assert told == {
        ("PayoutAddress", "AddressSaved"): AuditKind.PAYOUT_ADDRESS_SAVED,
        ("PayoutAddress", "AddressRemoved"): AuditKind.PAYOUT_ADDRESS_REMOVED,
        ("ApiKey", "KeyRevoked"): AuditKind.API_KEY_REVOKED,
        ("Break", "BreakAssigned"): AuditKind.BREAK_ASSIGNED,
    }
