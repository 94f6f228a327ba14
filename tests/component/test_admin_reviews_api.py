"""Ruling on what stopped, by four eyes, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
import pytest

from domain.accounts.roles import Role
from domain.ids import ProcessId, reference
from domain.money import Money
from domain.processes.facts.funding import JournalRejected
from domain.processes.facts.trading import OrderReported, OrderStatus
from domain.quantity import Price
from domain.review.proposal import PROPOSAL_LIFETIME
from tests.component.investor import Investor
from tests.component.staff import UNKNOWN, WHY, acts, afresh, identity_of, staff, stop
from tests.support import builders as a
from tests.support.builders import SOMEWHERE

WITHDRAWAL = {"amount": "100.00", "chain": "polygon", "destination": SOMEWHERE}
ELSEWHERE = "0x" + "b" * 40
STALE, CLOSED, REFUSED = (409, "ERR_5606", None), (409, "ERR_5605", None), (409, "ERR_5602", None)
SECOND_PERSON = (403, "ERR_5607", None)


@attrs.frozen
class Case:
    """A withdrawal of Ada's whose debit has an unknown outcome, and three members of staff."""

    ada: Investor
    id: str
    root: Investor
    eva: Investor
    sue: Investor

    @property
    def path(self) -> str:
        return f"/v1/admin/reviews/{self.id}"

    async def propose(self, action: str, **evidence: str) -> str:
        """The path of the proposal that Root makes."""
        body = {"action": action, **WHY, **evidence}
        made = await self.root.post(f"{self.path}/proposals", body)
        return f"{self.path}/proposals/{made['id']}"

    async def stage(self) -> str:
        found: Any = await self.ada.get(f"/v1/withdrawals/{self.id}")
        return str(found["stage"])

    async def available(self) -> str:
        (dollars,) = (await self.ada.get("/v1/balances"))["items"]
        return str(dollars["available"])


@pytest.fixture
async def case(ada: Investor) -> Case:
    await ada.funded()
    root, eva = await staff(ada, "root", Role.ADMIN), await staff(ada, "eva", Role.ADMIN)
    sue = await staff(ada, "sue", Role.SUPPORT)
    for somebody in (root, eva, ada):
        await somebody.stepped_up()
    ada.world.slow_down()
    withdrawal = await ada.post("/v1/withdrawals", WITHDRAWAL)
    await stop(ada, withdrawal["id"], "debit")
    return Case(ada, withdrawal["id"], root, eva, sue)


async def test_what_waits_for_a_person_is_listed_with_why_and_for_how_long(case: Case) -> None:
    case.ada.world.clock.advance(60)
    (listed,) = (await case.sue.get("/v1/admin/reviews"))["items"]
    review = await case.sue.get(case.path)
    assert review["process"] == listed
    assert (listed["kind"], listed["paused_at"], listed["reason"]) == (
        "withdrawal",
        "reserved",
        UNKNOWN,
    )
    assert (listed["amount"]["value"], listed["last_fact"]) == ("100.00", "EffectUnknown")
    assert review["age_s"] >= 60
    assert review["possible"] == ["happened", "did_not_happen"]
    assert review["proposals"] == []


async def test_two_people_give_the_money_back_and_one_cannot(case: Case) -> None:
    proposal = await case.propose("did_not_happen")
    assert await case.root.refused("POST", f"{proposal}/approve", WHY) == SECOND_PERSON
    assert (await case.stage(), await case.available()) == ("manual_review", "147.50")
    done = await case.eva.post(f"{proposal}/approve", WHY)
    assert (done["stage"], done["decided_by"]) == ("approved", await identity_of(case.eva))
    assert (await case.stage(), await case.available()) == ("failed", "247.50")
    assert await case.ada.world.app.reconciliation.imbalances() == {}


async def test_a_second_account_is_no_second_person(case: Case) -> None:
    """Root may make an administrator, and approves nothing with it; others may, and may with it."""
    alt = await Investor(case.ada.client, case.ada.world, email="alt@example.org").logged_in()
    await alt.protected()
    path = f"/v1/admin/investors/{await identity_of(alt)}/role"
    await case.root.post(path, {"role": "admin", **WHY})
    await afresh(alt)
    proposal = await case.propose("did_not_happen")
    assert await alt.refused("POST", f"{proposal}/approve", WHY) == SECOND_PERSON
    body = {"action": "did_not_happen", **WHY}
    made = await alt.post(f"{case.path}/proposals", body)
    other = f"{case.path}/proposals/{made['id']}/approve"
    assert await case.root.refused("POST", other, WHY) == SECOND_PERSON
    assert await case.stage() == "manual_review"
    assert (await case.eva.post(other, WHY))["stage"] == "approved"


async def test_what_was_ruled_is_audited_under_both_names(case: Case) -> None:
    proposal = await case.propose("did_not_happen")
    await case.eva.post(f"{proposal}/approve", WHY)
    proposed, approved = acts(case.ada)[-2:]
    assert [proposed["actor"], approved["actor"]] == [
        await identity_of(case.root),
        await identity_of(case.eva),
    ]
    assert {proposed["about"], approved["about"]} == {case.id}
    assert (proposed["action"], approved["action"]) == ("propose", "approve")
    assert approved["ruling"] == "did_not_happen"
    moved = [
        record
        for record in case.ada.world.database.audit_records.values()
        if record.about == case.id and record.kind.value == "balance_changed"
    ]
    assert moved[-1].actor == await identity_of(case.eva), "not the investor's own act"


async def test_of_many_approvals_at_once_one_counts(case: Case) -> None:
    proposal = await case.propose("did_not_happen")
    outcomes = await asyncio.gather(
        *(case.eva.ask("POST", f"{proposal}/approve", WHY) for _ in range(10))
    )
    assert sorted(status for status, _ in outcomes) == [200, *[409] * 9]
    assert await case.available() == "247.50"
    assert await case.eva.refused("POST", f"{proposal}/approve", WHY) == CLOSED


async def test_a_proposal_about_what_has_moved_since_is_stale(case: Case) -> None:
    proposal = await case.propose("happened", provider_id="j-1")
    rejected = JournalRejected(
        reference=reference(ProcessId(case.id), "debit"), reason="it says so itself"
    )
    await case.ada.world.app.processes.apply(ProcessId(case.id), rejected)
    assert await case.eva.refused("POST", f"{proposal}/approve", WHY) == STALE
    assert await case.stage() == "failed"


async def test_a_proposal_lasts_a_day(case: Case) -> None:
    proposal = await case.propose("did_not_happen")
    case.ada.world.clock.advance(PROPOSAL_LIFETIME.total_seconds())
    await afresh(case.eva)
    assert await case.eva.refused("POST", f"{proposal}/approve", WHY) == CLOSED
    assert (await case.eva.get(case.path))["process"]["stage"] == "manual_review"
    await case.ada.world.run_jobs()
    assert (await case.eva.get(case.path))["proposals"] == []


async def test_a_proposal_that_is_rejected_does_nothing(case: Case) -> None:
    proposal = await case.propose("did_not_happen")
    (listed,) = (await case.sue.get(case.path))["proposals"]
    assert (listed["action"], listed["stage"]) == ("did_not_happen", "open")
    assert (await case.root.post(f"{proposal}/reject", WHY))["stage"] == "rejected"
    assert await case.eva.refused("POST", f"{proposal}/approve", WHY) == CLOSED
    assert await case.stage() == "manual_review"


@pytest.mark.parametrize(
    ("action", "evidence", "refusal"),
    [
        ("retry", {}, REFUSED),
        ("overrule", {}, REFUSED),
        ("compensate", {}, REFUSED),
        ("settled", {"bought": "99.50", "fee": "0.50"}, REFUSED),
        ("happened", {}, (422, "ERR_5603", "provider_id")),
        ("settled", {"bought": "99.50"}, (422, "ERR_5603", "fee")),
        ("settled", {"bought": "0.1234567", "fee": "0"}, (422, "ERR_4101", "bought")),
        ("vanish", {}, (422, "ERR_4001", "action")),
    ],
)
async def test_what_the_state_does_not_allow_is_not_even_proposed(
    case: Case, action: str, evidence: dict[str, str], refusal: tuple[int, str, str | None]
) -> None:
    body = {"action": action, **WHY, **evidence}
    status, code, field = await case.root.refused("POST", f"{case.path}/proposals", body)
    expected = (status, code if refusal[1] == "ERR_4101" else refusal[1], refusal[2])
    assert (status, code, field) == expected
    assert (await case.sue.get(case.path))["proposals"] == []


async def test_what_happened_goes_on_to_the_end(case: Case) -> None:
    await case.ada.world.run_jobs()
    proposal = await case.propose("happened", provider_id="journal-1")
    await case.eva.post(f"{proposal}/approve", WHY)
    assert await case.stage() == "broker_debited"


async def test_asking_the_provider_needs_no_second_person(case: Case) -> None:
    await case.ada.world.run_jobs()
    world = case.ada.world
    world.brokerage.fail(reference(ProcessId(case.id), "debit"), "returned")
    answered = await case.sue.post(f"{case.path}/inquire", WHY)
    assert answered["stage"] == "failed"
    assert (await case.stage(), await case.available()) == ("failed", "247.50")
    assert acts(case.ada)[-1]["action"] == "inquire"


async def test_a_provider_that_cannot_be_asked_says_so(case: Case) -> None:
    case.ada.world.brokerage.faults.be_unavailable()
    assert (await case.sue.refused("POST", f"{case.path}/inquire", WHY))[0] == 503


async def test_nobody_rules_on_their_own_money(ada: Investor) -> None:
    await ada.funded()
    withdrawal = await ada.post("/v1/withdrawals", WITHDRAWAL)
    await stop(ada, withdrawal["id"], "debit")
    await ada.world.app.staff.give_role_from_terminal(ada.email, role=Role.ADMIN, reason="hired")
    await afresh(ada)
    body = {"action": "did_not_happen", **WHY}
    path = f"/v1/admin/reviews/{withdrawal['id']}/proposals"
    assert await ada.refused("POST", path, body) == (403, "ERR_2111", None)


async def test_what_is_not_in_review_has_no_review(case: Case) -> None:
    (deposit,) = (await case.ada.get("/v1/deposits"))["items"]
    missing = (404, "ERR_5601", None)
    assert await case.sue.refused("GET", f"/v1/admin/reviews/{deposit['id']}") == missing
    body = {"action": "retry", **WHY}
    path = f"/v1/admin/reviews/{deposit['id']}/proposals"
    assert await case.root.refused("POST", path, body) == missing
    other = f"{case.path}/proposals/{deposit['id']}"
    assert await case.eva.refused("POST", f"{other}/approve", WHY) == (404, "ERR_5604", None)


async def test_a_deposit_over_the_limit_goes_on_when_two_people_say_so(ada: Investor) -> None:
    await ada.with_wallet()
    (wallet,) = (await ada.get("/v1/wallets"))["items"]
    await ada.arrive(wallet["address"], "10001.00")
    (deposit,) = (await ada.get("/v1/deposits"))["items"]
    assert deposit["stage"] == "manual_review"
    root, eva = await staff(ada, "root", Role.ADMIN), await staff(ada, "eva", Role.ADMIN)
    await root.stepped_up()
    path = f"/v1/admin/reviews/{deposit['id']}"
    assert (await root.get(path))["possible"] == ["overrule"]
    made = await root.post(f"{path}/proposals", {"action": "overrule", **WHY})
    await eva.stepped_up()
    await eva.post(f"{path}/proposals/{made['id']}/approve", WHY)
    await ada.world.let_pass(120)
    assert (await ada.get(f"/v1/deposits/{deposit['id']}"))["stage"] == "broker_funded"
    limits = (await ada.get("/v1/limits"))["limits"]
    used = next(each for each in limits if each["activity"] == "deposit")["used"]
    assert used["value"] == "10001.00"


async def test_a_corrected_fill_is_booked_as_the_broker_has_it(ada: Investor) -> None:
    await ada.funded()
    order = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "100.00"}
    placed = await ada.post("/v1/orders", order)
    await ada.fill(placed["id"])
    before = await ada.get(f"/v1/orders/{placed['id']}")
    shares = a.buy().asset
    correction = OrderReported(
        reference=reference(ProcessId(placed["id"]), "order"),
        provider_id="o-1",
        status=OrderStatus.FILLED,
        filled=Money.of("0.1", shares),
        average_price=Price.of("190"),
        corrects=True,
    )
    await ada.world.app.processes.apply(ProcessId(placed["id"]), correction)
    root, eva = await staff(ada, "root", Role.ADMIN), await staff(ada, "eva", Role.ADMIN)
    await root.stepped_up()
    path = f"/v1/admin/reviews/{placed['id']}"
    body = {"action": "correct", "filled": "0.1", "cost": "19.00", **WHY}
    made = await root.post(f"{path}/proposals", body)
    await eva.stepped_up()
    await eva.post(f"{path}/proposals/{made['id']}/approve", WHY)
    after = await ada.get(f"/v1/orders/{placed['id']}")
    assert (before["cost"]["value"], after["cost"]["value"]) == ("100.00", "19.00")
    assert (after["stage"], after["filled_quantity"]) == ("filled", "0.100000000")
    balances = {each["asset"]: each for each in (await ada.get("/v1/balances"))["items"]}
    assert balances["AAPL"]["available"] == "0.100000000"
    assert balances["USD"]["available"] == "228.50"
    assert await ada.world.app.reconciliation.imbalances() == {}


@pytest.fixture
async def denied(ada: Investor) -> Case:
    """A withdrawal of Ada's whose payout the custodian denies for good."""
    await ada.funded()
    root, eva = await staff(ada, "root", Role.ADMIN), await staff(ada, "eva", Role.ADMIN)
    for somebody in (root, eva, ada):
        await somebody.stepped_up()
    ada.world.custodian.block(SOMEWHERE)
    withdrawal = await ada.post("/v1/withdrawals", WITHDRAWAL)
    await ada.world.let_pass(60)
    return Case(ada, withdrawal["id"], root, eva, root)


async def test_a_payout_that_is_denied_is_given_back_net_of_the_fees(denied: Case) -> None:
    review = await denied.root.get(denied.path)
    assert (review["process"]["paused_at"], review["process"]["reason"]) == (
        "onramp_settled",
        "denied",
    )
    assert {"give_back", "pay_another"} <= set(review["possible"])
    assert review["addresses"] == []
    await denied.eva.post(f"{await denied.propose('give_back')}/approve", WHY)
    await denied.ada.world.let_pass(120)
    assert (await denied.stage(), await denied.available()) == ("compensated", "244.50")
    assert await denied.ada.world.app.reconciliation.imbalances() == {}
    limits = (await denied.ada.get("/v1/limits"))["limits"]
    used = next(each for each in limits if each["activity"] == "withdrawal")["used"]
    assert used["value"] == "0.00"


async def test_a_payout_that_is_denied_goes_to_another_saved_address(denied: Case) -> None:
    world = denied.ada.world
    world.outside[ELSEWHERE] = a.usdc("0")
    body = {"chain": "polygon", "address": ELSEWHERE, "label": "another"}
    saved = await denied.ada.post("/v1/payout-addresses", body)
    review = await denied.root.get(denied.path)
    assert review["addresses"] == [{"id": saved["id"], "address": ELSEWHERE, "label": "another"}]
    proposal = await denied.propose("pay_another", payout_address=saved["id"])
    await denied.eva.post(f"{proposal}/approve", WHY)
    await world.let_pass(60)
    assert await denied.stage() == "completed"
    assert world.outside[ELSEWHERE] == a.usdc("99.50")


async def test_it_goes_to_no_address_that_is_not_saved_and_usable(denied: Case) -> None:
    path = f"{denied.path}/proposals"
    body = {"action": "pay_another", **WHY}
    assert await denied.root.refused("POST", path, body) == (422, "ERR_5603", "payout_address")
    for named in (denied.id, "no id at all"):
        refused = await denied.root.refused("POST", path, {**body, "payout_address": named})
        assert refused[:2] == (422, "ERR_5203")
    own = await denied.root.post(
        "/v1/payout-addresses", {"chain": "polygon", "address": ELSEWHERE, "label": "mine"}
    )
    refused = await denied.root.refused("POST", path, {**body, "payout_address": own["id"]})
    assert refused == (422, "ERR_5203", "payout_address")
    (same,) = (await denied.ada.get("/v1/payout-addresses"))["items"]
    refused = await denied.root.refused("POST", path, {**body, "payout_address": same["id"]})
    assert refused == REFUSED


async def test_an_address_that_is_removed_meanwhile_is_not_paid(denied: Case) -> None:
    body = {"chain": "polygon", "address": ELSEWHERE, "label": "another"}
    saved = await denied.ada.post("/v1/payout-addresses", body)
    proposal = await denied.propose("pay_another", payout_address=saved["id"])
    assert (await denied.ada.ask("DELETE", f"/v1/payout-addresses/{saved['id']}"))[0] == 204
    refused = await denied.eva.refused("POST", f"{proposal}/approve", WHY)
    assert refused == (422, "ERR_5203", "payout_address")
    assert await denied.stage() == "manual_review"
