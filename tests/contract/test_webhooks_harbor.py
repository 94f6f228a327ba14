from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import orjson
import pytest

from adapters.harbor.webhooks import SIGNATURE, HarborWebhooks, signed
from adapters.memory.clock import START, ManualClock
from domain.accounts.onboarding import ProviderAccountStatus
from domain.ids import LookupKey, process_of
from domain.processes.accounts.onboarding import OFFRAMP_ACCOUNT
from domain.processes.facts.accounts import OfframpAccountReported
from domain.processes.facts.funding import ConversionSettled
from ports.inbound import (
    ForgedMessage,
    InboundFact,
    SourceClosed,
    StaleMessage,
    UnreadableMessage,
    UnsignedMessage,
)
from ports.processes import Message
from sandbox.harbor.settings import HarborSandboxSettings
from tests.contract.harbor_rig import HarborRig, open_harbor
from tests.contract.offramp_rig import AMOUNT, CONVERSION, WALLET, open_approved
from tests.contract.test_offramp_harbor import TestHarborOfframp

URL = "http://127.0.0.1:9/webhooks/harbor"
"""Nobody listens there: the tests read what the sandbox meant to deliver."""

BODY = b'{"id":"hev_1","type":"other","data":{}}'
NOW = int(START.timestamp())
SECRET = HarborSandboxSettings().secret


@pytest.fixture
async def rig() -> AsyncIterator[HarborRig]:
    async with open_harbor() as rig:
        yield rig


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def webhooks(rig: HarborRig, clock: ManualClock) -> HarborWebhooks:
    return HarborWebhooks(rig.client, clock=clock)


def proof(body: bytes, *, at: int = NOW, key: str = SECRET) -> dict[str, str]:
    return {SIGNATURE: f"t={at},v1={signed(body, key=key, at=str(at))}"}


async def test_a_settled_transfer_is_told_once_with_the_look_ups_words(
    rig: HarborRig, webhooks: HarborWebhooks
) -> None:
    await webhooks.subscribe(URL)
    account_id = await open_approved(rig)
    conversion = await TestHarborOfframp().open(rig, account_id)
    await rig.pay(conversion, AMOUNT, wallet=WALLET)
    for _ in range(30):
        await rig.pass_time()
    looked_up = await rig.offramp.find_conversion(
        CONVERSION, account_id=account_id, provider_id=conversion.provider_id
    )
    assert isinstance(looked_up, ConversionSettled)
    said: list[InboundFact] = []
    for delivery in rig.world.webhooks.history:
        stamp = int(delivery.headers["Harbor-Signature"].partition(",")[0].removeprefix("t="))
        real = ManualClock()
        real.advance(stamp - NOW)
        genuine = HarborWebhooks(rig.client, clock=real)
        message = await genuine.verify(delivery.body, delivery.headers)
        assert message.body == delivery.body
        said.extend(await webhooks.translate(message))
    of_account = [each for each in said if each.about == LookupKey(OFFRAMP_ACCOUNT, account_id)]
    assert [each for each in said if each not in of_account] == [
        InboundFact(process_of(CONVERSION), looked_up)
    ]
    (approved,) = of_account
    assert isinstance(approved.fact, OfframpAccountReported)
    assert approved.fact.standing is ProviderAccountStatus.APPROVED


async def test_exactly_the_signed_bytes_are_taken(webhooks: HarborWebhooks) -> None:
    message = await webhooks.verify(BODY, proof(BODY))
    assert (message.source, message.id, message.body) == ("harbor", "hev_1", BODY)
    with pytest.raises(ForgedMessage):
        await webhooks.verify(BODY + b" ", proof(BODY))
    with pytest.raises(ForgedMessage):
        await webhooks.verify(BODY, proof(BODY, key="somebody else's"))


@pytest.mark.parametrize("moved_s", [-301, 301])
async def test_what_is_signed_for_another_time_is_stale(
    webhooks: HarborWebhooks, moved_s: int
) -> None:
    with pytest.raises(StaleMessage):
        await webhooks.verify(BODY, proof(BODY, at=NOW + moved_s))


@pytest.mark.parametrize(
    "headers",
    [{}, {SIGNATURE: "v1=00"}, {SIGNATURE: "t=1,v1=" + "0" * 64, SIGNATURE.upper(): "t=1"}],
)
async def test_a_proof_that_is_none_is_refused(
    webhooks: HarborWebhooks, headers: dict[str, str]
) -> None:
    with pytest.raises(UnsignedMessage):
        await webhooks.verify(BODY, headers)


async def test_without_a_secret_nobody_may_send(rig: HarborRig, clock: ManualClock) -> None:
    client = attrs.evolve(rig.client, settings=attrs.evolve(rig.client.settings, webhook_secret=""))
    with pytest.raises(SourceClosed):
        await HarborWebhooks(client, clock=clock).verify(BODY, {})


@pytest.mark.parametrize("body", [b"", b"[]", b'{"type":"x"}', b"not json"])
async def test_what_is_not_documented_is_unreadable(webhooks: HarborWebhooks, body: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        await webhooks.translate(Message(source="harbor", id="e", body=body, headers={}))


async def test_a_transfer_that_is_not_ours_says_nothing(webhooks: HarborWebhooks) -> None:
    money = {"value": "1", "asset": "USDC"}
    data = {
        "id": "htr_1",
        "reference": "somebody's",
        "status": "completed",
        "pays": money,
        "receives": money,
        "fee": money,
        "pay": {"kind": "chain"},
    }
    body = orjson.dumps({"id": "e", "type": "transfer.updated", "data": data})
    assert await webhooks.translate(Message(source="harbor", id="e", body=body, headers={})) == ()
