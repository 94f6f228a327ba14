"""An API key's way, and what a caller with one may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from domain.accounts.api_key import (
    KEYS_MAX,
    ApiKey,
    ApiKeyRequest,
    ApiKeyStage,
    InvalidApiKey,
    is_key,
)
from domain.accounts.roles import (
    Caller,
    Role,
    Scope,
    ScopeMissing,
    SessionRequired,
)
from domain.ids import LookupKey, reference
from domain.processes.accounts import api_keys
from domain.processes.facts.accounts import ApiKeyRevoked
from domain.processes.facts.effects import DeadlinePassed
from domain.processes.instructions import WatchDeadline
from domain.processes.terminal import is_terminal
from tests.support import builders as a
from tests.support.builders import ADA, AT

KEY = ApiKey(
    id=a.process_id(1),
    investor_id=ADA,
    name="Ledger export",
    scopes=(Scope.READ, Scope.TRADE),
    prefix="stk_abcd",
    created_at=AT,
)
EXPIRING = attrs.evolve(KEY, expires_at=AT + timedelta(days=1))
CALLER = Caller(investor_id=ADA, key_id=KEY.id, scopes=frozenset({Scope.TRADE}))


def test_a_key_is_named_by_its_hash_and_watched_if_it_expires() -> None:
    decision = api_keys.make(KEY, key_hash="h")
    assert (decision.names, decision.instructions) == ((api_keys.name_of("h"),), ())
    (deadline,) = api_keys.make(EXPIRING, key_hash="h").instructions
    assert deadline == WatchDeadline(
        reference=reference(KEY.id, "deadline"), stage="active", after_s=86_400
    )
    assert api_keys.name_of("h") == LookupKey("stack.api_key", "h")
    assert api_keys.PROCESS.terms(KEY) == {"scopes": "read trade"}


def test_a_key_ends_once() -> None:
    revoked = api_keys.decide(KEY, ApiKeyRevoked()).record
    expired = api_keys.decide(EXPIRING, DeadlinePassed(stage="active")).record
    assert (revoked.stage, expired.stage) == (ApiKeyStage.REVOKED, ApiKeyStage.EXPIRED)
    for ended in (revoked, expired):
        assert is_terminal(ended)
        for fact in (ApiKeyRevoked(), DeadlinePassed(stage="active")):
            assert api_keys.decide(ended, fact).record == ended


def test_a_key_is_good_until_its_moment() -> None:
    assert KEY.is_good(at=AT + timedelta(days=9999))
    assert EXPIRING.is_good(at=AT + timedelta(days=1, microseconds=-1))
    assert not EXPIRING.is_good(at=AT + timedelta(days=1))
    assert not attrs.evolve(KEY, stage=ApiKeyStage.REVOKED).is_good(at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"scopes": ()}, "scopes"),
        ({"days": 0}, "expires_in_days"),
        ({"days": 366}, "expires_in_days"),
    ],
)
def test_terms_that_cannot_be_are_refused_by_field(changes: dict[str, Any], field: str) -> None:
    terms = ApiKeyRequest(name="x", scopes=(Scope.READ,), days=365)
    terms.require_valid()
    with pytest.raises(InvalidApiKey) as refused:
        attrs.evolve(terms, **changes).require_valid()
    assert refused.value.field == field


def test_a_key_has_no_session_no_role_and_no_need_of_a_fresh_proof() -> None:
    CALLER.require_scope(Scope.TRADE)
    CALLER.require_step_up(at=AT)
    with pytest.raises(ScopeMissing):
        CALLER.require_scope(Scope.READ)
    for role in Role:
        with pytest.raises(SessionRequired):
            CALLER.require_role(role)


def test_keys_are_told_from_tokens_by_how_they_begin() -> None:
    assert is_key("stk_x")
    assert not is_key("eyJhbGciOiJIUzI1NiJ9.e30.x")
    assert not is_key("STK_x")


def test_a_key_expires_after_the_days_asked_for_or_never() -> None:
    assert ApiKeyRequest(name="x", scopes=(Scope.READ,), days=2).ends_at(AT) == AT + timedelta(
        days=2
    )
    assert ApiKeyRequest(name="x", scopes=(Scope.READ,), days=None).ends_at(AT) is None


def test_an_investor_has_at_most_twenty_keys() -> None:
    assert KEYS_MAX == 20
