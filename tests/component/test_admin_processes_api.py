"""Looking for what is anybody's, over HTTP."""

from __future__ import annotations

import pytest

from domain.accounts.roles import Role
from tests.component.investor import Investor
from tests.component.staff import UNKNOWN, identity_of, staff, stop
from tests.support.builders import SOMEWHERE

WITHDRAWAL = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
ORDER = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "20.00"}


async def test_everybodys_are_listed_the_newest_first_in_pages(
    ada: Investor, eve: Investor
) -> None:
    await ada.funded()
    await eve.funded()
    sue = await staff(ada, "sue", Role.SUPPORT)
    page = await sue.get("/v1/admin/deposits?limit=1")
    rest = await sue.get(f"/v1/admin/deposits?limit=1&cursor={page['next_cursor']}")
    owners = [each["investor_id"] for each in [*page["items"], *rest["items"]]]
    assert owners == [await identity_of(eve), await identity_of(ada)]
    assert rest["next_cursor"] is None
    of_ada = await sue.get(f"/v1/admin/deposits?investor_id={owners[1]}&stage=broker_funded")
    assert of_ada["items"] == rest["items"]
    assert (await sue.get("/v1/admin/deposits?stage=failed"))["items"] == []
    nothing = await sue.get(f"/v1/admin/deposits?investor_id={owners[1]}&stage=expected")
    assert nothing["items"] == []


async def test_a_deposit_is_found_by_every_name_that_it_has(ada: Investor) -> None:
    await ada.funded()
    (own,) = (await ada.get("/v1/deposits"))["items"]
    sue = await staff(ada, "sue", Role.SUPPORT)
    (known,) = (await sue.get("/v1/admin/deposits"))["items"]
    for name in (
        own["id"],
        f"{own['id']}:payment:1",
        own["tx_hash"],
        known["names"]["transaction"],
    ):
        found = await sue.get(f"/v1/admin/deposits?reference={name}")
        assert [each["id"] for each in found["items"]] == [own["id"]], name
    assert (await sue.get(f"/v1/admin/orders?reference={own['id']}"))["items"] == []
    assert (await sue.get("/v1/admin/deposits?reference=0xdef"))["items"] == []


async def test_a_withdrawal_is_found_by_its_transaction_and_an_order_by_its_stage(
    ada: Investor,
) -> None:
    await ada.funded()
    withdrawal = await ada.post("/v1/withdrawals", WITHDRAWAL)
    order = await ada.post("/v1/orders", ORDER)
    await ada.world.let_pass(120)
    done = await ada.get(f"/v1/withdrawals/{withdrawal['id']}")
    sue = await staff(ada, "sue", Role.SUPPORT)
    found = await sue.get(f"/v1/admin/withdrawals?reference={done['tx_hash']}&stage=completed")
    assert [each["id"] for each in found["items"]] == [withdrawal["id"]]
    (shown,) = (await sue.get("/v1/admin/orders?stage=submitted"))["items"]
    assert (shown["id"], shown["kind"], shown["names"]["symbol"]) == (order["id"], "order", "AAPL")


async def test_staff_read_what_providers_said_and_the_trail_of_anything(
    ada: Investor,
) -> None:
    await ada.funded()
    sue = await staff(ada, "sue", Role.SUPPORT)
    await ada.stepped_up()
    withdrawal = await ada.post("/v1/withdrawals", WITHDRAWAL)
    await stop(ada, withdrawal["id"], "debit")
    trail = await sue.get(f"/v1/admin/trails/{withdrawal['id']}")
    assert (trail["kind"], trail["stage"]) == ("withdrawal", "manual_review")
    assert UNKNOWN in str(trail["lines"])
    assert UNKNOWN not in str(await ada.get(f"/v1/trails/{withdrawal['id']}"))
    of_account = await sue.get(f"/v1/admin/trails/{await identity_of(ada)}")
    assert of_account["kind"] == "investor"
    assert "argon2" not in str(of_account)
    missing = "/v1/admin/trails/00000000-0000-7000-8000-ffffffffffff"
    assert await sue.refused("GET", missing) == (404, "ERR_3001", None)


@pytest.mark.parametrize(
    ("query", "field"),
    [("stage=gone", "stage"), ("investor_id=me", "investor_id"), ("reference=", "reference")],
)
async def test_what_cannot_be_looked_for_is_refused_by_its_name(
    ada: Investor, query: str, field: str
) -> None:
    sue = await staff(ada, "sue", Role.ADMIN)
    refusal = await sue.refused("GET", f"/v1/admin/withdrawals?{query}")
    assert refusal == (422, "ERR_4001", field)
