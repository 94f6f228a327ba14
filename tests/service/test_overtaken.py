"""What is decided on a version that others have changed is decided again, and not for ever."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
import pytest

from domain.accounts.investor import InvestorStage
from domain.accounts.roles import Caller, Role
from domain.ids import InvestorId, ProcessId
from domain.limits import Tier
from domain.processes.facts.accounts import AccountFrozen
from domain.wallets.chain import Chain
from domain.wallets.wallet import Wallet
from ports.processes import StaleVersion
from tests.service.stories import CHAIN, onboarded
from tests.support.world import World

EMAIL, PASSWORD, BETTER = "ada@example.org", "correct horse battery", "a better horse battery"
PASSCODE = "271828"


@attrs.define
class Scene:
    """Ada has accounts, Rob is an administrator; ``token`` is from the newest e-mail."""

    world: World
    ada: InvestorId
    caller: Caller
    rob: Caller
    secret: str
    token: str = ""

    @property
    def code(self) -> str:
        return self.world.codes.shown(self.secret, at=self.world.clock.now())

    def overtake(self, times: int) -> None:
        """Let somebody else be faster at each of the next commits."""
        left = times

        async def be_faster() -> None:
            nonlocal left
            left -= 1
            if left > 0:
                self.world.meanwhile = be_faster
            raise StaleVersion

        self.world.meanwhile = be_faster


async def caller(world: World, email: str) -> Caller:
    pair = await world.app.sessions.log_in(email=email, password=PASSWORD)
    return await world.app.sessions.caller(pair.access_token)


@pytest.fixture
async def scene() -> Scene:
    world = World()
    ada = await onboarded(world)
    await world.join("rob@example.org", PASSWORD)
    await world.app.staff.give_role_from_terminal(
        "rob@example.org", role=Role.ADMIN, reason="hired"
    )
    rob = await caller(world, "rob@example.org")
    return Scene(world, ada.id, await caller(world, EMAIL), rob, "")


async def protect(scene: Scene) -> None:
    factors = scene.world.app.mfa
    await factors.set_passcode(scene.caller, password=PASSWORD, passcode=PASSCODE)
    offer = await factors.offer_authenticator(scene.caller, password=PASSWORD)
    scene.secret = offer.secret
    await factors.confirm_authenticator(scene.caller, code=scene.code)
    scene.world.advance(60)


async def register(scene: Scene) -> None:
    await scene.world.app.registrations.register(email="eve@example.org", password=PASSWORD)
    await scene.world.run_jobs()
    scene.token = scene.world.token_to("eve@example.org")


async def forget_password(scene: Scene) -> None:
    await scene.world.app.password_resets.begin(EMAIL)
    await scene.world.run_jobs()
    scene.token = scene.world.token_to(EMAIL)


async def nothing(_: Scene) -> None:
    """Needs no preparation."""


async def log_in(scene: Scene) -> object:
    return await scene.world.app.sessions.log_in(email=EMAIL, password=PASSWORD)


async def change_password(scene: Scene) -> None:
    await scene.world.app.sessions.change_password(scene.caller, current=PASSWORD, new=BETTER)
    await scene.world.app.sessions.log_in(email=EMAIL, password=BETTER)


async def step_up(scene: Scene) -> None:
    until = await scene.world.app.mfa.step_up(scene.caller, passcode=PASSCODE, code=scene.code)
    assert until > scene.world.clock.now()


async def verify(scene: Scene) -> None:
    investor = await scene.world.app.registrations.verify(scene.token, password=PASSWORD)
    assert investor.email == "eve@example.org"


async def complete_recovery(scene: Scene) -> None:
    await scene.world.app.password_resets.complete(scene.token, new_password=BETTER)
    await scene.world.app.sessions.log_in(email=EMAIL, password=BETTER)


async def save_address(scene: Scene) -> None:
    address = f"0x{'ab' * 20}"
    await scene.world.app.payout_addresses.save(
        scene.ada, chain=CHAIN, address=address, label="Cold wallet"
    )
    saved = await scene.world.app.payout_addresses.list(scene.ada)
    assert address in {each.address for each in saved}


async def give_role(scene: Scene) -> None:
    given = await scene.world.app.staff.give_role(
        scene.ada, role=Role.SUPPORT, by=scene.rob, reason="hired"
    )
    assert given.role is Role.SUPPORT


async def freeze(scene: Scene) -> None:
    frozen = await scene.world.app.account_status.freeze(scene.ada, by=scene.rob, reason="asked")
    assert frozen.stage is InvestorStage.FROZEN


async def assign_tier(scene: Scene) -> None:
    await scene.world.app.account_status.assign_tier(
        scene.ada, tier=Tier.PLUS, by=scene.rob, reason="asked"
    )
    assert (await scene.world.app.onboardings.onboarding(scene.ada)).tier is Tier.PLUS


async def apply_fact(scene: Scene) -> None:
    await scene.world.app.processes.apply(ProcessId(scene.ada), AccountFrozen(reason="asked"))


Step = Callable[[Scene], Awaitable[object]]
ACTS: list[tuple[Step, Step]] = [
    (nothing, log_in),
    (nothing, change_password),
    (protect, step_up),
    (register, verify),
    (forget_password, complete_recovery),
    (nothing, save_address),
    (nothing, give_role),
    (nothing, freeze),
    (nothing, assign_tier),
    (nothing, apply_fact),
]


@pytest.mark.parametrize(("prepare", "act"), ACTS, ids=[act.__name__ for _, act in ACTS])
async def test_who_was_overtaken_once_does_it_all_the_same(
    scene: Scene, prepare: Step, act: Step
) -> None:
    await prepare(scene)
    scene.overtake(1)
    await act(scene)
    assert scene.world.meanwhile is None


@pytest.mark.parametrize(("prepare", "act"), ACTS, ids=[act.__name__ for _, act in ACTS])
async def test_who_is_always_overtaken_is_told_so(scene: Scene, prepare: Step, act: Step) -> None:
    await prepare(scene)
    scene.overtake(1000)
    with pytest.raises(StaleVersion):
        await act(scene)


async def test_of_two_who_ask_for_the_e_mail_again_one_sends_it(scene: Scene) -> None:
    await register(scene)
    sent = len(scene.world.mailer.sent)
    scene.overtake(1)
    assert await scene.world.app.registrations.send_again("eve@example.org") == "eve@example.org"
    await scene.world.run_jobs()
    assert len(scene.world.mailer.sent) == sent


async def test_of_two_who_ask_for_a_wallet_both_get_the_one_there_is(scene: Scene) -> None:
    first: Wallet | None = None

    async def be_faster() -> None:
        nonlocal first
        first = await scene.world.app.wallets.create(scene.ada, chain=Chain.BASE)

    scene.world.meanwhile = be_faster
    second = await scene.world.app.wallets.create(scene.ada, chain=Chain.BASE)
    assert second == first
