from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from adapters.due.transfers import QUOTES_MAX
from domain.funding.conversion import Conversion, PayOnChain
from domain.ids import ProcessId, reference
from domain.money import USD, USDC, Money
from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderUnavailable,
)
from ports.fence import UNFENCED
from tests.support.transports import Answer, Scripted
from tests.unit.adapters.due.documents import (
    ADDRESS,
    RECIPIENTS,
    WALLET,
    WALLETS,
    answer,
    quote,
    refusal,
    transfer,
    transfers_over,
)

REF = reference(ProcessId("p"), "offramp")
AMOUNT = Money.of("150", USDC)
STALE = refusal("err_token_invalid")
BEFORE = (answer(WALLETS), answer(RECIPIENTS))


async def opened(*answers: Answer, attempt: int = 1) -> tuple[Conversion, Scripted]:
    transfers, script = transfers_over(*answers)
    conversion = await transfers.open(
        REF,
        amount=AMOUNT,
        account_id="acct_1",
        wallet=WALLET,
        attempt=attempt,
        fence=UNFENCED,
    )
    return conversion, script


async def test_a_conversion_is_quoted_made_and_given_an_address() -> None:
    conversion, script = await opened(*BEFORE, answer(quote()), answer(transfer()), answer(ADDRESS))
    assert conversion == Conversion(
        reference=REF,
        provider_id="tf_2gh",
        pay=PayOnChain(
            address="0xfeed", expires_at=datetime(2026, 3, 2, 15, 5, 0, 123456, tzinfo=UTC)
        ),
        delivers=Money.of("147.50", USD),
    )
    made = script.requests[3]
    assert orjson.loads(made.body or b"") == {
        "quote": "eyJ",
        "sender": "wlt_1",
        "recipient": "rcp_1",
        "memo": REF,
    }
    assert not made.is_safe
    assert made.headers["Due-Account-Id"] == "acct_1"
    assert made.headers["Authorization"] == "Bearer key"


async def test_a_quote_that_expired_meanwhile_is_asked_for_again() -> None:
    conversion, script = await opened(
        *BEFORE, answer(quote()), STALE, answer(quote()), answer(transfer()), answer(ADDRESS)
    )
    assert conversion.provider_id == "tf_2gh"
    assert [r.operation for r in script.requests].count("quote") == 2


async def test_quotes_are_not_asked_for_without_end() -> None:
    with pytest.raises(ProviderUnavailable):
        await opened(*BEFORE, *(answer(quote()), STALE) * QUOTES_MAX)


async def test_a_quote_for_another_amount_is_not_taken() -> None:
    with pytest.raises(ProviderRejected, match="another amount"):
        await opened(*BEFORE, answer(quote("149.99")))


async def test_a_server_error_leaves_the_outcome_of_a_transfer_unknown() -> None:
    with pytest.raises(ProviderOutcomeUnknown):
        await opened(*BEFORE, answer(quote()), answer({}, status=502))


async def test_a_server_error_on_a_quote_means_that_nothing_happened() -> None:
    with pytest.raises(ProviderUnavailable):
        await opened(*BEFORE, answer({}, status=502))


async def test_an_earlier_transfer_is_gone_on_with() -> None:
    other = transfer(destination={"memo": "p:offramp:2"}, id="tf_other")
    mine = transfer(destination={"memo": REF})
    conversion, script = await opened(
        answer({"items": [other], "next": "c1"}),
        answer({"items": [mine], "next": None}),
        answer(ADDRESS),
        attempt=2,
    )
    assert conversion.provider_id == "tf_2gh"
    assert script.requests[1].params["next"] == "c1"
    assert [r.operation for r in script.requests][-1] == "funding_address"


async def test_an_earlier_transfer_that_lapsed_is_a_refusal() -> None:
    found = transfer("failed", destination={"memo": REF})
    with pytest.raises(ProviderRejected, match="failed"):
        await opened(answer({"items": [found]}), attempt=2)


@pytest.mark.parametrize("status", ["funds_received", "manual_review", "payment_processed"])
async def test_an_earlier_transfer_that_was_paid_is_no_refusal(status: str) -> None:
    found = transfer(status, destination={"memo": REF})
    with pytest.raises(ProviderOutcomeUnknown):
        await opened(answer({"items": [found]}), attempt=2)


async def test_a_list_without_end_is_not_taken_for_an_absence() -> None:
    with pytest.raises(ProviderOutcomeUnknown, match="longer"):
        await opened(answer({"items": [transfer()], "next": "c"}), attempt=2)


async def test_an_answer_that_is_not_what_due_documents_tells_nothing() -> None:
    with pytest.raises(ProviderOutcomeUnknown):
        await opened(*BEFORE, answer(quote()), answer({"id": "tf_1"}))
