"""Virtual accounts at the sandbox off-ramp, in plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from domain.money import USD, Money
from sandbox.bank import BankAccount
from tests.sandbox.due_customer import AMOY, BANK, FIRM, PAYER, Customer, scenario
from tests.sandbox.due_endpoints import plays

PATH = "/v1/virtual_accounts"


async def instruction(ann: Customer, schema: str = "evm", reference: str = "va-1") -> Any:
    return {
        "destination": await ann.recipient(BANK),
        "schemaIn": schema,
        "currencyIn": "USDC",
        "railOut": "ach",
        "currencyOut": "USD",
        "reference": reference,
    }


async def the_transfer(ann: Customer) -> Any:
    ann.world.clock.advance(60)
    (transfer,) = (await ann.get("/v1/transfers"))["items"]
    return transfer


@plays(
    "POST /v1/virtual_accounts",
    "GET /v1/virtual_accounts",
    "GET /v1/virtual_accounts/list",
    "GET /v1/virtual_accounts/{key}",
)
async def test_an_account_is_made_once_for_a_reference_and_found_by_what_it_says() -> None:
    async with scenario() as ann:
        await ann.onboard()
        wanted = await instruction(ann)
        made = await ann.post(PATH, wanted)
        assert {name: made[name] for name in wanted} == wanted
        assert (made["walletId"], made["isActive"], made["memo"]) == (None, True, None)
        assert made["details"]["schema"] == "evm"
        assert (made["applicationFeeBps"], made["applicationFeeAmount"]) == (0, "0")
        assert await ann.post(PATH, wanted) == made
        other = await ann.post(PATH, await instruction(ann, "solana", "va-2"))
        assert await ann.get(f"{PATH}/{made['key']}") == made
        assert await ann.get(PATH, reference="va-1") == [made]
        assert await ann.get(PATH, reference="va-1", schemaIn="solana") == []
        assert await ann.get(f"{PATH}/list", schemaIn="solana") == [other]
        assert await ann.get(f"{PATH}/list") == [made, other]
        conflict = await ann.refused("POST", PATH, wanted | {"schemaIn": "solana"})
        assert conflict == (409, "err_virtual_account_reference_conflict")
        unknown = await ann.refused("GET", f"{PATH}/none")
        assert unknown == (404, "err_virtual_account_not_found")


@pytest.mark.parametrize(("schema", "chain"), [("evm", AMOY), ("solana", "SOL-DEVNET")])
async def test_each_payment_in_crypto_is_a_transfer_of_its_own(schema: str, chain: str) -> None:
    async with scenario() as ann:
        await ann.onboard()
        made = await ann.post(PATH, await instruction(ann, schema))
        ann.pay_on_chain(made["details"]["address"], "20.001234", chain=chain)
        done = await the_transfer(ann)
        assert done["status"] == "payment_processed"
        assert done["source"]["virtualAccountId"] == made["id"]
        assert (done["source"]["amount"], done["destination"]["amount"]) == ("20.001234", "17.50")
        assert done["expiresAt"] is None
        ann.pay_on_chain(made["details"]["address"], "5", chain=chain)
        ann.world.clock.advance(60)
        assert len((await ann.get("/v1/transfers"))["items"]) == 2
        assert [payment.amount.decimal for payment in ann.firm_received] == ["17.50", "2.50"]


async def test_dollars_may_come_at_any_hour_and_become_usdc() -> None:
    async with scenario() as ann:
        await ann.onboard()
        wallet = await ann.post("/v1/wallets", {"address": PAYER})
        body = {
            "destination": wallet["id"],
            "schemaIn": "bank_us",
            "currencyIn": "USD",
            "railOut": "polygon",
            "currencyOut": "USDC",
            "reference": "wd-1",
        }
        made = await ann.post(PATH, body)
        assert made["walletId"] == wallet["id"]
        ann.world.clock.advance(3 * 24 * 3600)
        details = made["details"]
        ann.world.bank.pay(
            source=FIRM,
            destination=BankAccount(details["routingNumber"], details["accountNumber"]),
            amount=Money.of("25.00", USD),
            memo="",
            reference="w-1",
            delay_s=1,
        )
        done = await the_transfer(ann)
        assert done["status"] == "payment_processed"
        assert ann.world.chain.balance(AMOY, PAYER).decimal == "24.500000"


@plays("POST /v1/virtual_accounts/{key}")
async def test_the_platforms_fee_of_an_account_is_set_later_and_charged() -> None:
    async with scenario() as ann:
        await ann.onboard()
        made = await ann.post(PATH, await instruction(ann))
        path = f"{PATH}/{made['key']}"
        fees = {"applicationFeeBps": 100, "applicationFeeAmount": "0.50"}
        assert await ann.post(path, fees) == made | fees
        ann.pay_on_chain(made["details"]["address"], "50")
        done = await the_transfer(ann)
        assert done["source"]["applicationFee"] == "1.00"
        assert done["destination"]["amount"] == "46.50"
        assert ann.books()["usdc"]["charged_in"] == "1.000000"


async def test_what_cannot_be_converted_is_set_aside() -> None:
    async with scenario() as ann:
        await ann.onboard()
        made = await ann.post(PATH, await instruction(ann))
        ann.pay_on_chain(made["details"]["address"], "0.5")
        ann.world.clock.advance(60)
        assert ann.books()["usdc"]["unallocated"] == "0.500000"
        await ann.post(f"{PATH}/{made['key']}", {"isActive": False})
        assert await ann.get(f"{PATH}/list", isActive="true") == []
        ann.pay_on_chain(made["details"]["address"], "10")
        ann.world.clock.advance(60)
        assert ann.books()["usdc"]["unallocated"] == "10.500000"
        assert (await ann.get("/v1/transfers"))["items"] == []


async def test_details_may_come_later_and_are_told() -> None:
    async with scenario(virtual_account_delay_s=20.0) as ann:
        await ann.onboard()
        endpoint = await ann.post("/v1/webhook_endpoints", {"url": ann.hook_url})
        made = await ann.post(PATH, await instruction(ann))
        assert made["details"] is None
        ann.world.clock.advance(20)
        later = await ann.get(f"{PATH}/{made['key']}")
        assert later["details"]["schema"] == "evm"
        await ann.wait_for(lambda: ann.inbox.messages, "virtual_account.updated")
        (event,) = ann.inbox.opened(endpoint["publicKey"])
        assert (event["type"], event["data"]) == ("virtual_account.updated", later)


@plays("POST /dev/payin", "POST /dev/v1/payin", "POST /dev/merge/v1/payin")
async def test_the_sandbox_makes_money_arrive_from_outside() -> None:
    async with scenario() as ann:
        await ann.onboard()
        made = await ann.post(PATH, await instruction(ann))
        body = {"rail": "base", "currency": "USDC", "amount": "12", "recipient": made["details"]}
        for number, path in enumerate(("/dev/payin", "/dev/v1/payin", "/dev/merge/v1/payin")):
            assert await ann.post(path, body) == {}
            ann.world.clock.advance(60)
            found = (await ann.get("/v1/transfers"))["items"]
            assert len(found) == number + 1
            assert (found[0]["source"]["rail"], found[0]["status"]) == ("base", "payment_processed")


async def test_an_account_that_converts_nothing_is_refused() -> None:
    async with scenario() as ann:
        await ann.onboard()
        good = await instruction(ann)
        for change, refusal in (
            ({"currencyIn": "USD"}, (400, "err_channel_not_found")),
            ({"railOut": "polygon", "currencyOut": "USDC"}, (400, "err_channel_not_found")),
            ({"schemaIn": "bank_moon"}, (422, "err_validation")),
            ({"destination": "rcp_0"}, (400, "err_transfer_invalid_destination_id")),
            ({"reference": ""}, (422, "err_validation")),
        ):
            assert await ann.refused("POST", PATH, good | change) == refusal
        assert await ann.get(f"{PATH}/list") == []
