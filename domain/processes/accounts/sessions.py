"""The lifecycle of a session: each refresh token is exchanged once for the next, until it ends."""

from __future__ import annotations

from datetime import datetime

import attrs

from domain.accounts.session import (
    RACE_GRACE,
    InvalidRefreshToken,
    RefreshRaced,
    Session,
    SessionStage,
)
from domain.audit.record import AuditKind
from domain.ids import LookupKey
from domain.processes.decision import Decision
from domain.processes.facts.accounts import (
    ReuseDetected,
    SessionFact,
    SessionKept,
    SessionLoggedOut,
    SessionRefreshed,
    SessionRevoked,
    SteppedUp,
)
from domain.processes.process_type import ProcessType

REFRESH = "stack.refresh"
"""The namespace of the lookup keys of a session: the hashes of all its refresh tokens, old ones too."""

Outcome = Decision[Session]


def name_of(token_hash: str) -> LookupKey:
    return LookupKey(REFRESH, token_hash)


def begin(session: Session) -> Outcome:
    return Decision(session, names=(name_of(session.token_hash),))


def shown(
    session: Session, token_hash: str, *, successor: str, at: datetime
) -> SessionRefreshed | ReuseDetected:
    """
    The fact that follows from presenting a refresh token; ``successor`` is the hash of the next one.

    Raises ``InvalidRefreshToken`` when the session has ended, and ``RefreshRaced`` for the previous token
    within ``RACE_GRACE`` of its exchange.
    """
    if not session.is_good(at=at):
        raise InvalidRefreshToken
    if token_hash == session.token_hash:
        return SessionRefreshed(presented=token_hash, successor=successor, at=at)
    if token_hash == session.previous_hash and at - session.used_at < RACE_GRACE:
        raise RefreshRaced
    return ReuseDetected(presented=token_hash)


def decide(session: Session, fact: SessionFact) -> Outcome:
    if session.stage is not SessionStage.ACTIVE:
        return Decision(session)
    match fact:
        case SessionRefreshed() if fact.presented == session.token_hash:
            return Decision(_exchanged(session, fact), names=(name_of(fact.successor),))
        case ReuseDetected() if fact.presented != session.token_hash:
            return _ended(session, "a refresh token was used again")
        case SessionKept():
            return Decision(attrs.evolve(session, epoch=fact.epoch))
        case SteppedUp():
            return Decision(attrs.evolve(session, stepped_up_until=fact.until))
        case SessionLoggedOut():
            return _ended(session, "logged out")
        case SessionRevoked():
            return _ended(session, fact.reason)
        case SessionRefreshed() | ReuseDetected():
            return Decision(session)


def _exchanged(session: Session, fact: SessionRefreshed) -> Session:
    return attrs.evolve(
        session,
        token_hash=fact.successor,
        previous_hash=session.token_hash,
        used_at=fact.at,
        generation=session.generation + 1,
    )


def _ended(session: Session, reason: str) -> Outcome:
    return Decision(attrs.evolve(session, stage=SessionStage.REVOKED, reason=reason))


PROCESS = ProcessType(
    record=Session,
    facts=SessionFact,
    decide=decide,
    ended=frozenset({SessionStage.REVOKED}),
    opening=AuditKind.LOGIN,
)
