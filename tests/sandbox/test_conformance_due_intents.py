"""Paying with signatures at the sandbox off-ramp, in plain HTTP."""

from __future__ import annotations

from typing import Any

from domain.money import USDC, Money
from sandbox.chain import FAUCET, Output
from tests.sandbox.due_customer import AMOY, BANK, PAYER, Customer, scenario
from tests.sandbox.due_endpoints import plays

SUBMIT = "/v1/transfer_intents/submit"
SOLANA = "5" * 44


async def transfer_from(ann: Customer, address: str, rail: str) -> Any:
    wallet = await ann.post("/v1/wallets", {"address": address})
    return await ann.post(
        "/v1/transfers",
        {
            "quote": (await ann.quote("10", source=rail))["token"],
            "sender": wallet["id"],
            "recipient": await ann.recipient(BANK),
        },
    )


async def intent_of(ann: Customer, address: str = PAYER, rail: str = "polygon") -> Any:
    await ann.onboard()
    transfer = await transfer_from(ann, address, rail)
    return await ann.post(f"/v1/transfers/{transfer['id']}/transfer_intent")


def signed(intent: Any) -> Any:
    signature = {"signature": "0x" + "1b" * 65}
    return intent | {"signables": [each | signature for each in intent["signables"]]}


def fund(ann: Customer, address: str = PAYER, chain: str = AMOY) -> None:
    ann.world.chain.send(chain, (Output(FAUCET, address, Money.of("10", USDC)),))


@plays(
    "POST /v1/transfers/{id}/transfer_intent",
    "POST /v1/transfer_intents/submit",
    "GET /v1/transfer_intents/{id}",
)
async def test_a_signed_intent_pays_the_transfer() -> None:
    async with scenario() as ann:
        intent = await intent_of(ann)
        assert intent["id"].startswith("ti_")
        assert (intent["sender"], intent["amountIn"]) == (f"evm:{PAYER}", "10.00")
        assert (intent["tokenIn"], intent["networkIdIn"]) == ("USDC", "polygon")
        (address,) = intent["to"]
        kinds = [each["payload"]["value"]["primaryType"] for each in intent["signables"]]
        assert (kinds, intent["to"][address]) == (["Permit", "PayoutIntent"], "10.00")
        transfer_id, _, step = intent["reference"].partition(":")
        assert step == "deposit"
        path = f"/v1/transfers/{transfer_id}"
        assert await ann.post(f"{path}/transfer_intent") == intent
        assert await ann.get(f"/v1/transfer_intents/{intent['id']}") == intent
        fund(ann)
        done = await ann.post(SUBMIT, signed(intent))
        assert (done["id"], done["status"]) == (intent["id"], "payment_submitted")
        (sent,) = ann.world.chain.transaction(done["txHashIn"])
        assert (sent.source, sent.destination, sent.amount.decimal) == (PAYER, address, "10.000000")
        ann.world.clock.advance(60)
        assert (await ann.get(path))["status"] == "payment_processed"
        again = await ann.refused("POST", SUBMIT, signed(intent))
        assert again == (400, "err_transfer_intent_already_completed")


async def test_an_intent_pays_from_solana_too() -> None:
    async with scenario() as ann:
        intent = await intent_of(ann, f"solana:{SOLANA}", "solana")
        fund(ann, SOLANA, "SOL-DEVNET")
        await ann.post(SUBMIT, signed(intent))
        ann.world.clock.advance(60)
        (transfer,) = (await ann.get("/v1/transfers"))["items"]
        assert transfer["status"] == "payment_processed"


async def test_what_is_wrong_with_an_intent_pays_nothing() -> None:
    async with scenario() as ann:
        intent = await intent_of(ann)
        good = signed(intent)
        poor = await ann.refused("POST", SUBMIT, good)
        assert poor == (400, "err_insufficient_balance")
        fund(ann)
        for change, code in (
            ({"token": "other"}, "err_transfer_intent_invalid_token"),
            ({"reference": "tf_0:deposit"}, "err_transfer_intent_has_different_id"),
            ({"signables": good["signables"][:1]}, "err_transfer_intent_failure"),
            ({"signables": intent["signables"]}, "err_transfer_intent_failure"),
        ):
            assert await ann.refused("POST", SUBMIT, good | change) == (400, code)
        unknown = await ann.refused("POST", SUBMIT, good | {"id": "ti_0"})
        assert unknown == (404, "err_transfer_intent_not_found")
        assert ann.world.chain.balance(AMOY, PAYER).decimal == "10.000000"


async def test_an_intent_is_for_crypto_that_is_still_awaited() -> None:
    async with scenario(transfer_validity_s=300.0) as ann:
        await ann.onboard()
        request = {
            "quote": (await ann.quote("100", source="ach", target="polygon"))["token"],
            "recipient": await ann.recipient({"schema": "evm", "address": PAYER}),
        }
        banked = await ann.post("/v1/transfers", request)
        path = f"/v1/transfers/{banked['id']}/transfer_intent"
        assert await ann.refused("POST", path) == (400, "err_transfer_intent_should_be_crypto")
        intent = await intent_of(ann, "0x" + "cd" * 20)
        fund(ann, "0x" + "cd" * 20)
        ann.world.clock.advance(301)
        late = await ann.refused("POST", SUBMIT, signed(intent))
        assert late == (400, "err_transfer_intent_already_completed")
        transfer_id = intent["reference"].removesuffix(":deposit")
        path = f"/v1/transfers/{transfer_id}/transfer_intent"
        assert await ann.refused("POST", path) == (422, "err_transfer_not_awaiting_funds")
