from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from domain.money import USD, Money
from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.sandbox.local_alpaca import OUTSIDE, LocalAlpaca, application, open_local_alpaca


@pytest.fixture
async def alpaca() -> AsyncIterator[LocalAlpaca]:
    async with open_local_alpaca() as opened:
        yield opened


async def test_an_account_becomes_active_and_its_email_is_taken(alpaca: LocalAlpaca) -> None:
    account = await alpaca.open_account()
    again = await alpaca.call("POST", "/v1/accounts", application("ADA@example.org"))
    assert again.status == 409
    steps = await alpaca.events("/v1/events/accounts/status", 3, since="2020-01-01")
    assert [step["status_to"] for step in steps] == ["SUBMITTED", "APPROVED", "ACTIVE"]
    assert {step["account_id"] for step in steps} == {account}


@pytest.mark.parametrize(
    ("email", "status"),
    [("reject@example.org", "REJECTED"), ("action@example.org", "ACTION_REQUIRED")],
)
async def test_magic_words_in_the_email_lead_to_trouble(
    alpaca: LocalAlpaca, email: str, status: str
) -> None:
    created = await alpaca.call("POST", "/v1/accounts", application(email))
    await alpaca.until(f"/v1/accounts/{created.body['id']}", "status", status)
    refused = await alpaca.journal(alpaca.firm, created.body["id"], "1.00")
    assert refused.status == 403


async def test_an_account_that_needs_action_is_reviewed_again_when_corrected(
    alpaca: LocalAlpaca,
) -> None:
    created = await alpaca.call("POST", "/v1/accounts", application("action@example.org"))
    path = f"/v1/accounts/{created.body['id']}"
    await alpaca.until(path, "status", "ACTION_REQUIRED")
    await alpaca.call("PATCH", path, {"contact": {"email_address": "fine@example.org"}})
    await alpaca.until(path, "status", "ACTIVE")


async def test_an_application_without_a_disclosure_is_refused(alpaca: LocalAlpaca) -> None:
    body = application("ada@example.org")
    del body["disclosures"]["is_control_person"]
    refused = await alpaca.call("POST", "/v1/accounts", body)
    assert (refused.status, refused.body["code"]) == (422, 40010001)
    assert refused.body["message"] == "disclosures.is_control_person is required"


async def test_a_journal_moves_both_balances_and_replays_under_its_key(alpaca: LocalAlpaca) -> None:
    account = await alpaca.open_account()
    await alpaca.fund_firm("1000.00")
    first = await alpaca.journal(alpaca.firm, account, "250.10", **{"Idempotency-Key": "k1"})
    again = await alpaca.journal(alpaca.firm, account, "250.10", **{"Idempotency-Key": "k1"})
    other = await alpaca.journal(alpaca.firm, account, "250.11", **{"Idempotency-Key": "k1"})
    assert again.body == first.body
    assert "amount" not in first.body
    assert other.status == 422
    await alpaca.until(f"/v1/journals/{first.body['id']}", "status", "executed")
    assert await alpaca.cash(account) == Money.of("250.10", USD)
    assert await alpaca.cash(alpaca.firm) == Money.of("749.90", USD)
    told = await alpaca.events("/v2/events/journals/status", 3, since="2020-01-01")
    assert [(each["status_from"], each["status_to"]) for each in told] == [
        ("", "queued"),
        ("queued", "sent_to_clearing"),
        ("sent_to_clearing", "executed"),
    ]
    assert {each["idempotency_key"] for each in told} == {"k1"}


async def test_the_firm_cannot_journal_the_same_dollar_twice(alpaca: LocalAlpaca) -> None:
    account = await alpaca.open_account()
    await alpaca.fund_firm("100.00")
    alpaca.world.clock.set_speed(0)
    taken = await alpaca.journal(alpaca.firm, account, "60.00")
    refused = await alpaca.journal(alpaca.firm, account, "60.00")
    assert (taken.status, refused.status, refused.body["code"]) == (200, 403, 40310000)


async def test_a_rejected_journal_gives_the_amount_back(alpaca: LocalAlpaca) -> None:
    account = await alpaca.open_account()
    await alpaca.fund_firm("100.00")
    body = {
        "entry_type": "JNLC",
        "from_account": alpaca.firm,
        "to_account": account,
        "amount": 100,
        "description": "/fixtures/status=rejected/fixtures/",
    }
    rejected = await alpaca.call("POST", "/v1/journals", body)
    await alpaca.until(f"/v1/journals/{rejected.body['id']}", "status", "rejected")
    assert (await alpaca.journal(alpaca.firm, account, "100.00")).status == 200


async def test_customers_cannot_journal_to_each_other(alpaca: LocalAlpaca) -> None:
    ada, bob = await alpaca.open_account(), await alpaca.open_account("bob@example.org")
    assert (await alpaca.journal(ada, bob, "1.00")).status == 422
    assert (await alpaca.journal(ada, alpaca.world.new_uuid(), "1.00")).status == 404


async def wire_out(alpaca: LocalAlpaca, account_number: str, amount: str) -> dict[str, str]:
    bank = await alpaca.call(
        "POST",
        f"/v1/accounts/{alpaca.firm}/recipient_banks",
        {
            "name": "Due",
            "bank_code": OUTSIDE.routing_number,
            "bank_code_type": "ABA",
            "account_number": account_number,
        },
    )
    body = {"transfer_type": "wire", "direction": "OUTGOING", "bank_id": bank.body["id"]}
    body |= {"amount": amount, "additional_information": "ref 42", "timing": "immediate"}
    created = await alpaca.call("POST", f"/v1/accounts/{alpaca.firm}/transfers", body)
    assert created.status == 200, created.body
    transfer: dict[str, str] = created.body
    return transfer


async def transfer_becomes(alpaca: LocalAlpaca, transfer: str, status: str) -> None:
    found = await alpaca.events("/v2/events/funding/status", 3, since="2020-01-01")
    mine = [each["status_to"] for each in found if each["entity_id"] == transfer]
    assert mine == ["QUEUED", "SENT_TO_CLEARING", status]


async def test_a_wire_reaches_the_other_bank_with_its_memo(alpaca: LocalAlpaca) -> None:
    await alpaca.fund_firm("500.00")
    transfer = await wire_out(alpaca, OUTSIDE.account_number, "123.45")
    assert transfer["additional_information"] == "ref 42"
    await transfer_becomes(alpaca, transfer["id"], "COMPLETE")
    (payment,) = alpaca.received
    assert (payment.amount, payment.memo) == (Money.of("123.45", USD), "ref 42")
    assert await alpaca.cash(alpaca.firm) == Money.of("376.55", USD)


async def test_a_bounced_wire_comes_back(alpaca: LocalAlpaca) -> None:
    await alpaca.fund_firm("500.00")
    transfer = await wire_out(alpaca, "unknown", "123.45")
    await transfer_becomes(alpaca, transfer["id"], "RETURNED")
    assert await alpaca.cash(alpaca.firm) == Money.of("500.00", USD)
    assert alpaca.broker.books()["withdrawn"] == "0.00"


async def test_paging_of_transfers_and_activities_ends(alpaca: LocalAlpaca) -> None:
    await alpaca.fund_firm("500.00")
    for _ in range(3):
        await wire_out(alpaca, OUTSIDE.account_number, "10.00")
    path = f"/v1/accounts/{alpaca.firm}/transfers"
    sizes = [len(await alpaca.get(path, limit="2", offset=str(offset))) for offset in (0, 2, 3)]
    assert sizes == [2, 1, 0]
    await alpaca.until_cash(alpaca.firm, Money.of("470.00", USD))
    seen: list[str] = []
    token: dict[str, str] = {}
    for _ in range(3):
        page = await alpaca.get("/v1/accounts/activities", page_size="2", **token)
        seen += [line["id"] for line in page]
        token = {"page_token": seen[-1]}
    assert page == []
    assert len(seen) == len(set(seen)) == 4


async def test_a_closed_account_can_neither_be_funded_nor_trade(alpaca: LocalAlpaca) -> None:
    account = await alpaca.open_account()
    await alpaca.fund_firm("10.00")
    assert (await alpaca.call("POST", f"/v1/accounts/{account}/actions/close")).status == 204
    assert (await alpaca.journal(alpaca.firm, account, "5.00")).status == 403
    assert (await alpaca.order(account, notional="5.00")).status == 403


async def test_a_journal_above_the_limit_waits_and_can_be_cancelled() -> None:
    async with open_local_alpaca(
        AlpacaSandboxSettings(journal_limit=Money.of("50.00", USD))
    ) as alpaca:
        account = await alpaca.open_account()
        await alpaca.fund_firm("200.00")
        small = await alpaca.journal(alpaca.firm, account, "50.00")
        large = await alpaca.journal(alpaca.firm, account, "50.01")
        path = f"/v1/journals/{large.body['id']}"
        await alpaca.until(path, "status", "pending")
        assert (await alpaca.call("DELETE", path)).status == 204
        await alpaca.until(f"/v1/journals/{small.body['id']}", "status", "executed")
        assert (await alpaca.call("DELETE", f"/v1/journals/{small.body['id']}")).status == 422
        trading = await alpaca.get(f"/v1/trading/accounts/{alpaca.firm}/account")
        assert trading["cash_transferable"] == "150"


async def test_a_batch_of_journals_is_accepted_whole_or_not_at_all(alpaca: LocalAlpaca) -> None:
    account = await alpaca.open_account()
    await alpaca.fund_firm("100.00")
    batch = {"entry_type": "JNLC", "from_account": alpaca.firm}
    entries = [{"to_account": account, "amount": amount} for amount in ("60", "40.01")]
    refused = await alpaca.call("POST", "/v1/journals/batch", batch | {"entries": entries})
    assert refused.status == 403
    entries[1]["amount"] = "40.00"
    made = await alpaca.call("POST", "/v1/journals/batch", batch | {"entries": entries})
    assert [entry["error_message"] for entry in made.body] == [None, None]
    await alpaca.until_cash(account, Money.of("100.00", USD))


async def test_shares_journal_from_the_firm_to_a_customer(alpaca: LocalAlpaca) -> None:
    account = await alpaca.open_account()
    await alpaca.fund_firm("1000.00")
    await alpaca.filled(alpaca.firm, qty="2")
    body = {"entry_type": "JNLS", "from_account": alpaca.firm, "to_account": account}
    gift = await alpaca.call("POST", "/v1/journals", body | {"symbol": "AAPL", "qty": "0.5"})
    await alpaca.until(f"/v1/journals/{gift.body['id']}", "status", "executed")
    position = await alpaca.get(f"/v1/trading/accounts/{account}/positions/AAPL")
    assert (position["qty"], position["avg_entry_price"]) == ("0.5", "190.12")
    kept = await alpaca.get(f"/v1/trading/accounts/{alpaca.firm}/positions/AAPL")
    assert kept["qty"] == "1.5"
