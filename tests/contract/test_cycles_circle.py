"""Payments that the chain leaves waiting, driven by the adapter against the custodian of the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable

import orjson
import pytest

from adapters.circle.custodian import CircleCustodian
from adapters.http.message import Response
from domain.processes.facts.funding import PaymentAccepted, PaymentCompleted
from domain.wallets.wallet import CustodyWallet
from sandbox.faults.reading import read_rule
from tests.contract.circle_custody import CircleRig, open_circle
from tests.contract.custodian import AMOUNT, FUNDS, OTHER_WALLET, PAYMENT, CustodianContract
from tests.contract.rigs import eventually
from tests.unit.adapters.circle.scripted_client import PEM, data, error, over

FOR_EVER = 10_000.0
WALLETS = CustodianContract()


@pytest.fixture
async def rig() -> AsyncIterator[CircleRig]:
    async with open_circle() as rig:
        yield rig


async def stuck(rig: CircleRig) -> tuple[PaymentAccepted, CustodyWallet, CustodyWallet]:
    """A payment that the chain does not take, and between whom."""
    wallet = await WALLETS.funded(rig)
    other = await WALLETS.create(rig, OTHER_WALLET)
    rig.world.faults.add(read_rule({"use": "circle-transaction-stuck"}))
    paid = await WALLETS.pay(rig, wallet, other)
    assert isinstance(paid, PaymentAccepted)

    async def state() -> str | None:
        found = await rig.client.transaction(paid.provider_id)
        return "stuck" if found and found["state"] == "STUCK" else None

    await eventually(rig, state, str)
    return paid, wallet, other


def sent(rig: CircleRig, operation: str) -> list[dict[str, str]]:
    """The bodies of an operation's requests, as they went out."""
    requests = [each for each in rig.recording.requests if each.operation == operation]
    return [orjson.loads(each.payload() or b"{}") for each in requests]


async def test_a_stuck_payment_is_hurried_by_whoever_asks_and_arrives(rig: CircleRig) -> None:
    paid, wallet, other = await stuck(rig)
    rig.world.clock.advance(FOR_EVER)
    waiting = await rig.client.transaction(paid.provider_id)
    assert waiting
    assert waiting["state"] == "STUCK"

    def ask() -> Awaitable[object]:
        return rig.custodian.find_payment(PAYMENT, provider_id=paid.provider_id)

    done = await eventually(rig, ask, PaymentCompleted)
    assert done.tx_hash not in {"", waiting["txHash"]}
    assert await WALLETS.held(rig, other) == AMOUNT
    assert await WALLETS.held(rig, wallet) == FUNDS - AMOUNT
    assert len(sent(rig, "accelerate")) == 1


async def test_being_in_a_hurry_twice_is_one_request_in_the_custodians_eyes(
    rig: CircleRig,
) -> None:
    paid, _, _ = await stuck(rig)
    rig.lose_answer()
    await rig.custodian.find_payment(PAYMENT, provider_id=paid.provider_id)
    await rig.custodian.find_payment(PAYMENT, provider_id=paid.provider_id)
    await WALLETS.completed(rig)
    keys = {each["idempotencyKey"] for each in sent(rig, "accelerate")}
    assert len(keys) == 1


@pytest.mark.parametrize("answer", [error(400, 155229), error(503, 0), error(401, 0)])
async def test_a_refused_hurry_hides_nothing_of_what_was_found(answer: Response) -> None:
    item = {"id": "t-1", "state": "STUCK", "txHash": "0x1"}
    client, transport = over(data({"transaction": item}), data({"publicKey": PEM}), answer)
    found = await CircleCustodian(client).find_payment(PAYMENT, provider_id="t-1")
    assert found == PaymentAccepted(reference=PAYMENT, provider_id="t-1")
    assert transport.requests[-1].operation == "accelerate"
