"""Saved addresses over HTTP: money leaves to these and to nothing else, and not at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.timestamps import rfc3339
from domain.wallets.chain import Chain
from domain.wallets.payout_address import ADDRESSES_MAX
from tests.component.investor import PASSWORD, Investor
from tests.component.test_audit_trail import audited
from tests.support.builders import SOMEWHERE
from tests.support.world import World

CHAINS = [Chain.POLYGON, Chain.SOLANA, Chain.BASE]
DAY_S = 86_400
ELSEWHERE = f"0x{'Ab' * 20}".lower()
SOLANA = "ChfGPz5KUZJ42jq1RwyjyJG5KrPvmQD6FV5xN5Gwo8AJ"
BODY = {"chain": "polygon", "address": SOMEWHERE, "label": "Cold wallet"}
WITHDRAWAL = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
NOT_SAVED = (422, "ERR_5203", "destination")


@pytest.fixture
def world() -> World:
    return World(cooling_s=DAY_S)


async def cooled(ada: Investor) -> Investor:
    """With money, and with an address that has cooled."""
    await ada.funded()
    ada.world.clock.advance(DAY_S)
    return await back(ada)


async def back(ada: Investor) -> Investor:
    """Logged in and freshly proven once more."""
    credentials = {"email": ada.email, "password": PASSWORD}
    ada.take(await ada.post("/v1/auth/login", credentials))
    return await ada.stepped_up()


async def saved(ada: Investor) -> Any:
    (found,) = (await ada.get("/v1/payout-addresses"))["items"]
    return found


async def remove(ada: Investor, address: Any) -> None:
    path = f"/v1/payout-addresses/{address['id']}"
    assert await ada.ask("DELETE", path) == (204, None)


async def test_money_leaves_to_an_address_once_it_has_cooled(ada: Investor, world: World) -> None:
    await ada.funded()
    address = await saved(ada)
    status, problem = await ada.ask("POST", "/v1/withdrawals", WITHDRAWAL)
    assert (status, problem["code"], problem["errors"][0]["field"]) == (
        422,
        "ERR_5204",
        "destination",
    )
    assert problem["usable_at"] == address["usable_at"]
    assert (await ada.get("/v1/withdrawals"))["items"] == []
    world.clock.advance(DAY_S - 31)
    await back(ada)
    assert (await ada.refused("POST", "/v1/withdrawals", WITHDRAWAL))[1] == "ERR_5204"
    world.clock.advance(1)
    await ada.post("/v1/withdrawals", WITHDRAWAL)


async def test_a_day_is_counted_from_saving(ada: Investor, world: World) -> None:
    await ada.funded()
    now = world.clock.now()
    address = await saved(ada)
    assert address["created_at"] == rfc3339(now)
    assert address["usable_at"] == rfc3339(now + timedelta(seconds=DAY_S))
    assert address | {"id": ""} == {
        "id": "",
        **BODY,
        "created_at": address["created_at"],
        "usable_at": address["usable_at"],
    }


async def test_money_does_not_leave_to_an_address_that_is_not_saved(ada: Investor) -> None:
    await cooled(ada)
    for wish in ({"destination": ELSEWHERE}, {"chain": "solana", "destination": SOLANA}):
        await ada.world.app.wallets.ensure_treasury(CHAINS)
        await ada.world.run_jobs()
        assert await ada.refused("POST", "/v1/withdrawals", WITHDRAWAL | wish) == NOT_SAVED


async def test_an_address_is_saved_for_one_chain(ada: Investor) -> None:
    await cooled(ada)
    await ada.world.app.wallets.ensure_treasury(CHAINS)
    await ada.world.run_jobs()
    refused = await ada.refused("POST", "/v1/withdrawals", WITHDRAWAL | {"chain": "base"})
    assert refused == NOT_SAVED


async def test_nobody_elses_saved_address_counts(ada: Investor, eve: Investor) -> None:
    await cooled(ada)
    await eve.funded()
    await remove(eve, await saved(eve))
    assert await eve.refused("POST", "/v1/withdrawals", WITHDRAWAL) == NOT_SAVED


async def test_capitals_do_not_make_another_address(ada: Investor, world: World) -> None:
    await ada.funded()
    shouted = f"0x{ELSEWHERE[2:].upper()}"
    first = await ada.post("/v1/payout-addresses", BODY | {"address": ELSEWHERE})
    assert await ada.post("/v1/payout-addresses", BODY | {"address": shouted}) == first
    world.clock.advance(DAY_S)
    await back(ada)
    await ada.post("/v1/withdrawals", WITHDRAWAL | {"destination": shouted})


async def test_saving_again_changes_nothing(ada: Investor, world: World) -> None:
    await ada.funded()
    before = await saved(ada)
    world.clock.advance(60)
    again = await ada.post("/v1/payout-addresses", BODY | {"label": "Another"})
    assert again == before == await saved(ada)


async def test_what_was_removed_is_gone_and_cools_anew(ada: Investor, world: World) -> None:
    await cooled(ada)
    before = await saved(ada)
    for _ in range(2):
        await remove(ada, before)
    assert (await ada.get("/v1/payout-addresses"))["items"] == []
    assert await ada.refused("POST", "/v1/withdrawals", WITHDRAWAL) == NOT_SAVED
    again = await ada.post("/v1/payout-addresses", BODY | {"label": "Again"})
    assert (again["id"], again["label"]) == (before["id"], "Again")
    assert again["usable_at"] == rfc3339(world.clock.now() + timedelta(seconds=DAY_S))
    assert (await ada.refused("POST", "/v1/withdrawals", WITHDRAWAL))[1] == "ERR_5204"


async def test_saving_needs_a_fresh_proof_and_removing_none(ada: Investor, world: World) -> None:
    await ada.funded()
    world.clock.advance(300)
    body = BODY | {"address": ELSEWHERE}
    assert await ada.refused("POST", "/v1/payout-addresses", body) == (403, "ERR_2103", None)
    await remove(ada, await saved(ada))


async def test_a_removal_and_withdrawals_at_once_come_one_after_the_other(ada: Investor) -> None:
    await cooled(ada)
    path = f"/v1/payout-addresses/{(await saved(ada))['id']}"
    asked = [("POST", "/v1/withdrawals", WITHDRAWAL)] * 5
    answers = await asyncio.gather(
        *(ada.ask(*each) for each in asked[:3]),
        ada.ask("DELETE", path),
        *(ada.ask(*each) for each in asked[3:]),
    )
    codes = {202: "", 422: "ERR_5203"}
    withdrawals = [*answers[:3], *answers[4:]]
    assert answers[3][0] == 204
    assert all(body.get("code", "") == codes[status] for status, body in withdrawals)
    assert await ada.refused("POST", "/v1/withdrawals", WITHDRAWAL) == NOT_SAVED


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"label": "x" * 51}, (422, "ERR_5004", "label")),
        ({"label": " "}, (422, "ERR_4001", "label")),
        ({"address": "0x12"}, (422, "ERR_5002", "address")),
        ({"address": f"0x{'0' * 40}"}, (422, "ERR_5002", "address")),
        ({"address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"}, (422, "ERR_5002", "address")),
        ({"chain": "solana"}, (422, "ERR_5002", "address")),
        ({"chain": "doge"}, (422, "ERR_5001", "chain")),
    ],
)
async def test_an_address_is_refused_by_field(
    ada: Investor, change: dict[str, str], refusal: Any
) -> None:
    await (await (await ada.logged_in()).protected()).stepped_up()
    assert await ada.refused("POST", "/v1/payout-addresses", BODY | change) == refusal
    assert (await ada.get("/v1/payout-addresses"))["items"] == []


async def test_there_are_so_many_addresses_and_no_more(ada: Investor) -> None:
    await (await (await ada.logged_in()).protected()).stepped_up()
    for number in range(ADDRESSES_MAX):
        await ada.may_withdraw_to(f"0x{2**64 + number:040x}")
    assert await ada.refused("POST", "/v1/payout-addresses", BODY) == (409, "ERR_5006", None)
    assert len((await ada.get("/v1/payout-addresses"))["items"]) == ADDRESSES_MAX


async def test_the_owner_is_told_by_letter_each_time(ada: Investor, world: World) -> None:
    await ada.funded()
    await world.run_jobs()
    first = world.mailer.newest(ada.email)
    assert SOMEWHERE in first.text
    assert "Cold wallet" not in first.text
    await remove(ada, await saved(ada))
    world.clock.advance(60)
    await ada.post("/v1/payout-addresses", BODY)
    await world.run_jobs()
    second = world.mailer.newest(ada.email)
    assert second.subject == first.subject
    assert second.text != first.text


async def test_auditors_see_addresses_come_and_go(ada: Investor, world: World) -> None:
    await ada.funded()
    await remove(ada, await saved(ada))
    await ada.post("/v1/payout-addresses", BODY)
    told = [d for d in await audited(world) if str(d["kind"]).startswith("payout_address")]
    assert [document["kind"] for document in told] == [
        "payout_address_saved",
        "payout_address_removed",
        "payout_address_saved",
    ]
    assert [document["detail"] for document in told] == [
        {"chain": "polygon", "address": SOMEWHERE}
    ] * 3


async def test_an_address_of_this_service_is_not_saved(ada: Investor, eve: Investor) -> None:
    """Neither one's own deposit address, nor another investor's, nor the treasury's; on no chain."""
    await cooled(ada)
    await eve.funded()
    for somebody in (ada, eve):
        (wallet,) = (await somebody.get("/v1/wallets"))["items"]
        for chain in ("polygon", "base"):
            body = BODY | {"chain": chain, "address": wallet["address"]}
            refused = await ada.refused("POST", "/v1/payout-addresses", body)
            assert refused == (422, "ERR_5002", "address")
