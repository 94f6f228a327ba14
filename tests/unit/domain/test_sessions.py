from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from domain.accounts.session import (
    DEVICE_LENGTH_MAX,
    RACE_GRACE,
    REFRESH_LIFETIME,
    InvalidRefreshToken,
    RefreshRaced,
    Session,
    SessionStage,
    device_of,
)
from domain.hashing import token_digest
from domain.ids import LookupKey
from domain.processes.accounts import sessions as process
from domain.processes.facts.accounts import (
    ReuseDetected,
    SessionFact,
    SessionKept,
    SessionLoggedOut,
    SessionRefreshed,
    SessionRevoked,
    SteppedUp,
)
from domain.processes.terminal import is_terminal
from tests.support.builders import ADA, AT, process_id

SESSION = Session(id=process_id(1), investor_id=ADA, created_at=AT, used_at=AT, token_hash="first")
LATER = AT + timedelta(hours=1)
TO_SECOND = SessionRefreshed(presented="first", successor="second", at=LATER)
TO_THIRD = SessionRefreshed(presented="second", successor="third", at=LATER + timedelta(hours=1))
SECOND = process.decide(SESSION, TO_SECOND).record
THIRD = process.decide(SECOND, TO_THIRD).record
ENDS: tuple[SessionFact, ...] = (
    SessionLoggedOut(),
    SessionRevoked(reason="why"),
    ReuseDetected(presented="first"),
)


def test_a_session_is_found_by_its_first_token() -> None:
    assert process.begin(SESSION).names == (process.name_of("first"),)


def test_the_newest_token_is_exchanged_for_the_next() -> None:
    fact = process.shown(SESSION, "first", successor="second", at=LATER)
    assert fact == TO_SECOND
    decision = process.decide(SESSION, fact)
    assert decision.names == (process.name_of("second"),)
    assert decision.record == attrs.evolve(
        SESSION, token_hash="second", previous_hash="first", used_at=LATER, generation=2
    )


def test_the_same_exchange_decided_again_changes_nothing() -> None:
    assert process.decide(SECOND, TO_SECOND).record == SECOND
    rival = attrs.evolve(TO_SECOND, successor="rival")
    assert process.decide(SECOND, rival).record == SECOND


def test_the_token_given_up_a_moment_ago_is_refused_without_harm() -> None:
    with pytest.raises(RefreshRaced):
        process.shown(SECOND, "first", successor="x", at=LATER + RACE_GRACE / 2)


@pytest.mark.parametrize(
    ("session", "since"),
    [(SECOND, RACE_GRACE), (SECOND, timedelta(days=29)), (THIRD, timedelta(0))],
    ids=["after the grace", "long after", "two exchanges ago"],
)
def test_an_older_token_ends_the_session(session: Session, since: timedelta) -> None:
    fact = process.shown(session, "first", successor="x", at=session.used_at + since)
    ended = process.decide(session, fact).record
    assert fact == ReuseDetected(presented="first")
    assert (ended.stage, is_terminal(ended)) == (SessionStage.REVOKED, True)


def test_the_newest_token_is_never_a_reuse() -> None:
    assert process.decide(SECOND, ReuseDetected(presented="second")).record == SECOND


@pytest.mark.parametrize("end", ENDS, ids=lambda fact: type(fact).__name__)
def test_a_session_that_has_ended_never_comes_back(end: SessionFact) -> None:
    ended = process.decide(SECOND, end).record
    assert ended.stage is SessionStage.REVOKED
    for fact in (*ENDS, TO_THIRD):
        assert process.decide(ended, fact).record == ended
    for token in ("first", "second"):
        with pytest.raises(InvalidRefreshToken):
            process.shown(ended, token, successor="x", at=LATER)


def test_a_token_that_was_not_exchanged_for_a_month_is_invalid() -> None:
    last = SESSION.expires_at - timedelta(seconds=1)
    assert isinstance(process.shown(SESSION, "first", successor="x", at=last), SessionRefreshed)
    assert SESSION.expires_at - AT == REFRESH_LIFETIME
    with pytest.raises(InvalidRefreshToken):
        process.shown(SESSION, "first", successor="x", at=SESSION.expires_at)


def test_what_a_client_calls_itself_is_kept_short_and_harmless() -> None:
    assert device_of("Mozilla/5.0\x00\r\n\udcff (X11)") == "Mozilla/5.0 (X11)"
    assert device_of("") is None
    assert len(device_of("x" * 1000) or "") == DEVICE_LENGTH_MAX


def test_a_token_is_kept_as_its_sha256() -> None:
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert token_digest("abc") == known
    assert len(token_digest("\udcff")) == len(known)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (SessionLoggedOut(), "logged out"),
        (SessionRevoked(reason="why"), "why"),
        (ReuseDetected(presented="first"), "a refresh token was used again"),
    ],
    ids=lambda each: str(type(each).__name__),
)
def test_it_is_known_why_a_session_ended(fact: SessionFact, reason: str) -> None:
    ended = process.decide(SECOND, fact).record
    assert ended == attrs.evolve(SECOND, stage=SessionStage.REVOKED, reason=reason)


def test_a_session_that_is_kept_takes_the_new_epoch_and_a_fresh_proof_lasts_until_then() -> None:
    assert process.decide(SESSION, SessionKept(epoch=7)).record == attrs.evolve(SESSION, epoch=7)
    proven = process.decide(SESSION, SteppedUp(until=LATER)).record
    assert proven == attrs.evolve(SESSION, stepped_up_until=LATER)


def test_a_session_is_named_by_the_hash_of_its_token() -> None:
    assert process.name_of("first") == LookupKey("stack.refresh", "first")
