from __future__ import annotations

import attrs
import pytest

from domain.accounts.investor import InvestorStage
from domain.accounts.roles import Role
from domain.ids import LookupKey
from domain.processes.accounts import investor_lifecycle
from domain.processes.facts.accounts import (
    AccountDeactivated,
    AccountFrozen,
    AccountUnfrozen,
    InvestorFact,
    PasswordSet,
    RoleGiven,
)
from domain.processes.terminal import is_terminal
from tests.support import builders as a

ADA = a.investor()
CLOSED = investor_lifecycle.decide(ADA, AccountDeactivated(reason="asked for")).record


def test_an_investor_is_found_by_the_address() -> None:
    assert investor_lifecycle.join(ADA).names == (LookupKey("stack.email", "ada@example.org"),)


@pytest.mark.parametrize(
    "fact",
    [PasswordSet(password_hash="new"), RoleGiven(role=Role.ADMIN, reason="why")],
    ids=lambda fact: type(fact).__name__,
)
def test_what_proves_or_allows_something_else_ends_every_session(fact: InvestorFact) -> None:
    assert investor_lifecycle.decide(ADA, fact).record.epoch == ADA.epoch + 1


def test_the_same_role_again_changes_nothing() -> None:
    assert investor_lifecycle.decide(ADA, RoleGiven(role=Role.USER, reason="why")).record == ADA


def test_a_frozen_account_keeps_its_sessions_and_can_be_let_go_on() -> None:
    frozen = investor_lifecycle.decide(ADA, AccountFrozen(reason="why")).record
    assert frozen == attrs.evolve(ADA, stage=InvestorStage.FROZEN, reason="why")
    assert investor_lifecycle.decide(frozen, AccountUnfrozen(reason="all clear")).record == ADA


def test_a_closed_account_is_closed_for_good() -> None:
    assert (CLOSED.stage, CLOSED.epoch) == (InvestorStage.DEACTIVATED, ADA.epoch + 1)
    assert is_terminal(CLOSED)
    for fact in (
        AccountUnfrozen(reason="x"),
        PasswordSet(password_hash="x"),
        AccountFrozen(reason="x"),
    ):
        assert investor_lifecycle.decide(CLOSED, fact).record == CLOSED


@pytest.mark.parametrize("role", list(Role))
def test_every_role_covers_itself_and_those_below(role: Role) -> None:
    ranks = list(Role)
    assert [role.covers(each) for each in ranks] == [
        ranks.index(each) <= ranks.index(role) for each in ranks
    ]
