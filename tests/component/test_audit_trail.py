"""What a person does over HTTP is what auditors read, and nothing else of the person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from domain.audit.canonical import Document
from domain.audit.record import trace_of
from domain.ids import FIRM
from tests.component.investor import PASSWORD, PROFILE, Investor
from tests.support.builders import SOMEWHERE
from tests.support.world import World

WITHDRAWAL = {"amount": "50.00", "chain": "polygon", "destination": SOMEWHERE}
ORDER = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "20.00"}


async def audited(world: World) -> Sequence[Document]:
    """Everything there is to read, once it is sealed."""
    await world.app.audit_trail.seal(at=world.clock.now(), limit=1000)
    blocks = await world.app.audit_trail.read(after=0)
    return [seal.document for block in blocks for seal in block.seals if seal.document]


async def kinds(world: World) -> list[str]:
    """In order, without the many changes of balances."""
    told = [document["kind"] for document in await audited(world)]
    return [kind for kind in told if kind != "balance_changed"]


async def test_every_act_of_a_person_is_audited(ada: Investor, world: World) -> None:
    await ada.funded()
    order = await ada.post("/v1/orders", ORDER)
    await ada.ask("DELETE", f"/v1/orders/{order['id']}")
    await ada.post("/v1/withdrawals", WITHDRAWAL)
    told = Counter(await kinds(world))
    assert set(told) == {
        "registration",
        "login",
        "kyc_submitted",
        "kyc_approved",
        "wallet_created",
        "deposit_created",
        "order_placed",
        "order_cancel_requested",
        "withdrawal_requested",
        "credentials_changed",
        "step_up",
        "payout_address_saved",
    }
    assert (told["deposit_created"], told["wallet_created"]) == (1, 2)


async def test_balances_change_in_the_record_as_they_change_in_the_books(
    ada: Investor, world: World
) -> None:
    await ada.funded()
    await ada.post("/v1/withdrawals", WITHDRAWAL)
    changes = [d["detail"] for d in await audited(world) if d["kind"] == "balance_changed"]
    cash = [Decimal(value) for c in changes for name, value in c.items() if name[:5] == "cash:"]
    (balance,) = [
        item for item in (await ada.get("/v1/balances"))["items"] if item["asset"] == "USD"
    ]
    assert sum(cash) == Decimal(balance["available"])


async def test_a_failed_login_is_audited_without_the_address(ada: Investor, world: World) -> None:
    await ada.logged_in()
    for email in (ada.email, "Nobody@Example.org "):
        await ada.ask("POST", "/v1/auth/login", {"email": email, "password": PASSWORD + "!"})
    known, unknown = (await audited(world))[-2:]
    investor_id = (await audited(world))[0]["subject"]
    assert (known["kind"], known["subject"], known["actor"], known["detail"]) == (
        "failed_authentication",
        investor_id,
        "anonymous",
        {},
    )
    assert (unknown["subject"], unknown["actor"]) == (None, "anonymous")
    assert unknown["detail"] == {"email_trace": trace_of("nobody@example.org")}


async def test_a_refused_request_is_no_act(ada: Investor, world: World) -> None:
    await ada.funded()
    before = await kinds(world)
    over = WITHDRAWAL | {"amount": "1000.00"}
    assert (await ada.refused("POST", "/v1/withdrawals", over))[0] == 422
    assert await kinds(world) == before


async def test_a_taken_address_is_no_registration(ada: Investor, world: World) -> None:
    await ada.logged_in()
    body = {"email": ada.email, "password": PASSWORD}
    assert (await ada.ask("POST", "/v1/auth/register", body))[0] == 202
    await world.run_jobs()
    assert await kinds(world) == ["registration", "login"]


async def test_a_request_is_found_by_its_id_and_the_firm_has_none(
    ada: Investor, world: World
) -> None:
    await ada.with_wallet()
    ada.headers["X-Request-Id"] = "the-one"
    await ada.post("/v1/deposits", {"chain": "polygon", "amount": "10.00"})
    told = await audited(world)
    (mine,) = [document for document in told if document["request_id"] == "the-one"]
    assert (mine["kind"], mine["actor"]) == ("deposit_created", mine["subject"])
    assert mine["ip"] == "127.0.0.1"
    by_the_firm = [document for document in told if document["actor"] == FIRM]
    assert {document["request_id"] for document in by_the_firm} == {None}
    assert {document["ip"] for document in by_the_firm} == {None}


async def test_nothing_personal_or_secret_is_in_the_trail(ada: Investor, world: World) -> None:
    await ada.funded()
    await ada.ask("POST", "/v1/auth/login", {"email": "x@example.org", "password": PASSWORD})
    text = str(await audited(world))
    personal = {key: value for key, value in PROFILE.items() if isinstance(value, str)}
    hidden = {ada.email, PASSWORD, "x@example.org", *personal.values()} - {"CA", "USA"}
    assert [secret for secret in hidden if secret in text] == []
