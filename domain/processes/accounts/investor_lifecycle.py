"""The lifecycle of an investor: credentials, role and account status."""

from __future__ import annotations

import attrs

from domain.accounts.investor import Investor, InvestorStage
from domain.audit.record import AuditKind
from domain.ids import LookupKey
from domain.processes.accounts import mfa
from domain.processes.decision import Decision
from domain.processes.facts.accounts import (
    REHASHED,
    RESET,
    AccountDeactivated,
    AccountFrozen,
    AccountUnfrozen,
    InvestorFact,
    PasswordSet,
    RoleGiven,
)
from domain.processes.process_type import ProcessType

EMAIL = "stack.email"
"""The namespace of the lookup key of an investor: the e-mail address, which is unique."""

Outcome = Decision[Investor]


def name_of(email: str) -> LookupKey:
    """``email`` is a normalized address."""
    return LookupKey(EMAIL, email)


def join(investor: Investor) -> Outcome:
    return Decision(investor, names=(name_of(investor.email),))


def decide(investor: Investor, fact: InvestorFact) -> Outcome:
    if investor.stage is InvestorStage.DEACTIVATED:
        return Decision(investor)
    match fact:
        case PasswordSet(password_hash=password_hash, reason=reason) if reason == REHASHED:
            return Decision(attrs.evolve(investor, password_hash=password_hash))
        case PasswordSet(password_hash=password_hash, reason=reason):
            resets = investor.resets + (reason == RESET)
            return _renewed(attrs.evolve(investor, password_hash=password_hash, resets=resets))
        case RoleGiven(role=role):
            is_same = role is investor.role
            return Decision(investor) if is_same else _renewed(attrs.evolve(investor, role=role))
        case AccountFrozen(reason=reason):
            return _standing(investor, InvestorStage.FROZEN, reason)
        case AccountUnfrozen():
            return _standing(investor, InvestorStage.ACTIVE, None)
        case AccountDeactivated(reason=reason):
            return _renewed(attrs.evolve(investor, stage=InvestorStage.DEACTIVATED, reason=reason))
        case _:  # MfaFact
            changed = mfa.decide(investor.factors, fact)
            return Decision(attrs.evolve(investor, factors=changed))


def _renewed(investor: Investor) -> Outcome:
    """All earlier sessions have ended."""
    return Decision(attrs.evolve(investor, epoch=investor.epoch + 1))


def _standing(investor: Investor, stage: InvestorStage, reason: str | None) -> Outcome:
    return Decision(attrs.evolve(investor, stage=stage, reason=reason))


PROCESS = ProcessType(
    record=Investor,
    facts=InvestorFact,
    decide=decide,
    ended=frozenset({InvestorStage.DEACTIVATED}),
    opening=AuditKind.REGISTRATION,
)
