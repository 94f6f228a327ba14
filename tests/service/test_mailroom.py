from __future__ import annotations

import pytest

from domain.funding.deposit import DepositStage
from domain.ids import ProviderRef
from domain.processes.deposit_settlement import TRANSACTION
from domain.processes.facts import InboundSeen
from ports.notices import ForgedMessage, Notice
from tests.service.stories import Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


def seen_at(ada: Investor) -> InboundSeen:
    """USDC that has arrived at the wallet, as the custodian would tell it."""
    assert ada.wallet.address is not None
    return ada.world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"))


def notice_of(fact: InboundSeen) -> Notice:
    return Notice(ProviderRef(TRANSACTION, fact.transaction_id), fact)


async def test_a_webhook_starts_a_deposit(world: World, ada: Investor) -> None:
    body, headers = world.webhooks["circle"].write(notice_of(seen_at(ada)))
    await world.app.mailroom.receive("circle", body=body, headers=headers)
    await world.let_pass(60)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)


async def test_the_same_webhook_again_changes_nothing(world: World, ada: Investor) -> None:
    fact = seen_at(ada)
    letters = [world.webhooks["circle"].write(notice_of(fact)) for _ in range(2)]
    for body, headers in (*letters, *letters):
        await world.app.mailroom.receive("circle", body=body, headers=headers)
        await world.let_pass(60)
        await world.app.news.poll_arrivals()
    assert len(await world.app.funding.deposits(ada.id, before=None, limit=9)) == 1
    assert await ada.available() == a.dollars("247.50")
    await require_honest_books(world, ada)


async def test_a_forged_webhook_leaves_no_trace(world: World, ada: Investor) -> None:
    body, headers = world.webhooks["circle"].write(notice_of(seen_at(ada)))
    with pytest.raises(ForgedMessage):
        await world.app.mailroom.receive("due", body=body, headers=headers)
    with pytest.raises(ForgedMessage):
        await world.app.mailroom.receive("circle", body=body, headers={})
    assert await world.run_jobs() == 0
    assert list(await world.app.funding.deposits(ada.id, before=None, limit=9)) == []


async def test_an_unreadable_webhook_is_kept_and_read_again_later(world: World) -> None:
    _, headers = world.webhooks["due"].write()
    await world.app.mailroom.receive("due", body=b"not ours", headers=headers)
    assert await world.run_jobs() == 1
    assert await world.run_jobs() == 0
    world.advance(3600)
    assert await world.run_jobs() == 1


async def test_a_webhook_about_nobody_is_read_and_done(world: World) -> None:
    fact = InboundSeen(
        transaction_id="t", wallet_id="nobody", tx_hash="0x", amount=a.usdc("9"), final=True
    )
    body, headers = world.webhooks["circle"].write(notice_of(fact))
    await world.app.mailroom.receive("circle", body=body, headers=headers)
    await world.run_jobs()
    world.advance(86_400)
    assert await world.run_jobs() == 0


async def test_subscribing_twice_subscribes_once(world: World) -> None:
    for _ in range(2):
        await world.app.mailroom.subscribe({"circle": "https://stack.example/webhooks/circle"})
    assert world.webhooks["circle"].subscribed == ["https://stack.example/webhooks/circle"]
