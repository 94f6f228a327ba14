"""Breaks between our books and the world, over HTTP: found, owned, healed by four eyes."""

from __future__ import annotations

import attrs
import pytest

from domain.accounts.roles import Role
from domain.ids import FIRM
from domain.ledger.account import Account
from domain.ledger.account import Role as Purpose
from domain.money import USD, Money
from domain.reconciliation.difference import LineKind, Place
from tests.component.investor import Investor
from tests.component.planting import plant
from tests.component.staff import WHY, acts, afresh, identity_of, staff
from tests.support.planting import act, read_twice

BREAKS = "/v1/admin/breaks"
CAPITAL = {"asset": "USD", "amount": "1000.00", **WHY}


@attrs.frozen
class Case:
    """The broker paid Ada a dividend that our books do not know of."""

    ada: Investor
    id: str
    root: Investor
    eva: Investor

    @property
    def path(self) -> str:
        return f"{BREAKS}/{self.id}"

    async def stage(self) -> str:
        return str((await self.root.get(self.path))["found"]["stage"])


@pytest.fixture
async def case(ada: Investor) -> Case:
    await ada.funded()
    root, eva = await staff(ada, "root", Role.ADMIN), await staff(ada, "eva", Role.ADMIN)
    found = await plant(ada)
    for somebody in (root, eva, ada):
        await afresh(somebody)
    return Case(ada, found, root, eva)


async def test_a_break_is_listed_with_its_class_and_evidence(case: Case) -> None:
    (listed,) = (await case.root.get(BREAKS))["items"]
    owner = await identity_of(case.ada)
    told = (listed["id"], listed["owner"], listed["place"], listed["cls"], listed["what"])
    assert told == (case.id, owner, "broker", "own_act", "dividend")
    assert listed["amount"] == {"value": "0.75", "asset": "USD"}
    assert listed["evidence"] == ["x"]
    sheet = await case.root.get(case.path)
    assert sheet["found"] == listed
    assert sheet["age_s"] > 600


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("stage=open", 1),
        ("stage=closed", 0),
        ("place=broker&class=own_act", 1),
        ("place=chain", 0),
        ("class=orphan", 0),
    ],
)
async def test_breaks_are_filtered(case: Case, query: str, count: int) -> None:
    assert len((await case.root.get(f"{BREAKS}?{query}"))["items"]) == count
    owner = await identity_of(case.ada)
    listed = (await case.root.get(f"{BREAKS}?{query}&investor_id={owner}"))["items"]
    assert len(listed) == count


async def test_breaks_come_in_pages(case: Case) -> None:
    world, owner = case.ada.world, await identity_of(case.ada)
    world.books[Place.BROKER].plant(owner, act(LineKind.FEE, Money(-3, USD), id_="y"))
    await read_twice(world, owner)
    await afresh(case.root)
    first = await case.root.get(f"{BREAKS}?limit=1")
    second = await case.root.get(f"{BREAKS}?limit=1&cursor={first['next_cursor']}")
    assert [each["items"][0]["cls"] for each in (first, second)] == ["fee", "own_act"]
    assert second["next_cursor"] is None


async def test_a_break_gets_an_owner_among_the_staff(case: Case) -> None:
    to = await identity_of(case.eva)
    sheet = await case.root.post(f"{case.path}/assign", {"assignee": to, **WHY})
    assert sheet["found"]["assignee"] == to
    assert acts(case.ada)[-1]["action"] == "assign"
    ada = {"assignee": await identity_of(case.ada), **WHY}
    assert (await case.root.ask("POST", f"{case.path}/assign", ada))[0] == 404


async def test_a_proposed_posting_heals_a_break_by_four_eyes(case: Case) -> None:
    owner = await identity_of(case.ada)
    wish = {"action": "heal", "healing": "investor", **WHY}
    proposal = await case.root.post(f"{case.path}/proposals", wish)
    approve = f"{case.path}/proposals/{proposal['id']}/approve"
    assert (await case.root.ask("POST", approve, WHY))[0] == 403
    assert await case.stage() == "open"
    before = await case.ada.world.app.ledger.balance(Account(Purpose.CASH, owner, USD))
    assert (await case.eva.post(approve, WHY))["stage"] == "approved"
    after = await case.ada.world.app.ledger.balance(Account(Purpose.CASH, owner, USD))
    assert (after - before, await case.stage()) == (Money(75, USD), "healed")
    assert await read_twice(case.ada.world, owner) == []


async def test_a_break_is_explained_and_stays_known(case: Case) -> None:
    proposal = await case.root.post(f"{case.path}/proposals", {"action": "explain", **WHY})
    await case.eva.post(f"{case.path}/proposals/{proposal['id']}/approve", WHY)
    assert await case.stage() == "explained"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "heal"}, 422),
        ({"action": "heal", "healing": "capital"}, 409),
        ({"action": "retry"}, 409),
    ],
)
async def test_what_does_not_fit_is_refused(case: Case, body: dict[str, str], status: int) -> None:
    refused, _ = await case.root.ask("POST", f"{case.path}/proposals", {**body, **WHY})
    assert refused == status


async def test_capital_is_recorded_by_four_eyes_and_the_firm_agrees(case: Case) -> None:
    world = case.ada.world
    world.books[Place.BROKER].plant(FIRM, act(LineKind.BANK_TRANSFER, Money(100_000, USD), id_="w"))
    proposal = await case.root.post("/v1/admin/capital", CAPITAL)
    approve = f"{BREAKS}/{proposal['about']}/proposals/{proposal['id']}/approve"
    assert (await case.root.ask("POST", approve, WHY))[0] == 403
    await case.eva.post(approve, WHY)
    capital = await world.app.ledger.balance(Account(Purpose.CAPITAL, FIRM, USD))
    assert capital == Money(100_000, USD)
    assert await read_twice(world, FIRM) == []


@pytest.mark.parametrize("amount", ["0.00", "12.345"])
async def test_capital_is_an_amount_of_its_asset(case: Case, amount: str) -> None:
    body = {**CAPITAL, "amount": amount}
    assert (await case.root.ask("POST", "/v1/admin/capital", body))[0] == 422
    body = {**CAPITAL, "asset": "EUR"}
    assert (await case.root.ask("POST", "/v1/admin/capital", body))[0] == 422


async def test_runs_are_listed(case: Case) -> None:
    await case.ada.world.app.reconciliation_runs.turn()
    (run,) = (await case.root.get("/v1/admin/reconciliations"))["items"]
    assert (run["scope"], run["stage"], run["owners"]) == ("complete", "done", 2)


async def test_an_unknown_break_is_not_found(case: Case) -> None:
    unknown = f"{BREAKS}/{await identity_of(case.ada)}"
    assert (await case.root.ask("GET", unknown))[0] == 404
    wish = {"action": "explain", **WHY}
    assert (await case.root.ask("POST", f"{unknown}/proposals", wish))[0] == 404
