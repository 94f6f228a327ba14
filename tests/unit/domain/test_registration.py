"""A registration and a recovery, decided on fact by fact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from domain.accounts.password_reset import (
    PASSWORD_RESET_LIFETIME,
    PasswordReset,
    PasswordResetStage,
)
from domain.accounts.registration import (
    EMAILS_MAX,
    REGISTRATION_LIFETIME,
    Registration,
    RegistrationStage,
    claimant,
)
from domain.ids import reference, step_of
from domain.processes.accounts import password_resets, registrations
from domain.processes.dispatch import awaits, decide
from domain.processes.facts.accounts import (
    EmailConfirmed,
    EmailResendRequested,
    EmailTaken,
    PasswordResetCompleted,
    PasswordResetFact,
    RegistrationFact,
)
from domain.processes.facts.effects import DeadlinePassed
from domain.processes.instructions import SendEmail, WatchDeadline
from domain.processes.terminal import is_terminal
from tests.support.builders import ADA, AT, process_id

REGISTRATION = Registration(
    id=process_id(1), email="ada@example.org", password_hash="hash", created_at=AT
)
RECOVERY = PasswordReset(id=process_id(2), investor_id=ADA, epoch=1, created_at=AT)
OVERDUE = DeadlinePassed(stage="pending")
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("request_", "record", "after"),
    [
        (registrations.request, REGISTRATION, REGISTRATION_LIFETIME),
        (password_resets.request, RECOVERY, PASSWORD_RESET_LIFETIME),
    ],
)
def test_an_email_is_sent_and_the_deadline_starts(
    request_: Any, record: Registration | PasswordReset, after: timedelta
) -> None:
    letter, deadline = request_(record).instructions
    assert isinstance(letter, SendEmail)
    assert step_of(letter.reference).startswith("letter")
    assert deadline == WatchDeadline(
        reference=reference(record.id, "deadline"),
        stage="pending",
        after_s=int(after.total_seconds()),
    )


@pytest.mark.parametrize(
    ("fact", "stage"),
    [
        (EmailConfirmed(), RegistrationStage.CONFIRMED),
        (EmailTaken(), RegistrationStage.SUPERSEDED),
        (OVERDUE, RegistrationStage.EXPIRED),
    ],
)
def test_a_registration_ends_for_good_and_keeps_no_password(
    fact: RegistrationFact, stage: RegistrationStage
) -> None:
    ended = registrations.decide(REGISTRATION, fact).record
    assert (ended.stage, ended.password_hash, is_terminal(ended)) == (stage, "", True)
    for later in (EmailConfirmed(), EmailTaken(), OVERDUE, EmailResendRequested(number=2)):
        decision = decide(ended, later)
        assert (decision.record, decision.instructions) == (ended, ())


def test_a_resent_email_is_another_effect_and_sent_once() -> None:
    decision = registrations.decide(REGISTRATION, EmailResendRequested(number=2))
    (first, *_), (second,) = registrations.request(REGISTRATION).instructions, decision.instructions
    assert first.reference != second.reference
    assert registrations.decide(decision.record, EmailResendRequested(number=2)).instructions == ()


def test_the_number_of_emails_is_bounded() -> None:
    many = attrs.evolve(REGISTRATION, letters=EMAILS_MAX)
    assert registrations.decide(many, EmailResendRequested(number=EMAILS_MAX + 1)).record == many


@pytest.mark.parametrize(
    ("fact", "stage"),
    [(PasswordResetCompleted(), PasswordResetStage.USED), (OVERDUE, PasswordResetStage.EXPIRED)],
)
def test_a_recovery_ends_for_good(fact: PasswordResetFact, stage: PasswordResetStage) -> None:
    ended = decide(RECOVERY, fact).record
    assert (ended.stage, is_terminal(ended)) == (stage, True)
    assert [decide(ended, later).record for later in (PasswordResetCompleted(), OVERDUE)] == [
        ended,
        ended,
    ]


@pytest.mark.parametrize("record", [REGISTRATION, RECOVERY])
def test_what_is_none_of_their_business_changes_nothing(
    record: Registration | PasswordReset,
) -> None:
    assert (
        decide(record, EmailConfirmed() if record is RECOVERY else PasswordResetCompleted()).record
        == record
    )
    assert not awaits(record, registrations.request(REGISTRATION).instructions[0].reference)


@pytest.mark.parametrize(
    ("record", "lifetime"),
    [(REGISTRATION, REGISTRATION_LIFETIME), (RECOVERY, PASSWORD_RESET_LIFETIME)],
)
def test_they_are_good_until_their_time_is_over(
    record: Registration | PasswordReset, lifetime: timedelta
) -> None:
    assert record.is_good(at=AT + lifetime - MOMENT)
    assert not record.is_good(at=AT + lifetime)


def test_all_registrations_of_an_address_have_one_owner_who_is_no_investor() -> None:
    assert REGISTRATION.investor_id == claimant("ada@example.org") != claimant("eve@example.org")
    assert "ada" not in REGISTRATION.investor_id.removeprefix("address:")


def test_neither_shows_what_is_secret() -> None:
    assert "hash" not in repr(REGISTRATION).replace("password_hash", "")


def test_a_registration_lasts_a_day_and_a_password_reset_half_an_hour() -> None:
    assert timedelta(hours=24) == REGISTRATION_LIFETIME
    assert timedelta(minutes=30) == PASSWORD_RESET_LIFETIME
