"""The lifecycle of a registration: an e-mail is sent, and its token is used in time or expires."""

from __future__ import annotations

import attrs

from domain.accounts.registration import (
    EMAILS_MAX,
    REGISTRATION_LIFETIME,
    Registration,
    RegistrationStage,
)
from domain.ids import reference
from domain.processes.decision import Decision
from domain.processes.facts.accounts import (
    EmailConfirmed,
    EmailResendRequested,
    EmailTaken,
    RegistrationFact,
)
from domain.processes.facts.effects import DeadlinePassed
from domain.processes.instructions import SendEmail, WatchDeadline
from domain.processes.process_type import ProcessType

Outcome = Decision[Registration]


def request(registration: Registration) -> Outcome:
    deadline = WatchDeadline(
        reference=reference(registration.id, "deadline"),
        stage=RegistrationStage.PENDING.value,
        after_s=int(REGISTRATION_LIFETIME.total_seconds()),
    )
    return Decision(registration, instructions=(_email(registration), deadline))


def decide(registration: Registration, fact: RegistrationFact) -> Outcome:
    if registration.stage is not RegistrationStage.PENDING:
        return Decision(registration)
    match fact:
        case EmailConfirmed():
            return _ended(registration, RegistrationStage.CONFIRMED)
        case EmailTaken():
            return _ended(registration, RegistrationStage.SUPERSEDED)
        case DeadlinePassed():
            return _ended(registration, RegistrationStage.EXPIRED)
        case EmailResendRequested(number=number) if registration.letters < number <= EMAILS_MAX:
            again = attrs.evolve(registration, letters=number)
            return Decision(again, instructions=(_email(again),))
        case EmailResendRequested():
            return Decision(registration)


def _email(registration: Registration) -> SendEmail:
    """Each e-mail is a separate effect: a resend is not a retry of the one before."""
    return SendEmail(reference=reference(registration.id, f"letter-{registration.letters}"))


def _ended(registration: Registration, stage: RegistrationStage) -> Outcome:
    """The password hash is deleted: it belongs to the investor now, or is not needed any more."""
    return Decision(attrs.evolve(registration, stage=stage, password_hash=""))


PROCESS = ProcessType(
    record=Registration,
    facts=RegistrationFact,
    decide=decide,
    ended=frozenset(
        {RegistrationStage.CONFIRMED, RegistrationStage.EXPIRED, RegistrationStage.SUPERSEDED}
    ),
)
