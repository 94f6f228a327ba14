"""Quotes and transfers at the sandbox off-ramp, over HTTP."""

from __future__ import annotations

from typing import Any

from domain.money import USD, Money
from sandbox.bank import BankAccount
from sandbox.due.settings import Fee
from tests.sandbox.due_conservation import assert_conserved
from tests.sandbox.due_customer import AMOY, BANK, FIRM, PAYER, Customer, customer

WALK = ["awaiting_funds", "funds_received", "approved", "payment_submitted", "payment_processed"]


async def test_a_paid_transfer_settles_net_of_the_fee_before_it_says_so() -> None:
    async with customer() as ann:
        endpoint = await ann.post("/v1/webhook_endpoints", {"url": ann.hook_url})
        await ann.onboard()
        transfer, address = await ann.offramp("150.00")
        again = await ann.post(f"/v1/transfers/{transfer['id']}/funding_address")
        assert again["details"] == {"schema": "evm", "address": address}
        ann.pay_on_chain(address, "150.00")
        done = await ann.until(f"/v1/transfers/{transfer['id']}", "payment_processed")
        (payment,) = ann.firm_received
        assert (payment.amount, payment.memo) == (Money.of("147.50", USD), "dep-42")
        assert done["destination"]["amount"] == "147.50"
        assert done["destination"]["totalFee"] == "2.50"
        await ann.wait_for(lambda: len(ann.inbox.messages) == 7, "seven webhooks")
        events = ann.inbox.opened(endpoint["publicKey"])
        changes = [event for event in events if event["type"] == "transfer.status_changed"]
        changes.sort(key=lambda event: event["occurredAt"])
        assert [event["data"]["status"] for event in changes] == WALK
        assert changes[-1]["data"] == done
        assert_conserved(ann.books(), on_chain="150.000000")


async def test_a_quote_serves_one_transfer() -> None:
    async with customer() as ann:
        await ann.onboard()
        wallet = await ann.post("/v1/wallets", {"address": PAYER})
        token = (await ann.quote("10"))["token"]
        request = {"quote": token, "sender": wallet["id"]}
        status, error = await ann.call("POST", "/v1/transfers", request)
        assert (status, error["code"]) == (400, "err_recipient_required")
        request["recipient"] = await ann.recipient(BANK)
        transfer = await ann.post("/v1/transfers", request)
        status, error = await ann.call("POST", "/v1/transfers", request)
        assert (status, error["code"]) == (400, "err_token_invalid")
        listed = await ann.get("/v1/transfers", limit="1")
        assert listed == {"items": [transfer], "next": None}


async def test_a_quote_expires_after_two_minutes_and_an_unpaid_transfer_after_five() -> None:
    async with customer(speed=20.0, quote_validity_s=120.0, transfer_validity_s=300.0) as ann:
        await ann.onboard()
        transfer, address = await ann.offramp("10")
        token = (await ann.quote("10"))["token"]
        ann.world.clock.advance(121)
        request = {"quote": token, "sender": "wlt_1", "recipient": "rcp_1"}
        status, error = await ann.call("POST", "/v1/transfers", request)
        assert (status, error["message"]) == (400, "The quote has expired")
        ann.world.clock.advance(180)
        path = f"/v1/transfers/{transfer['id']}"
        await ann.until(path, "failed")
        status, error = await ann.call("POST", f"{path}/funding_address")
        assert (status, error["code"]) == (422, "err_transfer_not_awaiting_funds")
        ann.pay_on_chain(address, "10")
        await ann.until(path, "manual_review")


async def test_an_underpaid_transfer_waits_for_a_person_who_can_send_the_money_back() -> None:
    async with customer() as ann:
        await ann.onboard()
        transfer, address = await ann.offramp("10")
        ann.pay_on_chain(address, "9.999999")
        path = f"/v1/transfers/{transfer['id']}"
        await ann.until(path, "manual_review")
        assert ann.books()["usdc"]["in_process"] == "9.999999"
        assert_conserved(ann.books(), on_chain="9.999999")
        await ann.post(f"/dev/transfers/{transfer['id']}/refund")
        await ann.until(path, "refund_processed")
        assert ann.world.chain.balance(AMOY, PAYER).decimal == "9.999999"
        assert_conserved(ann.books(), on_chain="0.000000")
        assert ann.firm_received == []


async def test_a_second_payment_is_set_aside() -> None:
    async with customer() as ann:
        await ann.onboard()
        transfer, address = await ann.offramp("10")
        ann.pay_on_chain(address, "10")
        await ann.until(f"/v1/transfers/{transfer['id']}", "payment_processed")
        ann.pay_on_chain(address, "10")
        await ann.wait_for(
            lambda: ann.books()["usdc"]["unallocated"] == "10.000000", "the second payment"
        )
        assert_conserved(ann.books(), on_chain="20.000000")


async def test_a_payment_that_bounces_ends_the_transfer() -> None:
    async with customer() as ann:
        await ann.onboard()
        wallet = await ann.post("/v1/wallets", {"address": PAYER})
        request = {
            "quote": (await ann.quote("10.123456"))["token"],
            "sender": wallet["id"],
            "recipient": await ann.recipient(BANK | {"accountNumber": "404"}),
        }
        transfer = await ann.post("/v1/transfers", request)
        assert transfer["source"]["amount"] == "10.123456"
        assert transfer["destination"]["amount"] == "7.62"
        funding = await ann.post(f"/v1/transfers/{transfer['id']}/funding_address")
        ann.pay_on_chain(funding["details"]["address"], "10.123456")
        await ann.until(f"/v1/transfers/{transfer['id']}", "failed")
        assert_conserved(ann.books(), on_chain="10.123456")


async def quote_error(ann: Customer, source: dict[str, Any], target: dict[str, Any]) -> str:
    body = {"source": source, "destination": target}
    status, error = await ann.call("POST", "/v1/transfers/quote", body)
    assert status == 400
    return str(error["code"])


async def test_a_quote_names_its_limits() -> None:
    async with customer() as ann:
        await ann.onboard()
        crypto, bank = {"rail": "polygon", "currency": "USDC"}, {"rail": "ach", "currency": "USD"}
        assert await quote_error(ann, crypto, bank) == "err_quote_no_amount"
        low = crypto | {"amount": "0.999999"}
        assert await quote_error(ann, low, bank) == "err_quote_limit_below_minimum"
        below_fee = crypto | {"amount": "2.50"}
        assert await quote_error(ann, below_fee, bank) == "err_quote_limit_below_fee"
        high = crypto | {"amount": "1000001"}
        assert await quote_error(ann, high, bank) == "err_quote_limit_exceeded"
        unknown = crypto | {"rail": "carrier pigeon"}
        assert await quote_error(ann, unknown, bank) == "err_channel_not_found"
        body = {"source": crypto, "destination": bank | {"amount": "100"}}
        wanted = await ann.post("/v1/transfers/quote", body)
        assert (wanted["source"]["amount"], wanted["destination"]["amount"]) == ("102.50", "100.00")


async def test_basis_points_are_rounded_up_and_the_amounts_add_up_from_either_side() -> None:
    async with customer(fee_to_usd=Fee(Money.of("1", USD), bps=50)) as ann:
        await ann.onboard()
        paid = await ann.quote("33.33")
        assert (paid["destination"]["fee"], paid["destination"]["amount"]) == ("1.17", "32.16")
        source, target = {"rail": "base", "currency": "USDC"}, {"rail": "ach", "currency": "USD"}
        body = {"source": source, "destination": target | {"amount": "32.16"}}
        wanted = await ann.post("/v1/transfers/quote", body)
        assert (wanted["source"]["amount"], wanted["destination"]["fee"]) == ("33.33", "1.17")


async def test_solana_has_no_funding_addresses() -> None:
    async with customer() as ann:
        await ann.onboard()
        wallet = await ann.post("/v1/wallets", {"address": f"solana:{'5' * 44}"})
        request = {
            "quote": (await ann.quote("10", source="solana"))["token"],
            "sender": wallet["id"],
            "recipient": await ann.recipient(BANK),
        }
        transfer = await ann.post("/v1/transfers", request)
        status, error = await ann.call("POST", f"/v1/transfers/{transfer['id']}/funding_address")
        assert (status, error["code"]) == (400, "err_channel_does_not_support_disposable_account")


async def test_dollars_paid_with_the_memo_arrive_as_usdc() -> None:
    async with customer() as ann:
        await ann.onboard()
        target = "0x" + "cd" * 20
        request = {
            "quote": (await ann.quote("100", source="ach", target="polygon"))["token"],
            "recipient": await ann.recipient({"schema": "evm", "address": target}),
        }
        transfer = await ann.post("/v1/transfers", request)
        instructions = transfer["transferInstructions"]
        details = instructions["details"]
        ann.world.bank.pay(
            source=FIRM,
            destination=BankAccount(details["routingNumber"], details["accountNumber"]),
            amount=Money.of("100", USD),
            memo=instructions["memo"],
            reference="w-1",
            delay_s=1,
        )
        done = await ann.until(f"/v1/transfers/{transfer['id']}", "payment_processed")
        assert ann.world.chain.balance(AMOY, target).decimal == "99.500000"
        confirmation = done["destination"]["confirmation"]
        assert (confirmation["network"], confirmation["eventIdx"]) == ("polygon", 0)
        assert confirmation["hash"] == ann.world.chain.transfers[-1].tx_hash
        assert_conserved(ann.books(), on_chain="0.000000")
