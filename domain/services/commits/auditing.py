"""
The audit records of steps.

``ProcessService`` calls this for every unit of work. What all kinds of processes have in common, each kind
declares in its ``ProcessType``; the rest is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from domain import money_text
from domain.accounts.onboarding import Onboarding, OnboardingStage
from domain.audit.record import ANONYMOUS, AuditKind, AuditRecord, StaffAct
from domain.ids import FIRM, InvestorId, ProcessId
from domain.ledger.entry import Entry
from domain.processes.facts.accounts import (
    REHASHED,
    AccountDeactivated,
    AuthenticatorConfirmed,
    AuthenticatorRemoved,
    PasscodeSet,
    PasswordSet,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    ReuseDetected,
    SessionLoggedOut,
    SessionRevoked,
    SteppedUp,
)
from domain.processes.facts.fact import Fact
from domain.processes.facts.funding import WalletCreated
from domain.processes.facts.trading import CancelRequested
from domain.processes.registry import type_of
from domain.wallets.wallet import Wallet
from ports.processes import REQUEST, Step, UnitOfWork
from ports.request_context import RequestContext

Act = tuple[AuditKind, Mapping[str, str]]

_CREDENTIALS: Mapping[type[Fact], Act] = {
    SteppedUp: (AuditKind.STEP_UP, {}),
    PasscodeSet: (AuditKind.CREDENTIALS_CHANGED, {"what": "the passcode was set"}),
    AuthenticatorConfirmed: (
        AuditKind.CREDENTIALS_CHANGED,
        {"what": "an authenticator was confirmed"},
    ),
    AuthenticatorRemoved: (
        AuditKind.CREDENTIALS_CHANGED,
        {"what": "the authenticator was removed"},
    ),
    RecoveryCodesRenewed: (
        AuditKind.CREDENTIALS_CHANGED,
        {"what": "the recovery codes were renewed"},
    ),
    RecoveryCodeUsed: (AuditKind.CREDENTIALS_CHANGED, {"what": "a recovery code was used"}),
}
_VERDICTS = {
    OnboardingStage.APPROVED: AuditKind.KYC_APPROVED,
    OnboardingStage.REJECTED: AuditKind.KYC_REJECTED,
}


def record_of(
    kind: AuditKind,
    *,
    subject: InvestorId | None,
    at: datetime,
    context: RequestContext,
    actor: str | None = None,
    detail: Mapping[str, str] | None = None,
) -> AuditRecord:
    """The record of an act that is not a step of a process; the actor is the subject unless given."""
    return AuditRecord(
        at=at,
        kind=kind,
        subject=subject,
        actor=actor or subject or ANONYMOUS,
        request_id=context.request_id,
        ip=context.ip,
        detail=detail or {},
    )


def staff_record(act: StaffAct, *, at: datetime, context: RequestContext) -> AuditRecord:
    """The record of an act of staff."""
    plain = record_of(
        AuditKind.ADMIN_ACTION,
        subject=act.subject,
        actor=act.actor,
        at=at,
        context=context,
        detail={"action": act.action, "reason": act.reason, **act.detail},
    )
    return attrs.evolve(plain, about=act.about)


def audit(
    step: Step, *, cause: str, at: datetime, context: RequestContext, actor: str | None = None
) -> tuple[AuditRecord, ...]:
    """
    The records of one step, in order.

    The actor is the requester: the owner, or ``actor`` of the staff. For facts from a provider it is the
    firm; for a reused refresh token it is anonymous, because that proves no identity. A request with an
    API key names the key.
    """
    owner = step.record.investor_id
    is_asked = cause == REQUEST
    asking = ANONYMOUS if isinstance(step.fact, ReuseDetected) else actor or owner
    because = {} if is_asked else {"cause": cause}
    if is_asked and context.key_id is not None:
        because = {"key": context.key_id}
    return tuple(
        AuditRecord(
            at=at,
            kind=kind,
            subject=owner,
            actor=asking if is_asked else FIRM,
            about=step.record.id,
            request_id=context.request_id,
            ip=context.ip,
            detail={**detail, **because},
        )
        for kind, detail in (*_acts(step), *_balances(step.entries, owner))
    )


def payment_record(
    payment: Entry, owner: InvestorId, *, about: ProcessId | None, unit: UnitOfWork
) -> AuditRecord:
    """The record of the payment of a debt, which the firm takes with whatever made it payable."""
    [(kind, detail)] = _balances((payment,), owner)
    return AuditRecord(
        at=unit.at,
        kind=kind,
        subject=owner,
        actor=FIRM,
        about=about,
        detail={**detail, "cause": unit.cause},
    )


def balance_records(
    entry: Entry, *, owner: InvestorId, at: datetime, context: RequestContext, cause: str
) -> tuple[AuditRecord, ...]:
    """The records of an entry that belongs to no process."""
    return tuple(
        record_of(
            kind,
            subject=owner,
            actor=FIRM,
            at=at,
            context=context,
            detail={**detail, "cause": cause},
        )
        for kind, detail in _balances((entry,), owner)
    )


def _acts(step: Step) -> Iterator[Act]:
    record = step.record
    process = type_of(record)
    if step.version == 1 and process.opening:
        yield process.opening, process.terms(record)
    if isinstance(step.fact, CancelRequested):
        yield AuditKind.ORDER_CANCEL_REQUESTED, {}
    if isinstance(step.fact, PasswordSet) and step.fact.reason != REHASHED:
        yield AuditKind.PASSWORD_CHANGED, {"reason": step.fact.reason} if step.fact.reason else {}
    if change := process.changes.get(type(step.fact)):
        yield change, process.terms(record)
    if type(step.fact) in _CREDENTIALS:
        yield _CREDENTIALS[type(step.fact)]
    yield from _farewells(step.fact)
    if isinstance(step.fact, WalletCreated) and isinstance(record, Wallet):
        yield AuditKind.WALLET_CREATED, {**process.terms(record), "address": step.fact.address}
    has_moved = step.stage_before != record.stage.value
    if isinstance(record, Onboarding) and has_moved and record.stage in _VERDICTS:
        yield _VERDICTS[record.stage], process.terms(record)


def _farewells(fact: Fact) -> Iterator[Act]:
    """The end of a session or an account."""
    match fact:
        case SessionLoggedOut():
            yield AuditKind.LOGOUT, {}
        case SessionRevoked(reason=reason):
            yield AuditKind.LOGOUT, {"reason": reason}
        case AccountDeactivated(reason=reason):
            yield AuditKind.ACCOUNT_CLOSED, {"reason": reason}
        case ReuseDetected():
            yield AuditKind.FAILED_AUTHENTICATION, {"reason": "a refresh token was used again"}


def _balances(entries: tuple[Entry, ...], owner: InvestorId) -> Iterator[Act]:
    """One record for each entry, with the changes of the owner's accounts. The rest is in the ledger."""
    for entry in entries:
        changes = {a: entry.change(a) for a in entry.accounts() if a.owner == owner}
        own = {
            str(account): money_text.signed(change) for account, change in changes.items() if change
        }
        if own:
            yield AuditKind.BALANCE_CHANGED, {"entry": entry.key, **dict(sorted(own.items()))}
