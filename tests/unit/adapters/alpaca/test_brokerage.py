from __future__ import annotations

from typing import Any

import attrs
import orjson
import pytest

from adapters.alpaca.brokerage import AlpacaBrokerage
from adapters.alpaca.wires import PAGES_MAX
from adapters.system.clock import SystemClock
from domain.funding.conversion import PayByWire
from domain.ids import Reference, reference
from domain.money import USD, Money
from domain.processes.facts.funding import JournalAccepted, JournalExecuted, WireAccepted
from ports.errors import ProviderOutcomeUnknown
from tests.contract.brokerage_rig import ADA
from tests.unit.adapters.alpaca.scripted_client import PROCESS, no, ok, scripted

FUNDING = reference(PROCESS, "funding")
WIRE = reference(PROCESS, "wire")
AMOUNT = Money.of("25.50", USD)
TO = PayByWire(
    bank_name="First",
    routing_number="026009593",
    account_number="555",
    beneficiary="Due",
    memo="REF-XYZ",
)
BANK = {"id": "b-1", "account_number": "555", "bank_code": "026009593", "status": "APPROVED"}


def transfer(**changes: Any) -> dict[str, Any]:
    return {
        "id": "t-1",
        "status": "QUEUED",
        "bank_id": "b-1",
        "amount": "25.5",
        "additional_information": "REF-XYZ",
        **changes,
    }


async def send(brokerage: AlpacaBrokerage, *, attempt: int = 2) -> object:
    return await brokerage.wire(WIRE, amount=AMOUNT, to=TO, attempt=attempt)


async def test_the_memo_travels_exactly_as_the_offramp_gave_it() -> None:
    client, transport = scripted(ok([BANK]), ok(transfer()))
    await send(AlpacaBrokerage.over(client, clock=SystemClock()), attempt=1)
    assert orjson.loads(transport.requests[-1].body or b"") == {
        "transfer_type": "wire",
        "bank_id": "b-1",
        "amount": "25.50",
        "direction": "OUTGOING",
        "additional_information": "REF-XYZ",
    }


async def test_a_bank_that_is_not_known_yet_is_added_before_the_wire() -> None:
    cancelled, other = {**BANK, "status": "CANCELED"}, {**BANK, "account_number": "556"}
    client, transport = scripted(ok([cancelled, other]), ok([]), ok({"id": "b-2"}), ok(transfer()))
    await send(AlpacaBrokerage.over(client, clock=SystemClock()))
    operations = [request.operation for request in transport.requests]
    assert operations == [
        "list_recipient_banks",
        "list_transfers",
        "add_recipient_bank",
        "create_transfer",
    ]


async def test_a_bank_whose_answer_was_lost_is_found_and_the_wire_sent() -> None:
    client, transport = scripted(ok([]), ProviderOutcomeUnknown("lost"))
    with pytest.raises(ProviderOutcomeUnknown):
        await send(AlpacaBrokerage.over(client, clock=SystemClock()), attempt=1)
    assert transport.requests[-1].operation == "add_recipient_bank"
    client, transport = scripted(ok([BANK]), ok([]), ok(transfer()))
    await send(AlpacaBrokerage.over(client, clock=SystemClock()), attempt=2)
    assert [request.method for request in transport.requests] == ["GET", "GET", "POST"]


@pytest.mark.parametrize(
    "other",
    [
        transfer(additional_information="REF-OTHER"),
        transfer(amount="25.51"),
        transfer(bank_id="b-9"),
        {"id": "ach", "status": "COMPLETE", "amount": "25.50", "relationship_id": "r"},
    ],
)
async def test_a_wire_that_differs_is_not_ours(other: dict[str, Any]) -> None:
    client, transport = scripted(ok([BANK]), ok([other]), ok(transfer(id="t-2")))
    wire = await send(AlpacaBrokerage.over(client, clock=SystemClock()))
    assert wire == WireAccepted(reference=WIRE, provider_id="t-2")
    assert transport.requests[-1].method == "POST"


async def test_a_fee_taken_from_the_amount_does_not_hide_the_wire() -> None:
    earlier = transfer(amount="0.50", requested_amount="25.50")
    client, _ = scripted(ok([BANK]), ok([earlier]))
    wire = await send(AlpacaBrokerage.over(client, clock=SystemClock()))
    assert wire == WireAccepted(reference=WIRE, provider_id="t-1")


@pytest.mark.parametrize("refusal", [403, 404])
async def test_a_refused_look_up_never_becomes_a_refused_wire(refusal: int) -> None:
    client, transport = scripted(ok([BANK]), no(refusal))
    with pytest.raises(ProviderOutcomeUnknown):
        await send(AlpacaBrokerage.over(client, clock=SystemClock()))
    assert all(request.method == "GET" for request in transport.requests)


async def test_nothing_is_sent_where_the_look_up_has_no_end() -> None:
    full = ok([transfer(id=str(number), amount="1.00") for number in range(100)])
    client, transport = scripted(ok([BANK]), full)
    with pytest.raises(ProviderOutcomeUnknown):
        await send(AlpacaBrokerage.over(client, clock=SystemClock()))
    assert len(transport.requests) == 1 + PAGES_MAX
    offsets = [request.params["offset"] for request in transport.requests[1:4]]
    assert offsets == ["0", "100", "200"]


async def test_a_wire_without_an_id_cannot_be_looked_up() -> None:
    client, transport = scripted(ok([transfer()]))
    assert (
        await AlpacaBrokerage.over(client, clock=SystemClock()).find_wire(WIRE, provider_id=None)
        is None
    )
    assert not transport.requests


async def find(ref: Reference, provider_id: str | None, *answers: Any) -> object:
    client, _ = scripted(*answers)
    return await AlpacaBrokerage.over(client, clock=SystemClock()).find_journal(
        ref, provider_id=provider_id
    )


def journal(**changes: Any) -> dict[str, Any]:
    return {"id": "j-1", "status": "executed", "description": FUNDING, **changes}


async def test_a_reissued_journal_is_followed_to_its_new_id() -> None:
    old, new = journal(status="correct"), journal(id="j-2")
    found = await find(FUNDING, "j-1", ok(old), ok([old, new]))
    assert found == JournalExecuted(reference=FUNDING, provider_id="j-2")


async def test_a_reissued_journal_without_a_successor_is_undecided() -> None:
    old = journal(status="correct")
    found = await find(FUNDING, "j-1", ok(old), ok([old]))
    assert found == JournalAccepted(reference=FUNDING, provider_id="j-1")


async def test_journals_are_sought_from_the_day_before_the_process_began() -> None:
    client, transport = scripted(ok([journal(description="another's")]))
    found = await AlpacaBrokerage.over(client, clock=SystemClock()).find_journal(
        FUNDING, provider_id=None
    )
    assert found is None
    assert transport.requests[0].params["after"] == "2024-09-16"


async def test_an_email_that_is_taken_is_looked_up_exactly() -> None:
    def account(account_id: str, email: str) -> dict[str, Any]:
        return {"id": account_id, "status": "ACTIVE", "contact": {"email_address": email}}

    near = account("a-1", f"x{ADA.email}")
    client, transport = scripted(no(409), ok([near, account("a-2", ADA.email.upper())]))
    opened = await AlpacaBrokerage.over(client, clock=SystemClock()).open_account(
        WIRE, profile=ADA, attempt=1
    )
    assert opened.account_id == "a-2"
    assert transport.requests[-1].params["query"] == ADA.email


async def test_a_second_try_sends_no_personal_data_when_the_account_is_there() -> None:
    known = {"id": "a-1", "status": "ACTIVE", "contact": {"email_address": ADA.email}}
    client, transport = scripted(ok([known]))
    opened = await AlpacaBrokerage.over(client, clock=SystemClock()).open_account(
        WIRE, profile=ADA, attempt=2
    )
    assert opened.account_id == "a-1"
    assert [request.method for request in transport.requests] == ["GET"]


async def test_an_email_that_is_taken_by_nobody_is_an_open_question() -> None:
    client, _ = scripted(no(409), ok([]))
    with pytest.raises(ProviderOutcomeUnknown):
        await AlpacaBrokerage.over(client, clock=SystemClock()).open_account(
            WIRE, profile=ADA, attempt=1
        )


async def test_an_application_is_complete_and_in_alpacas_words() -> None:
    client, transport = scripted(ok({"id": "a-1", "status": "SUBMITTED"}))
    await AlpacaBrokerage.over(client, clock=SystemClock()).open_account(
        WIRE, profile=ADA, attempt=1
    )
    sent = orjson.loads(transport.requests[0].body or b"")
    assert sent["contact"]["country"] == "USA"
    assert sent["identity"]["tax_id"] == ADA.tax_id
    assert sent["identity"]["tax_id_type"] == "USA_SSN"
    assert set(sent["disclosures"].values()) == {False}
    assert sent["agreements"][0]["signed_at"] == ADA.agreed_at


async def test_without_a_tax_number_none_is_claimed() -> None:
    client, transport = scripted(ok({"id": "a-1", "status": "SUBMITTED"}))
    nameless = attrs.evolve(ADA, tax_id=None, country="DEU")
    await AlpacaBrokerage.over(client, clock=SystemClock()).open_account(
        WIRE, profile=nameless, attempt=1
    )
    identity = orjson.loads(transport.requests[0].body or b"")["identity"]
    assert identity["tax_id_type"] == "NOT_SPECIFIED"
    assert "tax_id" not in identity
    assert identity["country_of_tax_residence"] == "DEU"
