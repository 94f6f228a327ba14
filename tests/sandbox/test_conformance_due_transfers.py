"""Quotes, transfers and their endings at the sandbox off-ramp, in plain HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.money import USD, Money
from sandbox.bank import BankAccount
from tests.sandbox.due_customer import AMOY, BANK, FIRM, PAYER, Customer, scenario
from tests.sandbox.due_endpoints import plays

CRYPTO, BANKED = {"rail": "polygon", "currency": "USDC"}, {"rail": "ach", "currency": "USD"}
EXACT = {"quote_validity_s": 120.0, "transfer_validity_s": 300.0}
WALK = ["awaiting_funds", "funds_received", "approved", "payment_submitted", "payment_processed"]


async def status_of(ann: Customer, transfer: Any) -> str:
    return str((await ann.get(f"/v1/transfers/{transfer['id']}"))["status"])


async def paid(ann: Customer, amount: str, received: str) -> Any:
    """A transfer of ``amount`` into which ``received`` was paid."""
    await ann.onboard()
    transfer, address = await ann.offramp(amount)
    ann.pay_on_chain(address, received)
    ann.world.clock.advance(8)
    return transfer


async def onramp(ann: Customer, amount: str) -> Any:
    request = {
        "quote": (await ann.quote(amount, source="ach", target="polygon"))["token"],
        "recipient": await ann.recipient({"schema": "evm", "address": PAYER}),
    }
    return await ann.post("/v1/transfers", request)


def wire(ann: Customer, transfer: Any, amount: str) -> None:
    """Dollars from the firm's bank account with the memo that they must carry."""
    instructions = transfer["transferInstructions"]
    details = instructions["details"]
    ann.world.bank.pay(
        source=FIRM,
        destination=BankAccount(details["routingNumber"], details["accountNumber"]),
        amount=Money.of(amount, USD),
        memo=instructions["memo"],
        reference=f"wire-{transfer['id']}",
        delay_s=1,
    )
    ann.world.clock.advance(1)


@plays("POST /v1/transfers/quote", "POST /v1/transfers/estimate")
async def test_a_quote_is_the_documents_own_sample() -> None:
    async with scenario(**EXACT) as ann:
        await ann.onboard()
        sides = {
            "source": CRYPTO | {"amount": "150.00"},
            "destination": BANKED | {"amount": "0"},
        }
        before = ann.world.clock.now()
        quote = await ann.post("/v1/transfers/quote", sides)
        assert quote["token"].startswith("eyJ")
        assert datetime.fromisoformat(quote["expiresAt"]) == before + timedelta(minutes=2)
        nothing = {"fee": "0.00", "applicationFee": "0", "totalFee": "0.00"}
        fee = {"fee": "2.50", "applicationFee": "0", "totalFee": "2.50"}
        assert quote["source"] == CRYPTO | {"amount": "150.00"} | nothing
        assert quote["destination"] == BANKED | {"amount": "147.50"} | fee
        assert (quote["fxRate"], quote["fxMarkup"]) == (1, 0)
        estimate = await ann.post("/v1/transfers/estimate", sides)
        assert estimate == {
            name: value for name, value in quote.items() if name not in {"token", "expiresAt"}
        }


async def test_a_platform_charges_its_own_fee_on_one_side() -> None:
    async with scenario() as ann:
        await ann.onboard()

        async def quote(source: Any, destination: Any) -> Any:
            body = {"source": CRYPTO | source, "destination": BANKED | destination}
            return await ann.post("/v1/transfers/quote", body)

        charged = await quote({"amount": "100", "applicationFeeAmount": "1"}, {})
        assert charged["source"]["applicationFee"] == "1.00"
        assert charged["destination"]["amount"] == "96.50"
        charged = await quote({"amount": "100"}, {"applicationFeeBps": 100})
        assert charged["destination"]["applicationFee"] == "1.00"
        assert charged["destination"]["totalFee"] == "3.50"
        wanted = await quote({"applicationFeeBps": 100}, {"amount": "96.50"})
        assert (wanted["source"]["amount"], wanted["source"]["totalFee"]) == ("100.00", "1.00")
        for source, destination, code in (
            ({"applicationFeeBps": 1}, {"applicationFeeBps": 1}, "both_sides"),
            ({"applicationFeeBps": 10_000}, {}, "invalid"),
        ):
            body = {"source": CRYPTO | source, "destination": BANKED | destination}
            refused = await ann.refused("POST", "/v1/transfers/quote", body)
            assert refused == (400, f"err_quote_application_fee_{code}")


async def test_what_a_platform_charged_is_kept_apart() -> None:
    async with scenario() as ann:
        await ann.onboard()
        sides = {
            "source": CRYPTO | {"amount": "100", "applicationFeeBps": 50},
            "destination": BANKED,
        }
        quote = await ann.post("/v1/transfers/quote", sides)
        wallet = await ann.post("/v1/wallets", {"address": PAYER})
        request = {
            "quote": quote["token"],
            "sender": wallet["id"],
            "recipient": await ann.recipient(BANK),
        }
        transfer = await ann.post("/v1/transfers", request)
        funding = await ann.post(f"/v1/transfers/{transfer['id']}/funding_address")
        ann.pay_on_chain(funding["details"]["address"], "100")
        ann.world.clock.advance(60)
        assert await status_of(ann, transfer) == "payment_processed"
        assert [payment.amount.decimal for payment in ann.firm_received] == ["97.00"]
        assert ann.books()["usdc"]["charged_in"] == "0.500000"


@plays(
    "POST /v1/transfers",
    "GET /v1/transfers/{id}",
    "GET /v1/transfers",
    "POST /v1/transfers/{id}/funding_address",
)
async def test_a_transfer_walks_through_its_states_and_the_money_arrives_first() -> None:
    async with scenario(**EXACT) as ann:
        endpoint = await ann.post("/v1/webhook_endpoints", {"url": ann.hook_url})
        await ann.onboard()
        created = ann.world.clock.now()
        transfer, address = await ann.offramp("150.00")
        assert transfer["id"].startswith("tf_")
        assert transfer["status"] == "awaiting_funds"
        assert transfer["transferInstructions"] == {"kind": "TransferIntent"}
        assert datetime.fromisoformat(transfer["expiresAt"]) == created + timedelta(minutes=5)
        assert transfer["source"]["details"] == {"schema": "evm", "address": PAYER}
        assert transfer["destination"]["details"] == BANK
        assert transfer["destination"]["memo"] == "dep-42"
        path = f"/v1/transfers/{transfer['id']}"
        assert await ann.get(path) == transfer
        again = await ann.post(f"{path}/funding_address")
        assert again["details"] == {"schema": "evm", "address": address}
        ann.pay_on_chain(address, "150.00")
        seen = [await status_of(ann, transfer)]
        for _ in range(60):
            ann.world.clock.advance(0.5)
            if (status := await status_of(ann, transfer)) != seen[-1]:
                seen.append(status)
                assert (status == "payment_processed") == bool(ann.firm_received)
        assert seen == WALK
        done = await ann.get(path)
        assert done["destination"]["confirmation"]["kind"] == "bank"
        assert await ann.get("/v1/transfers") == {"items": [done], "next": None}
        await ann.wait_for(lambda: len(ann.inbox.messages) == 7, "seven webhooks")
        events = ann.inbox.opened(endpoint["publicKey"])
        told = {
            event["data"]["status"]
            for event in events
            if event["type"] == "transfer.status_changed"
        }
        assert told == set(WALK)


async def test_a_quote_is_used_once_and_no_later_than_after_two_minutes() -> None:
    async with scenario(**EXACT) as ann:
        await ann.onboard()
        first, _ = await ann.offramp("10")
        (wallet,) = await ann.get("/v1/wallets")
        request = {"sender": wallet["id"], "recipient": first["destination"]["id"]}
        token = (await ann.quote("10"))["token"]
        ann.world.clock.advance(119)
        await ann.post("/v1/transfers", request | {"quote": token})
        used = await ann.refused("POST", "/v1/transfers", request | {"quote": token})
        assert used == (400, "err_token_invalid")
        token = (await ann.quote("10"))["token"]
        ann.world.clock.advance(121)
        expired = await ann.refused("POST", "/v1/transfers", request | {"quote": token})
        assert expired == (400, "err_token_invalid")


async def test_a_transfer_that_nobody_pays_fails_after_five_minutes() -> None:
    async with scenario(**EXACT) as ann:
        await ann.onboard()
        transfer, address = await ann.offramp("10")
        ann.world.clock.advance(299)
        assert await status_of(ann, transfer) == "awaiting_funds"
        ann.world.clock.advance(2)
        assert await status_of(ann, transfer) == "failed"
        path = f"/v1/transfers/{transfer['id']}/funding_address"
        assert await ann.refused("POST", path) == (422, "err_transfer_not_awaiting_funds")
        ann.pay_on_chain(address, "10")
        ann.world.clock.advance(10)
        assert await status_of(ann, transfer) == "manual_review"
        assert ann.firm_received == []


@plays("POST /dev/transfers/{id}/approve", "POST /dev/transfers/{id}/cancel")
async def test_too_much_waits_for_a_person_who_converts_it_or_gives_it_up() -> None:
    async with scenario() as ann:
        transfer = await paid(ann, "10", "10.50")
        assert await status_of(ann, transfer) == "manual_review"
        approved = await ann.post(f"/dev/transfers/{transfer['id']}/approve")
        assert (approved["source"]["amount"], approved["status"]) == ("10.50", "approved")
        ann.world.clock.advance(30)
        assert await status_of(ann, transfer) == "payment_processed"
        assert [payment.amount.decimal for payment in ann.firm_received] == ["8.00"]
        other, address = await ann.offramp("10")
        ann.pay_on_chain(address, "11")
        ann.world.clock.advance(8)
        await ann.post(f"/dev/transfers/{other['id']}/cancel")
        assert await status_of(ann, other) == "canceled"
        assert ann.books()["usdc"]["unallocated"] == "11.000000"


@plays("POST /dev/transfers/{id}/refund")
async def test_too_little_is_sent_back_to_where_it_came_from() -> None:
    async with scenario() as ann:
        transfer = await paid(ann, "10", "9.999999")
        assert await status_of(ann, transfer) == "manual_review"
        await ann.post(f"/dev/transfers/{transfer['id']}/refund")
        assert await status_of(ann, transfer) == "refund_submitted"
        ann.world.clock.advance(10)
        assert await status_of(ann, transfer) == "refund_processed"
        assert ann.world.chain.balance(AMOY, PAYER).decimal == "9.999999"
        again = await ann.refused("POST", f"/dev/transfers/{transfer['id']}/refund")
        assert again == (422, "err_transfer_not_in_review")


async def test_dollars_of_another_amount_go_back_to_the_bank_they_came_from() -> None:
    async with scenario() as ann:
        await ann.onboard()
        transfer = await onramp(ann, "100")
        wire(ann, transfer, "99.99")
        assert await status_of(ann, transfer) == "manual_review"
        await ann.post(f"/dev/transfers/{transfer['id']}/refund")
        ann.world.clock.advance(10)
        assert await status_of(ann, transfer) == "refund_processed"
        assert [payment.amount.decimal for payment in ann.firm_received] == ["99.99"]
        assert ann.books()["usd"]["refunded"] == "99.99"


@plays("POST /dev/transfers/{id}/hold", "POST /dev/transfers/{id}/fail")
async def test_a_person_may_hold_or_fail_what_is_on_its_way() -> None:
    async with scenario() as ann:
        transfer = await paid(ann, "10", "10")
        assert await status_of(ann, transfer) == "funds_received"
        path = f"/dev/transfers/{transfer['id']}"
        await ann.post(f"{path}/hold")
        ann.world.clock.advance(30)
        assert await status_of(ann, transfer) == "manual_review"
        await ann.post(f"{path}/fail")
        assert await status_of(ann, transfer) == "failed"
        assert ann.books()["usdc"]["unallocated"] == "10.000000"
        over = await ann.refused("POST", f"{path}/fail")
        assert over == (422, "err_transfer_not_under_way")
        assert await ann.refused("POST", f"{path}/hold") == over


@pytest.mark.parametrize(
    ("memo", "end"), [("sandbox-review 1", "manual_review"), ("sandbox-fail 1", "failed")]
)
async def test_a_magic_memo_decides_how_a_transfer_goes_on(memo: str, end: str) -> None:
    async with scenario() as ann:
        await ann.onboard()
        wallet = await ann.post("/v1/wallets", {"address": PAYER})
        request = {
            "quote": (await ann.quote("10"))["token"],
            "sender": wallet["id"],
            "recipient": await ann.recipient(BANK),
            "memo": memo,
            "purposeCode": "investment",
        }
        transfer = await ann.post("/v1/transfers", request)
        assert transfer["destination"]["purposeCode"] == "investment"
        funding = await ann.post(f"/v1/transfers/{transfer['id']}/funding_address")
        ann.pay_on_chain(funding["details"]["address"], "10")
        ann.world.clock.advance(30)
        assert await status_of(ann, transfer) == end
        assert ann.firm_received == []


async def test_dollars_with_the_memo_become_usdc_and_dollars_without_are_set_aside() -> None:
    async with scenario() as ann:
        await ann.onboard()
        transfer = await onramp(ann, "100")
        assert transfer["transferInstructions"]["kind"] == "details"
        lost = transfer["transferInstructions"] | {"memo": "nobody"}
        wire(ann, transfer | {"transferInstructions": lost, "id": "0"}, "100")
        assert await status_of(ann, transfer) == "awaiting_funds"
        wire(ann, transfer, "100")
        ann.world.clock.advance(30)
        done = await ann.get(f"/v1/transfers/{transfer['id']}")
        assert done["status"] == "payment_processed"
        assert ann.world.chain.balance(AMOY, PAYER).decimal == "99.500000"
        assert done["destination"]["confirmation"]["network"] == "polygon"
        assert ann.books()["usd"]["unallocated"] == "100.00"


async def test_transfers_come_in_pages_that_end_by_order_and_date() -> None:
    async with scenario() as ann:
        await ann.onboard()
        made = []
        for _ in range(3):
            transfer, _ = await ann.offramp("10")
            made.append(transfer["id"])
            ann.world.clock.advance(60)
        first = await ann.get("/v1/transfers", limit="2")
        second = await ann.get("/v1/transfers", limit="2", next=first["next"])
        ids = [each["id"] for each in first["items"] + second["items"]]
        assert (ids, second["next"]) == (made[::-1], None)
        since = (ann.world.clock.now() - timedelta(seconds=90)).isoformat()
        lately = await ann.get("/v1/transfers", startDate=since, order="asc")
        assert [each["id"] for each in lately["items"]] == [made[-1]]


async def test_a_transfer_needs_its_parties_and_refuses_those_of_others() -> None:
    async with scenario() as ann:
        account = await ann.open_account()
        ann.account_id = account["id"]
        token = (await ann.quote("10"))["token"]
        path, request = "/v1/transfers", {"quote": token}
        assert await ann.refused("POST", path, request) == (400, "err_kyc_not_passed")
        await ann.onboard()
        bank = await ann.recipient(BANK)
        request = {"quote": (await ann.quote("10"))["token"], "recipient": bank}
        assert await ann.refused("POST", path, request) == (400, "err_account_no_wallets")
        wallet = await ann.post("/v1/wallets", {"address": PAYER})
        request["sender"] = "wlt_0"
        assert await ann.refused("POST", path, request) == (400, "err_transfer_invalid_sender_id")
        request |= {"sender": wallet["id"], "recipient": "rcp_0"}
        invalid = await ann.refused("POST", path, request)
        assert invalid == (400, "err_transfer_invalid_destination_id")
        request["recipient"] = await ann.recipient({"schema": "evm", "address": PAYER})
        assert await ann.refused("POST", path, request) == (400, "err_rail_schema_unsupported")
        await ann.call("DELETE", f"/v1/recipients/{bank}")
        request["recipient"] = bank
        assert await ann.refused("POST", path, request) == (400, "err_recipient_deleted")
        request |= {"recipient": await ann.recipient(BANK), "memo": "x" * 141}
        assert await ann.refused("POST", path, request) == (400, "err_memo_invalid_length")
        transfer = await ann.post(path, request | {"memo": "x" * 140})
        await ann.onboard()
        theirs = await ann.refused("GET", f"{path}/{transfer['id']}")
        assert theirs == (404, "err_transfer_not_found")
