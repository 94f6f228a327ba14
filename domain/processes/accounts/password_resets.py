"""The lifecycle of a password reset: an e-mail is sent, and its token is used in time or expires."""

from __future__ import annotations

import attrs

from domain.accounts.password_reset import (
    PASSWORD_RESET_LIFETIME,
    PasswordReset,
    PasswordResetStage,
)
from domain.ids import reference
from domain.processes.decision import Decision
from domain.processes.facts.accounts import PasswordResetCompleted, PasswordResetFact
from domain.processes.facts.effects import DeadlinePassed
from domain.processes.instructions import SendEmail, WatchDeadline
from domain.processes.process_type import ProcessType

Outcome = Decision[PasswordReset]


def request(password_reset: PasswordReset) -> Outcome:
    email = SendEmail(reference=reference(password_reset.id, "letter"))
    deadline = WatchDeadline(
        reference=reference(password_reset.id, "deadline"),
        stage=PasswordResetStage.PENDING.value,
        after_s=int(PASSWORD_RESET_LIFETIME.total_seconds()),
    )
    return Decision(password_reset, instructions=(email, deadline))


def decide(password_reset: PasswordReset, fact: PasswordResetFact) -> Outcome:
    if password_reset.stage is not PasswordResetStage.PENDING:
        return Decision(password_reset)
    match fact:
        case PasswordResetCompleted():
            return Decision(attrs.evolve(password_reset, stage=PasswordResetStage.USED))
        case DeadlinePassed():
            return Decision(attrs.evolve(password_reset, stage=PasswordResetStage.EXPIRED))


PROCESS = ProcessType(
    record=PasswordReset,
    facts=PasswordResetFact,
    decide=decide,
    ended=frozenset({PasswordResetStage.USED, PasswordResetStage.EXPIRED}),
)
