"""Accounts, terms, KYC, wallets and recipients at the sandbox off-ramp, over HTTP."""

from __future__ import annotations

import pytest

from tests.sandbox.due_customer import BANK, PAYER, customer


async def test_an_account_becomes_active_when_kyc_passed_and_the_terms_are_accepted() -> None:
    async with customer() as ann:
        endpoint = await ann.post("/v1/webhook_endpoints", {"url": ann.hook_url})
        account = await ann.open_account(externalId="u-42")
        assert (account["status"], account["kyc"]["status"]) == ("onboarding", "pending")
        path = f"/v1/tos/{account['tos']['token']}"
        status, refused = await ann.call("POST", path, {})
        assert (status, refused["code"]) == (400, "err_tos_ip_address_required")
        accepted = await ann.post(path, {"ipAddress": "203.0.113.9"})
        assert accepted["status"] == "accepted"
        active = await ann.until(f"/v1/accounts/{account['id']}", "active")
        assert [entry["status"] for entry in active["statusLog"]] == ["onboarding", "active"]
        assert await ann.get("/v1/accounts/") == [active]
        await ann.wait_for(lambda: len(ann.inbox.messages) == 2, "two webhooks")
        events = ann.inbox.opened(endpoint["publicKey"])
        assert {event["type"] for event in events} == {"bp.tos_accepted", "bp.kyc.status_changed"}
        assert {event["data"]["id"] for event in events} == {account["id"]}


async def test_an_external_id_is_taken_once() -> None:
    async with customer() as ann:
        await ann.open_account(externalId="u-42")
        body = {"type": "individual", "name": "B", "email": "b@c.d", "country": "US"}
        status, error = await ann.call("POST", "/v1/accounts", body | {"externalId": "u-42"})
        assert (status, error["code"]) == (409, "err_account_external_id_conflict")


@pytest.mark.parametrize(
    ("name", "kyc"), [("Reject Me", "failed"), ("Action Jackson", "resubmission_required")]
)
async def test_a_reviewer_may_overrule_what_the_review_found(name: str, kyc: str) -> None:
    async with customer(kyc_delay_s=0.0) as ann:
        account = await ann.open_account(name=name)
        path = f"/v1/accounts/{account['id']}"
        await ann.wait_for(lambda: ann.books()["accounts"][0]["kyc"]["status"] == kyc, kyc)
        approve = f"/dev/sumsub/applicants/{account['id']}/approve"
        assert (await ann.post(approve))["kyc"]["status"] == "passed"
        assert (await ann.get(path))["status"] == "onboarding"
        assert (await ann.call("POST", approve))[0] == 409


async def test_failures_come_in_dues_envelope() -> None:
    async with customer(error_duplicates=True) as ann:
        status, error = await ann.call("GET", "/v1/accounts", headers={"Authorization": ""})
        assert (status, error["statusCode"], error["http_code"]) == (401, 401, 401)
        assert (await ann.call("GET", "/v1/nowhere"))[1]["statusCode"] == 404
        assert (await ann.call("DELETE", "/v1/accounts"))[1]["statusCode"] == 405
        assert (await ann.call("POST", "/v1/accounts", data=b"{"))[1]["statusCode"] == 400
        status, error = await ann.call("POST", "/v1/accounts", {"type": "individual"})
        assert (status, error["details"]) == (422, {"name": "required"})
        status, error = await ann.call("GET", "/v1/wallets", headers={"Due-Account-Id": "acct_0"})
        assert (status, error["error_code"]) == (404, "err_account_not_found")
        assert (await ann.call("GET", "/v1/wallets"))[0] == 400


async def test_a_wallet_belongs_to_one_account() -> None:
    async with customer() as ann:
        await ann.onboard()
        wallet = await ann.post("/v1/wallets", {"address": PAYER})
        assert wallet["address"] == f"evm:{PAYER}"
        same = {"address": "evm:0x" + "AB" * 20}
        assert await ann.post("/v1/wallets", same) == wallet
        assert await ann.get("/v1/wallets") == [wallet]
        ann.pay_on_chain(PAYER, "12.5")
        balances = (await ann.get(f"/v1/wallets/{wallet['id']}/balance"))["balances"]
        assert {"networkId": "polygon", "token": "USDC", "balance": "12.50"} in balances
        await ann.onboard()
        status, error = await ann.call("POST", "/v1/wallets", {"address": PAYER})
        assert (status, error["code"]) == (400, "err_user_address_taken")
        assert (await ann.call("POST", "/v1/wallets", {"address": "0x12"}))[0] == 400


async def test_recipients_are_one_for_the_same_details_and_come_in_pages() -> None:
    async with customer() as ann:
        await ann.onboard()
        first = await ann.recipient(BANK)
        assert await ann.recipient(BANK) == first
        others = [await ann.recipient(BANK | {"accountNumber": str(n)}) for n in range(3)]
        page = await ann.get("/v1/recipients", limit="3")
        assert [item["id"] for item in page["items"]] == others[::-1]
        page = await ann.get("/v1/recipients", limit="3", next=page["next"])
        assert ([item["id"] for item in page["items"]], page["next"]) == ([first], None)
        _, deleted = await ann.call("DELETE", f"/v1/recipients/{first}")
        assert deleted["isActive"] is False
        assert await ann.recipient(BANK) != first
        body = {"name": "Firm", "details": {"schema": "bank_us", "accountNumber": "1"}}
        status, error = await ann.call("POST", "/v1/recipients", body)
        assert (status, error["details"]) == (422, {"details.routingNumber": "required"})
