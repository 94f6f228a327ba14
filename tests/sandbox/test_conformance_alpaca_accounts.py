"""Alpaca's own client against the sandbox: accounts, their settings and their documents."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid5

import pytest
from alpaca.broker.enums import (
    AccountEntities,
    DocumentType,
    TradeDocumentType,
    UploadDocumentMimeType,
    UploadDocumentSubType,
)
from alpaca.broker.models import W8BenDocument
from alpaca.broker.requests import (
    GetTradeDocumentsRequest,
    ListAccountsRequest,
    UpdatableContact,
    UpdatableIdentity,
    UpdateAccountRequest,
    UploadDocumentRequest,
    UploadW8BenDocumentRequest,
)
from alpaca.common.enums import Sort
from alpaca.trading.enums import AccountStatus, OrderSide, TimeInForce
from alpaca.trading.requests import MarketOrderRequest

from domain.money import USD, Money
from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.sandbox.alpaca_sdk import Partner, application, open_partner

PAGE = base64.b64encode(b"a page").decode()


@pytest.fixture
async def partner() -> AsyncIterator[Partner]:
    async with open_partner() as opened:
        yield opened


async def test_an_account_is_created_reviewed_and_read_again(partner: Partner) -> None:
    client = partner.client
    created = await partner.ask(client.create_account, application("ada@example.org"))
    assert (created.status, created.currency) == (AccountStatus.SUBMITTED, "USD")
    read = await partner.until(
        lambda each: each.status == AccountStatus.ACTIVE, client.get_account_by_id, created.id
    )
    assert read.contact == application("ada@example.org").contact
    assert read.identity.family_name == "Byron"
    assert read.kyc_results.summary == "pass"
    assert (read.id, read.account_number) == (created.id, created.account_number)


async def test_an_email_is_taken_once_and_an_unknown_account_is_not_found(partner: Partner) -> None:
    client = partner.client
    await partner.account("ada@example.org")
    again = await partner.refused(client.create_account, application("ada@example.org"))
    assert again[:2] == (409, 40910000)
    unknown = uuid5(partner.firm, "nobody")
    assert (await partner.refused(client.get_account_by_id, unknown))[:2] == (404, 40410000)


async def test_accounts_are_listed_by_words_status_time_and_order(partner: Partner) -> None:
    client = partner.client
    ada = await partner.account("ada@example.org")
    between = partner.alpaca.world.clock.now()
    bob = await partner.account("bob@example.org")
    refused = await partner.ask(client.create_account, application("reject@example.org"))
    await partner.until(
        lambda each: each.status == AccountStatus.REJECTED, client.get_account_by_id, refused.id
    )

    async def listed(**fields: object) -> list[object]:
        found = await partner.ask(client.list_accounts, ListAccountsRequest(**fields))
        return [each.id for each in found]

    assert await listed() == [refused.id, bob, ada]
    assert await listed(sort=Sort.ASC) == [ada, bob, refused.id]
    assert await listed(query="bob byron") == [bob]
    assert await listed(status=[AccountStatus.ACTIVE]) == [bob, ada]
    assert await listed(created_after=between) == [refused.id, bob]
    assert await listed(created_before=between) == [ada]
    entities = [AccountEntities.CONTACT]
    (shown,) = await partner.ask(
        client.list_accounts, ListAccountsRequest(query="bob", entities=entities)
    )
    assert (shown.contact.city, shown.identity) == ("San Mateo", None)


async def test_an_update_changes_what_it_names_and_nothing_else(partner: Partner) -> None:
    client, account = partner.client, await partner.account()
    change = UpdateAccountRequest(
        contact=UpdatableContact(city="Oakland"), identity=UpdatableIdentity(given_name="Augusta")
    )
    changed = await partner.ask(client.update_account, account, change)
    read = await partner.ask(client.get_account_by_id, account)
    assert changed.contact == read.contact
    assert (read.contact.city, read.contact.postal_code) == ("Oakland", "94401")
    assert (read.identity.given_name, read.identity.family_name) == ("Augusta", "Byron")


async def test_only_an_empty_account_closes_and_then_it_does_nothing(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("10.00")
    assert (await partner.refused(client.close_account, account))[:2] == (403, 40310000)
    await partner.journal(account, partner.firm, 10)
    assert await partner.ask(client.close_account, account) is None
    read = await partner.ask(client.get_account_by_id, account)
    assert read.status == AccountStatus.ACCOUNT_CLOSED
    request = MarketOrderRequest(
        symbol="F", notional=5, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    refused = await partner.refused(client.submit_order_for_account, account, request)
    assert refused[0] == 403


async def test_the_old_name_for_closing_closes_too(partner: Partner) -> None:
    account = await partner.account()
    with pytest.warns(DeprecationWarning, match="delete_account is deprecated"):
        await partner.ask(partner.client.delete_account, account)
    read = await partner.ask(partner.client.get_account_by_id, account)
    assert read.status == AccountStatus.ACCOUNT_CLOSED


async def test_the_trading_account_shows_cash_equity_and_yesterday() -> None:
    thursday = datetime(2026, 3, 5, 15, tzinfo=UTC)
    async with open_partner(start=thursday) as partner:
        account = await partner.funded("1000.00")
        await partner.bought(account, "KO", 10)
        now = await partner.ask(partner.client.get_trade_account_by_id, account)
        assert (now.cash, now.long_market_value, now.equity) == ("361.3", "638.7", "1000")
        assert now.buying_power == now.cash_withdrawable == now.cash_transferable == "361.3"
        assert (now.last_equity, now.last_cash) == ("0", "0")
        assert (now.multiplier, now.clearing_broker.value) == ("1", "ALPACA_APCA")
        partner.alpaca.world.clock.advance(24 * 3600)
        await partner.control("prices", {"KO": "70.00"})
        later = await partner.ask(partner.client.get_trade_account_by_id, account)
        assert (later.last_equity, later.last_cash, later.equity) == ("1000", "361.3", "1061.3")
        assert later.previous_close.date() == date(2026, 3, 5)


async def test_a_setting_takes_effect_and_an_impossible_one_is_refused(partner: Partner) -> None:
    client, account = partner.client, await partner.funded("100.00")
    settings = await partner.ask(client.get_trade_configuration_for_account, account)
    assert settings.suspend_trade is False
    settings.suspend_trade = True
    changed = await partner.ask(client.update_trade_configuration_for_account, account, settings)
    assert changed.suspend_trade is True
    assert await partner.ask(client.get_trade_configuration_for_account, account) == changed
    request = MarketOrderRequest(
        symbol="F", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY
    )
    refused = await partner.refused(client.submit_order_for_account, account, request)
    assert refused[:2] == (403, 40310000)
    settings.suspend_trade, settings.fractional_trading = False, False
    await partner.ask(client.update_trade_configuration_for_account, account, settings)
    assert (await partner.order(account, request)).symbol == "F"
    part = request.model_copy(update={"qty": 0.5})
    assert (await partner.refused(client.submit_order_for_account, account, part))[0] == 403
    settings.max_margin_multiplier = "4"
    refused = await partner.refused(
        client.update_trade_configuration_for_account, account, settings
    )
    assert refused[:2] == (422, 40010001)


async def test_an_uploaded_document_is_kept_and_answers_the_question_that_was_open(
    partner: Partner,
) -> None:
    client = partner.client
    created = await partner.ask(client.create_account, application("action@example.org"))
    waiting = await partner.until(
        lambda each: each.status == AccountStatus.ACTION_REQUIRED,
        client.get_account_by_id,
        created.id,
    )
    assert waiting.documents is None
    passport = UploadDocumentRequest(
        document_type=DocumentType.IDENTITY_VERIFICATION,
        document_sub_type=UploadDocumentSubType.PASSPORT,
        content=PAGE,
        mime_type=UploadDocumentMimeType.PDF,
    )
    form = UploadW8BenDocumentRequest(
        content_data=W8BenDocument(
            country_citizen="CAN",
            date=date(2026, 3, 1),
            date_of_birth=date(1990, 1, 1),
            full_name="Ada Byron",
            ip_address="203.0.113.9",
            permanent_address_city_state="Toronto",
            permanent_address_country="CAN",
            permanent_address_street="1 Main St",
            revision="10-2021",
            signer_full_name="Ada Byron",
            timestamp=datetime(2026, 3, 1, tzinfo=UTC),
            ftin_not_required=True,
        )
    )
    partner.alpaca.world.clock.set_speed(0)  # before the next review, which takes no time here
    assert (
        await partner.ask(client.upload_documents_to_account, created.id, [passport, form]) is None
    )
    read = await partner.ask(client.get_account_by_id, created.id)
    assert read.status == AccountStatus.SUBMITTED
    kinds = [each.document_type for each in read.documents]
    assert kinds == [DocumentType.IDENTITY_VERIFICATION, DocumentType.W8BEN]
    assert (read.documents[0].content, read.documents[0].document_sub_type) == (PAGE, "passport")
    spoiled = passport.model_copy(update={"content": "not base64"})
    refused = await partner.refused(client.upload_documents_to_account, created.id, [spoiled])
    assert refused[:2] == (422, 40010001)


async def test_the_broker_confirms_trades_and_states_months(
    partner: Partner, tmp_path: Path
) -> None:
    client, account = partner.client, await partner.funded("100.00")
    assert len(await partner.ask(client.get_trade_documents_for_account, account)) == 1
    await partner.bought(account, "KO", 1)
    papers = await partner.ask(client.get_trade_documents_for_account, account)
    kinds = [each.type for each in papers]
    assert sorted(kinds) == [
        TradeDocumentType.ACCOUNT_STATEMENT,
        TradeDocumentType.TRADE_CONFIRMATION,
    ]
    wanted = GetTradeDocumentsRequest(type=TradeDocumentType.TRADE_CONFIRMATION)
    (confirmation,) = await partner.ask(client.get_trade_documents_for_account, account, wanted)
    tomorrow = GetTradeDocumentsRequest(start=confirmation.date + timedelta(days=1))
    assert await partner.ask(client.get_trade_documents_for_account, account, tomorrow) == []
    one = await partner.ask(client.get_trade_document_for_account_by_id, account, confirmation.id)
    assert one == confirmation
    path = tmp_path / "confirmation.pdf"
    await partner.ask(
        client.download_trade_document_for_account_by_id, account, confirmation.id, str(path)
    )
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"buy 1 KO at 63.87" in content


async def test_identity_checks_are_kept_although_the_client_only_passes_by(
    partner: Partner,
) -> None:
    client, account = partner.client, await partner.account()
    assert await partner.ask(client.upload_cip_data_for_account_by_id, account) is None
    assert await partner.ask(client.get_cip_data_for_account_by_id, account) is None
    path = f"/accounts/{account}/cip"
    assert (await partner.refused(client.get, path))[0] == 404
    sent = {"provider_name": ["alloy"], "kyc": {"applicant_name": "Ada Byron"}}
    kept = await partner.ask(client.post, path, sent)
    assert await partner.ask(client.get, path) == kept
    assert kept["kyc"] == sent["kyc"]


async def test_a_daily_limit_is_shown_where_there_is_one(partner: Partner) -> None:
    account = await partner.account()
    path = f"/trading/accounts/{account}/account/limits"
    assert (await partner.refused(partner.client.get, path))[0] == 404
    settings = AlpacaSandboxSettings(daily_net_limit=Money.of("500.00", USD))
    async with open_partner(settings) as limited:
        account = await limited.funded("120.00")
        path = f"/trading/accounts/{account}/account/limits"
        shown = await limited.ask(limited.client.get, path)
        assert (shown["used"], shown["available"]) == ("120.00", "380.00")
