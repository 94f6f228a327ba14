from __future__ import annotations

from collections.abc import Mapping

import pytest

from adapters.memory.webhooks import InMemoryWebhooks
from domain.errors import DomainError
from domain.funding.deposit import DepositStage
from domain.ids import LookupKey
from domain.processes.facts.funding import TransferSeen
from domain.processes.funding.deposit_arrival import TRANSACTION
from domain.services.integration.job_endings import JobParked
from domain.services.integration.jobs import READINGS_MAX, UNREADABLE_RETRY_S
from entrypoints.worker import periodic_tasks
from ports.errors import ProviderUnavailable
from ports.inbound import (
    ForgedMessage,
    InboundFact,
    ReplayedMessage,
    SourceClosed,
    StaleMessage,
    UnknownSigningKey,
    UnreadableMessage,
    UnsignedMessage,
)
from ports.nonces import NoncesUnavailable
from ports.processes import Message
from ports.rejected_webhooks import KEPT_FOR, RejectionReason
from ports.request_context import RequestContext
from tests.service.stories import Investor, onboarded, require_honest_books
from tests.support import builders as a
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(world: World) -> Investor:
    return await onboarded(world)


def seen_at(ada: Investor) -> TransferSeen:
    """USDC that has arrived at the wallet, as the custodian would tell it."""
    assert ada.wallet.address is not None
    return ada.world.custodian.receive_usdc(ada.wallet.address, a.usdc("250"))


def notice_of(fact: TransferSeen) -> InboundFact:
    return InboundFact(LookupKey(TRANSACTION, fact.transaction_id), fact)


async def test_a_webhook_starts_a_deposit(world: World, ada: Investor) -> None:
    body, headers = world.webhooks["circle"].write(notice_of(seen_at(ada)))
    await world.app.webhooks.receive("circle", body=body, headers=headers)
    await world.let_pass(60)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
    await require_honest_books(world, ada)


async def test_the_same_webhook_again_changes_nothing(world: World, ada: Investor) -> None:
    fact = seen_at(ada)
    letters = [world.webhooks["circle"].write(notice_of(fact)) for _ in range(2)]
    for body, headers in (*letters, *letters):
        await world.app.webhooks.receive("circle", body=body, headers=headers)
        await world.let_pass(60)
        await world.app.feeds.poll_inbound()
    assert len(await world.app.funding.deposits(ada.id, before=None, limit=9)) == 1
    assert await ada.available() == a.dollars("247.50")
    await require_honest_books(world, ada)


async def test_a_forged_webhook_leaves_no_trace(world: World, ada: Investor) -> None:
    body, headers = world.webhooks["circle"].write(notice_of(seen_at(ada)))
    with pytest.raises(ForgedMessage):
        await world.app.webhooks.receive("due", body=body, headers=headers)
    with pytest.raises(ForgedMessage):
        await world.app.webhooks.receive("circle", body=body, headers={})
    assert await world.run_jobs() == 0
    assert list(await world.app.funding.deposits(ada.id, before=None, limit=9)) == []


async def test_an_unreadable_webhook_is_kept_and_read_again_later(world: World) -> None:
    _, headers = world.webhooks["due"].write()
    await world.app.webhooks.receive("due", body=b"not ours", headers=headers)
    assert await world.run_jobs() == 1
    assert await world.run_jobs() == 0
    world.advance(3600)
    assert await world.run_jobs() == 1


async def test_a_webhook_that_stays_unreadable_is_parked_where_it_can_be_seen(world: World) -> None:
    _, headers = world.webhooks["due"].write()
    await world.app.webhooks.receive("due", body=b"not ours", headers=headers)
    for _ in range(READINGS_MAX - 1):
        assert await world.run_jobs() == 1
        world.advance(UNREADABLE_RETRY_S)
    with pytest.raises(JobParked, match="not ours") as parked:
        await world.run_jobs()
    (job,) = await world.app.parked_jobs.list()
    assert job.reason == f"JobParked: {parked.value.detail}"
    world.advance(365 * 86_400)
    assert await world.run_jobs() == 0
    assert await world.app.jobs.claim(limit=9, lease_s=1) == []


async def test_a_webhook_about_an_unknown_process_is_read_and_done(world: World) -> None:
    fact = TransferSeen(
        transaction_id="t", wallet_id="nobody", tx_hash="0x", amount=a.usdc("9"), final=True
    )
    body, headers = world.webhooks["circle"].write(notice_of(fact))
    await world.app.webhooks.receive("circle", body=body, headers=headers)
    await world.run_jobs()
    world.advance(86_400)
    assert await world.run_jobs() == 0


async def test_subscribing_twice_subscribes_once(world: World) -> None:
    for _ in range(2):
        await world.app.webhooks.subscribe({"circle": "https://stack.example/webhooks/circle"})
    assert world.webhooks["circle"].subscribed == ["https://stack.example/webhooks/circle"]


async def test_a_refused_webhook_is_kept_apart_with_its_verdict(world: World) -> None:
    body, headers = world.webhooks["circle"].write()
    told = {**headers, "X-SIGNATURE": "signed by \u00e9\udc80\x00", "Authorization": "Bearer t"}
    world.origins.begin(RequestContext(request_id="r", ip="192.0.2.1"))
    with pytest.raises(ForgedMessage):
        await world.app.webhooks.receive("due", body=body, headers=told)
    (kept,) = world.deliveries.kept
    assert (kept.source, kept.verdict, kept.body) == ("due", RejectionReason.FORGED, body)
    assert (kept.received_at, kept.ip) == (world.clock.now(), "192.0.2.1")
    assert kept.headers == {"x-signature": "signed by circle, signed by \\xe9\\udc80\\x00"}


@pytest.mark.parametrize(
    ("refusal", "verdict"),
    [
        (UnsignedMessage, RejectionReason.MALFORMED),
        (UnreadableMessage, RejectionReason.MALFORMED),
        (UnknownSigningKey, RejectionReason.UNKNOWN_KEY),
        (StaleMessage, RejectionReason.STALE),
        (ReplayedMessage, RejectionReason.REPLAYED),
        (SourceClosed, RejectionReason.CLOSED),
    ],
)
async def test_every_refusal_has_its_verdict(
    world: World, refusal: type[DomainError], verdict: RejectionReason
) -> None:
    world.webhooks["alpaca"] = Refusing(refusal())
    with pytest.raises(refusal):
        await world.app.webhooks.receive("alpaca", body=b"", headers={})
    assert [kept.verdict for kept in world.deliveries.kept] == [verdict]


@pytest.mark.parametrize("away", [NoncesUnavailable(), ProviderUnavailable("refused")])
async def test_what_could_not_be_judged_is_not_condemned(world: World, away: DomainError) -> None:
    world.webhooks["alpaca"] = Refusing(away)
    with pytest.raises(type(away)):
        await world.app.webhooks.receive("alpaca", body=b"", headers={})
    assert world.deliveries.kept == []


async def test_a_verdict_is_given_also_when_it_cannot_be_kept(world: World) -> None:
    world.deliveries.is_away = True
    with pytest.raises(ForgedMessage):
        await world.app.webhooks.receive("circle", body=b"", headers={})


async def test_the_sweep_forgets_old_evidence(world: World) -> None:
    app = world.app
    for days in (0, KEPT_FOR.days, 1):
        world.advance(days * 86_400)
        with pytest.raises(ForgedMessage):
            await app.webhooks.receive("circle", body=b"", headers={})
    await periodic_tasks.sweep(app.idempotency_records, app.rejected_webhooks, world.clock)
    assert len(world.deliveries.kept) == 2


class Refusing(InMemoryWebhooks):
    """Refuses everything in one way."""

    def __init__(self, refusal: DomainError) -> None:
        super().__init__("refusing")
        self._refusal = refusal

    async def verify(self, body: bytes, headers: Mapping[str, str]) -> Message:
        raise self._refusal


async def test_everything_that_one_webhook_tells_is_taken_in(world: World, ada: Investor) -> None:
    seen = [seen_at(ada), seen_at(ada)]
    body, headers = world.webhooks["circle"].write(*(notice_of(each) for each in seen))
    await world.app.webhooks.receive("circle", body=body, headers=headers)
    await world.let_pass(60)
    deposits = await world.app.funding.deposits(ada.id, before=None, limit=9)
    assert [each.stage for each in deposits] == [DepositStage.BROKER_FUNDED] * 2


async def test_a_webhook_that_tells_nothing_is_read_and_done(world: World) -> None:
    body, headers = world.webhooks["circle"].write()
    await world.app.webhooks.receive("circle", body=body, headers=headers)
    assert await world.run_jobs() == 1
    assert [job for job in world.database.jobs.values() if not job.done_at] == []


async def test_a_webhook_of_a_source_no_longer_in_use_waits(world: World) -> None:
    body, headers = world.webhooks["circle"].write()
    await world.app.webhooks.receive("circle", body=body, headers=headers)
    del world.webhooks["circle"]
    assert await world.run_jobs() == 1
    (job,) = (job for job in world.database.jobs.values() if not job.done_at)
    assert "circle" in str(job.last_error)


async def test_a_webhook_that_cannot_be_read_without_its_provider_is_read_later(
    world: World, ada: Investor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def translate(_: Message) -> list[InboundFact]:
        raise ProviderUnavailable("away", provider="circle")

    body, headers = world.webhooks["circle"].write(notice_of(seen_at(ada)))
    await world.app.webhooks.receive("circle", body=body, headers=headers)
    with monkeypatch.context() as away:
        away.setattr(world.webhooks["circle"], "translate", translate)
        await world.run_jobs()
    await world.let_pass(300)
    assert (await ada.deposit()).stage is DepositStage.BROKER_FUNDED
