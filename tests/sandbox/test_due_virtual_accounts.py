"""Virtual accounts and webhook endpoints at the sandbox off-ramp, over HTTP."""

from __future__ import annotations

from typing import Any

from domain.money import USD, Money
from sandbox.bank import BankAccount
from tests.sandbox.due_conservation import assert_conserved
from tests.sandbox.due_customer import AMOY, BANK, FIRM, PAYER, Customer, customer


async def offramp_account(ann: Customer, schema: str, reference: str = "va-1") -> Any:
    return await ann.post(
        "/v1/virtual_accounts",
        {
            "destination": await ann.recipient(BANK),
            "schemaIn": schema,
            "currencyIn": "USDC",
            "railOut": "ach",
            "currencyOut": "USD",
            "reference": reference,
        },
    )


async def onramp_account(ann: Customer) -> Any:
    wallet = await ann.post("/v1/wallets", {"address": PAYER})
    return await ann.post(
        "/v1/virtual_accounts",
        {
            "destination": wallet["id"],
            "schemaIn": "bank_us",
            "currencyIn": "USD",
            "railOut": "polygon",
            "currencyOut": "USDC",
            "reference": "wd-1",
        },
    )


async def only_transfer(ann: Customer, status: str) -> Any:
    (transfer,) = await ann.wait_for(lambda: ann.books()["transfers"], "a transfer")
    return await ann.until(f"/v1/transfers/{transfer['id']}", status)


async def test_dollars_to_a_virtual_account_arrive_as_usdc() -> None:
    async with customer() as ann:
        await ann.onboard()
        account = await onramp_account(ann)
        details = account["details"]
        ann.world.bank.pay(
            source=FIRM,
            destination=BankAccount(details["routingNumber"], details["accountNumber"]),
            amount=Money.of("25.00", USD),
            memo="",
            reference="w-1",
            delay_s=1,
        )
        done = await only_transfer(ann, "payment_processed")
        assert done["source"]["virtualAccountId"] == account["id"]
        assert ann.world.chain.balance(AMOY, PAYER).decimal == "24.500000"
        assert_conserved(ann.books(), on_chain="0.000000")


async def test_usdc_on_solana_to_a_virtual_account_arrives_as_dollars() -> None:
    async with customer() as ann:
        await ann.onboard()
        account = await offramp_account(ann, "solana")
        ann.pay_on_chain(account["details"]["address"], "20.001234", chain="SOL-DEVNET")
        done = await only_transfer(ann, "payment_processed")
        assert done["source"]["rail"] == "solana"
        (payment,) = ann.firm_received
        assert (payment.amount.decimal, payment.memo) == ("17.50", "va-1")
        assert ann.books()["usdc"]["rounding"] == "0.001234"
        assert_conserved(ann.books(), on_chain="20.001234")


async def test_too_little_is_set_aside() -> None:
    async with customer() as ann:
        await ann.onboard()
        account = await offramp_account(ann, "evm")
        ann.pay_on_chain(account["details"]["address"], "0.5")
        await ann.wait_for(lambda: ann.books()["usdc"]["unallocated"] == "0.500000", "set aside")
        assert ann.books()["transfers"] == []


async def test_a_reference_names_one_virtual_account() -> None:
    async with customer() as ann:
        await ann.onboard()
        account = await offramp_account(ann, "evm")
        assert await offramp_account(ann, "evm") == account
        other = await offramp_account(ann, "evm", "va-2")
        assert await ann.get("/v1/virtual_accounts", reference="va-1") == [account]
        assert await ann.get("/v1/virtual_accounts", reference="va-1", schemaIn="solana") == []
        assert await ann.get("/v1/virtual_accounts/list") == [account, other]
        assert await ann.get(f"/v1/virtual_accounts/{account['key']}") == account
        body = account | {"schemaIn": "solana"}
        assert (await ann.call("POST", "/v1/virtual_accounts", body))[0] == 409
        await ann.post(f"/v1/virtual_accounts/{other['key']}", {"isActive": False})
        assert await ann.get("/v1/virtual_accounts/list", isActive="true") == [account]


async def test_details_may_take_a_while() -> None:
    async with customer(virtual_account_delay_s=20.0) as ann:
        await ann.onboard()
        await ann.post("/v1/webhook_endpoints", {"url": ann.hook_url})
        account = await offramp_account(ann, "evm")
        assert account["details"] is None
        await ann.wait_for(lambda: ann.inbox.messages, "virtual_account.updated")
        later = await ann.get(f"/v1/virtual_accounts/{account['key']}")
        assert later["details"]["address"].startswith("0x")


async def test_money_can_be_paid_in_from_outside() -> None:
    async with customer() as ann:
        await ann.onboard()
        account = await offramp_account(ann, "evm")
        body = {"rail": "base", "currency": "USDC", "amount": "12"}
        recipient = {"recipient": account["details"]}
        assert await ann.post("/dev/payin", body | recipient) == {}
        done = await only_transfer(ann, "payment_processed")
        assert (done["source"]["rail"], done["destination"]["amount"]) == ("base", "9.50")


async def test_webhook_endpoints_are_managed_and_events_sent_again() -> None:
    async with customer() as ann:
        await ann.onboard()
        endpoint = await ann.post(
            "/v1/webhook_endpoints", {"url": ann.hook_url, "events": ["transfer.status_changed"]}
        )
        path = f"/v1/webhook_endpoints/{endpoint['id']}"
        body = {"url": ann.hook_url}
        assert (await ann.call("POST", "/v1/webhook_endpoints", body))[0] == 409
        assert await ann.get("/v1/webhook_endpoints") == [endpoint]
        assert "transfer.status_changed" in await ann.get("/v1/webhook_endpoints/events")
        await ann.offramp("10")
        await ann.wait_for(lambda: ann.inbox.messages, "the first message")
        (post,) = (await ann.get(f"{path}/events/"))["items"]
        await ann.post(f"{path}/events/{post['id']}/retry")
        await ann.wait_for(lambda: len(ann.inbox.messages) == 2, "the second message")
        assert ann.inbox.messages[0] == ann.inbox.messages[1]
        assert (await ann.post(path, {"enabled": False}))["enabled"] is False
        assert (await ann.call("DELETE", path))[0] == 200
        assert await ann.get("/v1/webhook_endpoints") == []
        for bad in ({"url": "nonsense"}, {"url": ann.hook_url, "events": ["no.such"]}):
            assert (await ann.call("POST", "/v1/webhook_endpoints", bad))[0] == 400
