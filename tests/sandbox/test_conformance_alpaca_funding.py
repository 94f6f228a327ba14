"""Alpaca's own client against the sandbox: banks, transfers, journals, statements, instant funding."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest
from alpaca.broker.enums import (
    ACHRelationshipStatus,
    BankAccountType,
    FeePaymentMethod,
    IdentifierType,
    JournalEntryType,
    JournalStatus,
    TransferDirection,
    TransferTiming,
)
from alpaca.broker.requests import (
    BatchJournalRequestEntry,
    CreateACHRelationshipRequest,
    CreateACHTransferRequest,
    CreateBankRequest,
    CreateBankTransferRequest,
    CreateBatchJournalRequest,
    CreateJournalRequest,
    CreatePlaidRelationshipRequest,
    CreateReverseBatchJournalRequest,
    GetAccountActivitiesRequest,
    GetJournalsRequest,
    GetTransfersRequest,
    ReverseBatchJournalRequestEntry,
)
from alpaca.common.enums import PaginationType, Sort
from alpaca.trading.enums import ActivityType

from domain.money import USD, Money
from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.sandbox.alpaca_sdk import Partner, open_partner
from tests.sandbox.local_alpaca import OUTSIDE

ONE_CHECK = CreateACHRelationshipRequest(
    account_owner_name="Ada Byron",
    bank_account_type=BankAccountType.CHECKING,
    bank_account_number=OUTSIDE.account_number,
    bank_routing_number=OUTSIDE.routing_number,
)
BANK = CreateBankRequest(
    name="Bank of Ada",
    bank_code_type=IdentifierType.ABA,
    bank_code=OUTSIDE.routing_number,
    account_number=OUTSIDE.account_number,
)


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with open_partner() as opened:
        yield opened


def ach(link: UUID, amount: str, direction: TransferDirection) -> CreateACHTransferRequest:
    return CreateACHTransferRequest(
        relationship_id=link,
        amount=amount,
        direction=direction,
        timing=TransferTiming.IMMEDIATE,
        fee_payment_method=FeePaymentMethod.INVOICE,
    )


def wire(bank: UUID, amount: str, text: str | None = None) -> CreateBankTransferRequest:
    return CreateBankTransferRequest(
        bank_id=bank,
        amount=amount,
        direction=TransferDirection.OUTGOING,
        timing=TransferTiming.IMMEDIATE,
        additional_information=text,
    )


async def test_relationships_are_made_listed_by_status_and_removed(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    by_number = await partner.ask(client.create_ach_relationship_for_account, account, ONE_CHECK)
    assert by_number.status == ACHRelationshipStatus.APPROVED
    assert (by_number.account_id, by_number.bank_account_number) == (
        account,
        OUTSIDE.account_number,
    )
    plaid = CreatePlaidRelationshipRequest(processor_token="processor-sandbox-1")
    by_token = await partner.ask(client.create_ach_relationship_for_account, account, plaid)
    assert by_token.processor_token == "processor-sandbox-1"
    listed = client.get_ach_relationships_for_account
    assert await partner.ask(listed, account) == [by_number, by_token]
    approved, queued = [ACHRelationshipStatus.APPROVED], [ACHRelationshipStatus.QUEUED]
    assert await partner.ask(listed, account, approved) == [by_number, by_token]
    assert await partner.ask(listed, account, queued) == []
    removal = client.delete_ach_relationship_for_account
    assert await partner.ask(removal, account, by_number.id) is None
    assert await partner.ask(listed, account) == [by_token]
    assert (await partner.refused(removal, account, by_number.id))[:2] == (404, 40410000)


async def test_banks_are_made_listed_and_removed(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    bank = await partner.ask(client.create_bank_for_account, account, BANK)
    assert (bank.name, bank.bank_code, bank.country) == ("Bank of Ada", "026009593", "")
    assert await partner.ask(client.get_banks_for_account, account) == [bank]
    assert await partner.ask(client.delete_bank_for_account, account, bank.id) is None
    assert await partner.ask(client.get_banks_for_account, account) == []


async def test_a_deposit_and_a_withdrawal_move_cash_in_and_out(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    link = await partner.ask(client.create_ach_relationship_for_account, account, ONE_CHECK)
    incoming = ach(link.id, "150.00", TransferDirection.INCOMING)
    paid_in = await partner.ask(client.create_transfer_for_account, account, incoming)
    assert (paid_in.status.value, paid_in.amount) == ("COMPLETE", "150.00")
    assert paid_in.fee_payment_method == FeePaymentMethod.INVOICE
    assert await partner.cash(account) == Decimal(150)
    outgoing = ach(link.id, "40.25", TransferDirection.OUTGOING)
    await partner.ask(client.create_transfer_for_account, account, outgoing)
    wanted = GetTransfersRequest(direction=TransferDirection.OUTGOING)
    await partner.until(
        lambda found: [each.status.value for each in found] == ["COMPLETE"],
        client.get_transfers_for_account,
        account,
        wanted,
    )
    assert await partner.cash(account) == Decimal("109.75")
    (payment,) = partner.alpaca.received
    assert payment.amount == Money.of("40.25", USD)


async def test_a_wire_leaves_with_its_text_and_never_more_than_there_is(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    bank = await partner.ask(client.create_bank_for_account, account, BANK)
    too_much = await partner.refused(
        client.create_transfer_for_account, account, wire(bank.id, "100.01")
    )
    assert too_much[:2] == (403, 40310000)
    sent = await partner.ask(
        client.create_transfer_for_account, account, wire(bank.id, "99.50", "ref 42")
    )
    assert (sent.bank_id, sent.additional_information) == (bank.id, "ref 42")
    await partner.until(lambda cash: cash == Decimal("0.5"), lambda: cash_of(partner, account))
    await partner.until(bool, lambda: list(partner.alpaca.received))
    assert partner.alpaca.received[0].memo == "ref 42"
    incoming = wire(bank.id, "1.00").model_copy(update={"direction": TransferDirection.INCOMING})
    assert (await partner.refused(client.create_transfer_for_account, account, incoming))[0] == 422


def cash_of(partner: Partner, account: UUID) -> Decimal:
    return Decimal(partner.client.get_trade_account_by_id(account).cash)


async def test_a_transfer_can_be_stopped_until_it_is_sent(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    bank = await partner.ask(client.create_bank_for_account, account, BANK)
    partner.alpaca.world.clock.set_speed(0)
    sent = await partner.ask(client.create_transfer_for_account, account, wire(bank.id, "60.00"))
    held = await partner.ask(client.get_trade_account_by_id, account)
    assert (held.cash, held.cash_withdrawable) == ("100", "40")
    assert await partner.ask(client.cancel_transfer_for_account, account, sent.id) is None
    freed = await partner.ask(client.get_trade_account_by_id, account)
    assert freed.cash_withdrawable == "100"
    again = await partner.refused(client.cancel_transfer_for_account, account, sent.id)
    assert again[:2] == (422, 42210000)
    (listed,) = await partner.ask(client.get_transfers_for_account, account)
    assert listed.status.value == "CANCELED"


async def test_pages_of_transfers_visit_each_once_newest_first(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    link = await partner.ask(client.create_ach_relationship_for_account, account, ONE_CHECK)
    made = [
        await partner.ask(
            client.create_transfer_for_account,
            account,
            ach(link.id, f"{number}.00", TransferDirection.INCOMING),
        )
        for number in range(1, 6)
    ]
    newest_first = [each.id for each in reversed(made)]
    wanted = GetTransfersRequest(limit=2)
    every = await partner.ask(client.get_transfers_for_account, account, wanted)
    assert [each.id for each in every] == newest_first

    def pages() -> list[int]:
        found = client.get_transfers_for_account(
            account, GetTransfersRequest(limit=2), handle_pagination=PaginationType.ITERATOR
        )
        return [len(page) for page in found]

    assert await partner.ask(pages) == [2, 2, 1]
    some = await partner.ask(client.get_transfers_for_account, account, None, 3)
    assert [each.id for each in some] == newest_first[:3]
    assert await partner.cash(account) == Decimal(15)


async def test_a_journal_moves_both_balances_both_ways(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    await partner.alpaca.fund_firm("500.00")
    there = await partner.journal(partner.firm, account, 120.5, description="gift")
    assert (there.status, there.net_amount) == (JournalStatus.EXECUTED, 120.5)
    assert there.settle_date is not None
    assert await partner.cash(account) == Decimal("120.5")
    assert await partner.cash(partner.firm) == Decimal("379.5")
    await partner.journal(account, partner.firm, 20.5)
    assert await partner.cash(account) == Decimal(100)
    assert await partner.cash(partner.firm) == Decimal(400)
    unknown = uuid5(account, "nobody")
    request = CreateJournalRequest(
        entry_type=JournalEntryType.CASH, from_account=partner.firm, to_account=unknown, amount=1
    )
    assert (await partner.refused(client.create_journal, request))[0] == 404
    too_much = request.model_copy(update={"to_account": account, "amount": 400.01})
    assert (await partner.refused(client.create_journal, too_much))[:2] == (403, 40310000)


async def test_shares_are_journaled_at_their_price(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    await partner.alpaca.fund_firm("1000.00")
    await partner.bought(partner.firm, "KO", 4)
    request = CreateJournalRequest(
        entry_type=JournalEntryType.SECURITY,
        from_account=partner.firm,
        to_account=account,
        symbol="KO",
        qty=1.5,
    )
    made = await partner.ask(client.create_journal, request)
    await partner.until(
        lambda each: each.status == JournalStatus.EXECUTED, client.get_journal_by_id, made.id
    )
    position = await partner.ask(client.get_open_position_for_account, account, "KO")
    assert (position.qty, position.avg_entry_price) == ("1.5", "63.87")
    kept = await partner.ask(client.get_open_position_for_account, partner.firm, "KO")
    assert kept.qty == "2.5"
    back = request.model_copy(update={"from_account": account, "to_account": partner.firm})
    assert (await partner.refused(client.create_journal, back))[0] == 422


async def test_batches_pay_many_and_collect_from_many_or_nobody(partner: Partner) -> None:
    client = partner.client
    ada, bob = await partner.account("ada@example.org"), await partner.account("bob@example.org")
    await partner.alpaca.fund_firm("100.00")

    def batch(*amounts: str) -> CreateBatchJournalRequest:
        pairs = zip((ada, bob), amounts, strict=True)
        entries = [BatchJournalRequestEntry(to_account=to, amount=each) for to, each in pairs]
        return CreateBatchJournalRequest(
            entry_type=JournalEntryType.CASH, from_account=partner.firm, entries=entries
        )

    assert (await partner.refused(client.create_batch_journal, batch("60", "40.01")))[0] == 403
    assert await partner.ask(client.get_journals) == []
    made = await partner.ask(client.create_batch_journal, batch("60", "40"))
    assert [(each.to_account, each.net_amount) for each in made] == [(ada, 60), (bob, 40)]
    assert [each.error_message for each in made] == [None, None]
    await partner.until(lambda cash: cash == 40, lambda: cash_of(partner, bob))
    assert await partner.cash(ada) == Decimal(60)
    assert await partner.cash(partner.firm) == Decimal(0)
    collect = CreateReverseBatchJournalRequest(
        entry_type=JournalEntryType.CASH,
        to_account=partner.firm,
        entries=[
            ReverseBatchJournalRequestEntry(from_account=ada, amount="10"),
            ReverseBatchJournalRequestEntry(from_account=bob, amount="5"),
        ],
    )
    back = await partner.ask(client.create_reverse_batch_journal, collect)
    assert [(each.from_account, each.net_amount) for each in back] == [(ada, 10), (bob, 5)]
    await partner.until(lambda cash: cash == 15, lambda: cash_of(partner, partner.firm))
    assert await partner.cash(ada) == Decimal(50)


async def test_journals_are_found_by_each_filter(partner: Partner) -> None:
    client = partner.client
    ada, bob = await partner.account("ada@example.org"), await partner.account("bob@example.org")
    await partner.alpaca.fund_firm("100.00")
    rejected = await partner.journal(
        partner.firm, ada, 1, description="/fixtures/status=rejected/fixtures/"
    )
    first = await partner.journal(partner.firm, ada, 30)
    second = await partner.journal(partner.firm, bob, 20)
    third = await partner.journal(ada, partner.firm, 10)
    today = first.system_date

    async def found(**fields: Any) -> Any:
        journals = await partner.ask(client.get_journals, GetJournalsRequest(**fields))
        return [each.id for each in journals]

    assert await found(to_account=ada) == [first.id, rejected.id]
    assert await found(from_account=ada) == [third.id]
    assert await found(status=JournalStatus.REJECTED) == [rejected.id]
    assert await found(entry_type=JournalEntryType.SECURITY) == []
    assert await found(after=today, before=today) == [third.id, second.id, first.id, rejected.id]
    assert await found(before=today - timedelta(days=1)) == []


async def test_a_pending_journal_is_cancelled_and_an_executed_one_is_not(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    await partner.alpaca.fund_firm("50.00")
    pending = await partner.journal(
        partner.firm, account, 50, description="/fixtures/status=pending/fixtures/"
    )
    assert pending.status == JournalStatus.PENDING
    assert await partner.ask(client.cancel_journal_by_id, pending.id) is None
    read = await partner.ask(client.get_journal_by_id, pending.id)
    assert read.status == JournalStatus.CANCELED
    done = await partner.journal(partner.firm, account, 50)
    assert (await partner.refused(client.cancel_journal_by_id, done.id))[:2] == (422, 42210000)
    assert await partner.cash(account) == Decimal(50)


async def test_pages_of_activities_visit_each_once_in_either_direction(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("1000.00")
    await partner.bought(account, "KO", 2)
    for amount in (10, 20, 30):
        await partner.journal(account, partner.firm, amount)

    async def found(**fields: Any) -> Any:
        request = GetAccountActivitiesRequest(account_id=account, **fields)
        return await partner.ask(client.get_account_activities, request)

    whole = await found()
    assert [each.activity_type.value for each in whole] == ["JNLC"] * 3 + ["FILL", "JNLC"]
    assert await found(page_size=2) == whole
    assert await found(page_size=2, direction=Sort.ASC) == whole[::-1]
    paid = sum(each.net_amount for each in whole if each.activity_type == ActivityType.JNLC)
    (fill,) = await found(activity_types=[ActivityType.FILL])
    assert Decimal(str(paid)) - Decimal(str(fill.price * fill.qty)) == await partner.cash(account)
    assert await found(after=fill.transaction_time) == whole[:3]
    assert await found(until=fill.transaction_time) == whole[4:]
    assert await found(date=fill.transaction_time) == whole
    assert await found(date=fill.transaction_time - timedelta(days=1)) == []
    request = GetAccountActivitiesRequest(account_id=account)
    some = await partner.ask(client.get_account_activities, request, 2)
    assert some == whole[:2]
    path = "/accounts/activities"
    trades = await partner.ask(
        client.get, path, {"account_id": str(account), "category": "trade_activity"}
    )
    assert [each["activity_type"] for each in trades] == ["FILL"]


def instant(amount: str, account_no: str) -> dict[str, str]:
    return {"account_no": account_no, "source_account_no": "900000001", "amount": amount}


def settlement(*ids: str) -> dict[str, Any]:
    sender = dict.fromkeys(
        (
            "originator_full_name",
            "originator_street_address",
            "originator_city",
            "originator_postal_code",
            "originator_state",
            "originator_country",
            "originator_bank_account_number",
            "originator_bank_name",
        ),
        "x",
    )
    transfers = [{"instant_transfer_id": each, "transmitter_info": sender} for each in ids]
    return {"transfers": transfers, "additional_info": ""}


async def test_instant_funds_buy_at_once_and_are_cash_when_settled() -> None:
    tuesday = datetime(2026, 3, 3, 15, tzinfo=UTC)
    async with open_partner(start=tuesday) as partner:
        client, account = partner.client, await partner.account()
        number = (await partner.ask(client.get_account_by_id, account)).account_number
        lent = await partner.ask(client.post, "/instant_funding", instant("250.00", number))
        assert (lent["status"], lent["system_date"], lent["deadline"]) == (
            "PENDING",
            "2026-03-03",
            "2026-03-04",
        )
        path = f"/instant_funding/{lent['id']}"
        await partner.until(lambda each: each["status"] == "EXECUTED", client.get, path)
        shown = await partner.ask(client.get_trade_account_by_id, account)
        assert (shown.cash, shown.buying_power, shown.cash_withdrawable) == ("0", "250", "0")
        await partner.bought(account, "KO", 2)
        assert await partner.cash(account) == Decimal("-127.74")
        limits = await partner.ask(
            client.get, "/instant_funding/limits/accounts", {"account_numbers": number}
        )
        assert limits[0]["amount_available"] == "750.00"
        over = await partner.refused(client.post, "/instant_funding", instant("750.01", number))
        assert over[:2] == (403, 40310000)

        paid = await partner.ask(
            client.post, "/instant_funding/settlements", settlement(lent["id"])
        )
        path = f"/instant_funding/settlements/{paid['id']}"
        awaiting = "AWAITING_ADDITIONAL_FUNDS"
        await partner.until(lambda each: each["status"] == awaiting, client.get, path)
        await partner.alpaca.fund_firm("300.00")
        await partner.until(lambda each: each["status"] == "COMPLETED", client.get, path)
        assert await partner.cash(account) == Decimal("122.26")
        assert await partner.cash(partner.firm) == Decimal(50)
        (credit,) = await partner.ask(
            client.get_account_activities,
            GetAccountActivitiesRequest(account_id=account, activity_types=[ActivityType.CSD]),
        )
        assert credit.net_amount == 250
        free = await partner.ask(client.get, "/instant_funding/limits")
        assert free["amount_in_use"] == "0.00"


async def test_late_instant_funds_cost_interest_and_pending_ones_can_be_cancelled() -> None:
    tuesday = datetime(2026, 3, 3, 15, tzinfo=UTC)
    async with open_partner(start=tuesday) as partner:
        client, account = partner.client, await partner.account()
        await partner.alpaca.fund_firm("2000.00")
        number = (await partner.ask(client.get_account_by_id, account)).account_number
        partner.alpaca.world.clock.set_speed(0)
        stopped = await partner.ask(client.post, "/instant_funding", instant("100.00", number))
        assert await partner.ask(client.delete, f"/instant_funding/{stopped['id']}") is None
        lent = await partner.ask(client.post, "/instant_funding", instant("1000.00", number))
        partner.alpaca.world.clock.advance(1)
        done = await partner.ask(client.get, "/instant_funding", {"status": "EXECUTED"})
        assert [each["id"] for each in done] == [lent["id"]]
        refused = await partner.refused(client.delete, f"/instant_funding/{lent['id']}")
        assert refused[0] == 422
        partner.advance_to(datetime(2026, 3, 5, 20, tzinfo=UTC))
        paid = await partner.ask(
            client.post, "/instant_funding/settlements", settlement(lent["id"])
        )
        partner.alpaca.world.clock.advance(1)
        path = f"/instant_funding/settlements/{paid['id']}"
        shown = await partner.ask(client.get, path)
        assert (shown["status"], shown["interest_amount"]) == ("COMPLETED", "0.70")
        assert await partner.cash(partner.firm) == Decimal("999.3")
        listed = await partner.ask(client.get, "/instant_funding/settlements")
        assert [each["id"] for each in listed["settlements"]] == [paid["id"]]
        report = await partner.ask(
            client.get, "/instant_funding/reports", {"report_type": "summary"}
        )
        assert report["count"] == 2


async def test_a_journal_above_the_limit_waits_for_the_end_of_the_day() -> None:
    settings = AlpacaSandboxSettings(journal_limit=Money.of("50.00", USD))
    async with open_partner(settings) as partner:
        account = await partner.account()
        await partner.alpaca.fund_firm("100.00")
        large = await partner.journal(partner.firm, account, 50.01)
        assert large.status == JournalStatus.PENDING
        partner.alpaca.world.clock.advance(6 * 3600)
        read = await partner.ask(partner.client.get_journal_by_id, large.id)
        assert read.status == JournalStatus.EXECUTED
        assert await partner.cash(account) == Decimal("50.01")
