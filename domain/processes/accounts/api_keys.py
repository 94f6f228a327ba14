"""The lifecycle of an API key: made, then revoked or expired."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from domain.accounts.api_key import ApiKey, ApiKeyStage
from domain.audit.record import AuditKind
from domain.ids import LookupKey, reference
from domain.processes.decision import Decision
from domain.processes.facts.accounts import ApiKeyFact, ApiKeyRevoked
from domain.processes.facts.effects import DeadlinePassed
from domain.processes.instructions import WatchDeadline
from domain.processes.process_type import ProcessType

API_KEY = "stack.api_key"
"""The namespace of the lookup key of an API key: the hash of its text, which is not stored."""

Outcome = Decision[ApiKey]


def name_of(key_hash: str) -> LookupKey:
    return LookupKey(API_KEY, key_hash)


def make(key: ApiKey, *, key_hash: str) -> Outcome:
    return Decision(key, names=(name_of(key_hash),), instructions=tuple(_deadlines(key)))


def decide(key: ApiKey, fact: ApiKeyFact) -> Outcome:
    if key.stage is not ApiKeyStage.ACTIVE:
        return Decision(key)
    match fact:
        case ApiKeyRevoked():
            return Decision(attrs.evolve(key, stage=ApiKeyStage.REVOKED))
        case DeadlinePassed():
            return Decision(attrs.evolve(key, stage=ApiKeyStage.EXPIRED))


def _deadlines(key: ApiKey) -> Iterator[WatchDeadline]:
    if key.expires_at is not None:
        yield WatchDeadline(
            reference=reference(key.id, "deadline"),
            stage=ApiKeyStage.ACTIVE.value,
            after_s=int((key.expires_at - key.created_at).total_seconds()),
        )


def _terms(key: ApiKey) -> dict[str, str]:
    return {"scopes": " ".join(scope.value for scope in key.scopes)}


PROCESS = ProcessType(
    record=ApiKey,
    facts=ApiKeyFact,
    decide=decide,
    ended=frozenset({ApiKeyStage.EXPIRED, ApiKeyStage.REVOKED}),
    opening=AuditKind.API_KEY_CREATED,
    changes={ApiKeyRevoked: AuditKind.API_KEY_REVOKED},
    terms=_terms,
)
