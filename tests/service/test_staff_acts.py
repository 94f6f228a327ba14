"""What staff cannot do: act on unknown, closed or unopened accounts, or on their own money."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from domain.accounts.investor import InvestorNotFound
from domain.accounts.onboarding import OnboardingRequired
from domain.accounts.roles import Caller, Role
from domain.accounts.staff import AccountClosed, OwnAccount
from domain.funding.withdrawal import Withdrawal, WithdrawalStage
from domain.ids import InvestorId, ProcessId, reference
from domain.limits import Tier
from domain.processes.facts.accounts import AccountDeactivated
from domain.processes.facts.effects import EffectUnknown
from domain.review.proposal import ProposalStale
from domain.review.ruling import Action, ReviewNotFound, Ruling
from ports.processes import StaleVersion
from tests.service.stories import Investor, funded
from tests.support.world import World

PASSWORD = "correct horse battery"
NOBODY = InvestorId("00000000-0000-7000-8000-00000000ffff")
RULING = Ruling(action=Action.DID_NOT_HAPPEN, reason="seen in the provider's console")


@pytest.fixture
def world() -> World:
    return World()


async def member(world: World, name: str) -> Caller:
    """An administrator."""
    email = f"{name}@example.org"
    await world.join(email, PASSWORD)
    await world.app.staff.give_role_from_terminal(email, role=Role.ADMIN, reason="hired")
    pair = await world.app.sessions.log_in(email=email, password=PASSWORD)
    return await world.app.sessions.caller(pair.access_token)


async def in_review(world: World) -> tuple[Investor, Withdrawal]:
    """A withdrawal of whose first effect nobody knows what became."""
    ada = await funded(world)
    world.slow_down()
    withdrawal = await ada.withdraw("100.00")
    unknown = EffectUnknown(reference=reference(withdrawal.id, "debit"), reason="no news")
    await world.app.processes.apply(withdrawal.id, unknown)
    stopped = await ada.withdrawal()
    assert stopped.stage is WithdrawalStage.MANUAL_REVIEW
    return ada, stopped


Act = Callable[[World, Caller, InvestorId], Awaitable[object]]


async def give_role(world: World, by: Caller, investor_id: InvestorId) -> object:
    return await world.app.staff.give_role(investor_id, role=Role.SUPPORT, by=by, reason="asked")


async def freeze(world: World, by: Caller, investor_id: InvestorId) -> object:
    return await world.app.account_status.freeze(investor_id, by=by, reason="asked")


async def assign_tier(world: World, by: Caller, investor_id: InvestorId) -> None:
    await world.app.account_status.assign_tier(investor_id, tier=Tier.PLUS, by=by, reason="asked")


@pytest.mark.parametrize("act", [give_role, freeze, assign_tier])
async def test_nothing_is_done_to_an_account_that_does_not_exist(world: World, act: Act) -> None:
    rob = await member(world, "rob")
    with pytest.raises(InvestorNotFound):
        await act(world, rob, NOBODY)


async def test_only_an_investor_can_be_made_staff_from_a_terminal(world: World) -> None:
    with pytest.raises(InvestorNotFound):
        await world.app.staff.give_role_from_terminal(
            "nobody@example.org", role=Role.ADMIN, reason="hired"
        )


@pytest.mark.parametrize("act", [give_role, freeze])
async def test_a_closed_account_stays_as_it_is(world: World, act: Act) -> None:
    rob = await member(world, "rob")
    ada = await world.join("ada@example.org", PASSWORD)
    await world.app.processes.apply(ProcessId(ada), AccountDeactivated(reason="asked"))
    with pytest.raises(AccountClosed):
        await act(world, rob, ada)


async def test_a_tier_needs_an_onboarding(world: World) -> None:
    rob = await member(world, "rob")
    ada = await world.join("ada@example.org", PASSWORD)
    with pytest.raises(OnboardingRequired):
        await assign_tier(world, rob, ada)


async def test_only_what_is_in_review_is_ruled_on(world: World) -> None:
    rob = await member(world, "rob")
    ada = await funded(world)
    withdrawal = await ada.withdraw("100.00")
    for process_id in (withdrawal.id, ProcessId(NOBODY)):
        with pytest.raises(ReviewNotFound):
            await world.app.reviews.propose(process_id, RULING, by=rob)


async def test_an_administrator_cannot_approve_a_ruling_on_their_own_money(world: World) -> None:
    rob = await member(world, "rob")
    ada, withdrawal = await in_review(world)
    proposal = await world.app.reviews.propose(withdrawal.id, RULING, by=rob)
    own = Caller(investor_id=ada.id, session_id=None, role=Role.ADMIN)
    with pytest.raises(OwnAccount):
        await world.app.reviews.approve(withdrawal.id, proposal.id, by=own, reason="mine")
    assert (await ada.withdrawal()).stage is WithdrawalStage.MANUAL_REVIEW


async def test_a_proposal_that_others_decided_at_the_same_moment_is_stale(world: World) -> None:
    rob, eva = await member(world, "rob"), await member(world, "eva")
    _, withdrawal = await in_review(world)
    proposal = await world.app.reviews.propose(withdrawal.id, RULING, by=rob)

    async def be_faster() -> None:
        raise StaleVersion

    world.meanwhile = be_faster
    with pytest.raises(ProposalStale):
        await world.app.reviews.reject(withdrawal.id, proposal.id, by=eva, reason="no")
