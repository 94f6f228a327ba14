"""Opening accounts: what is asked, what is shown, and what is kept back."""

from __future__ import annotations

import pytest

from domain.accounts.onboarding import Onboarding, Profile, ProviderAccountStatus
from domain.processes.accounts.onboarding import BROKER_ACCOUNT, OFFRAMP_ACCOUNT
from domain.processes.facts.accounts import BrokerAccountReported, OfframpAccountReported
from tests.component.investor import PROFILE, Investor
from tests.support.world import World


async def test_it_is_taken_in_and_then_approved(ada: Investor, world: World) -> None:
    await ada.logged_in()
    status, submitted = await ada.ask("POST", "/v1/onboarding", PROFILE)
    assert (status, submitted["stage"]) == (202, "submitted")
    await world.let_pass(120)
    found = await ada.get("/v1/onboarding")
    assert (
        found["stage"] == found["broker"]["standing"] == found["offramp"]["standing"] == "approved"
    )


async def test_who_agreed_where_and_when_is_ours_to_say(ada: Investor, world: World) -> None:
    await ada.logged_in()
    await ada.post("/v1/onboarding", PROFILE)
    *_, stored = world.database.processes.values()
    profile = getattr(stored.record, "profile", None)
    assert isinstance(profile, Profile)
    assert (profile.email, profile.ip_address) == (ada.email, "127.0.0.1")
    assert profile.agreed_at == "2026-01-05T15:00:00.000Z"
    assert profile.date_of_birth == PROFILE["date_of_birth"]


async def test_nothing_of_the_profile_is_ever_shown(ada: Investor) -> None:
    await ada.logged_in()
    answers = [await ada.post("/v1/onboarding", PROFILE), await ada.get("/v1/onboarding")]
    for secret in ("666-55-4321", "Byron", "San Mateo", "1990-12-10", "+15556667788"):
        assert secret not in str(answers)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agreements": False}, "agreements"),
        ({"agreements": 1}, "agreements"),
        ({"country": "US"}, "country"),
        ({"country": "usa"}, "country"),
        ({"country": "ZZZ"}, "country"),
        ({"state": "California"}, "state"),
        ({"state": "ca"}, "state"),
        ({"postal_code": "9440"}, "postal_code"),
        ({"postal_code": "SW1A 1AA"}, "postal_code"),
        ({"tax_id": "666554321"}, "tax_id"),
        ({"country": "GBR", "tax_id": " "}, "tax_id"),
        ({"date_of_birth": "10.12.1990"}, "date_of_birth"),
        ({"tax_id": None}, "tax_id"),
        ({"tax_id": 666554321}, "tax_id"),
        ({"email": "other@example.org"}, "email"),
    ],
)
async def test_a_profile_is_refused_by_field_and_not_repeated(
    ada: Investor, change: dict[str, object], field: str
) -> None:
    await ada.logged_in()
    status, problem = await ada.ask("POST", "/v1/onboarding", PROFILE | change)
    assert (status, [each["field"] for each in problem["errors"]]) == (422, [field])
    assert "666" not in str(problem["errors"])


async def test_elsewhere_states_codes_and_numbers_are_written_as_they_are_there(
    ada: Investor,
) -> None:
    await ada.logged_in()
    london = {"country": "GBR", "state": "London", "postal_code": "SW1A 1AA", "tax_id": "AB123456C"}
    assert (await ada.post("/v1/onboarding", PROFILE | london))["stage"] == "submitted"


async def test_everything_that_is_wrong_is_said_at_once(ada: Investor) -> None:
    await ada.logged_in()
    wrong = {"state": "x", "postal_code": "x", "tax_id": "x", "phone": "x"}
    _, problem = await ada.ask("POST", "/v1/onboarding", PROFILE | wrong)
    assert {each["field"] for each in problem["errors"]} == set(wrong)


@pytest.mark.parametrize(
    ("broker", "offramp", "stage"),
    [
        (ProviderAccountStatus.PENDING, ProviderAccountStatus.PENDING, "submitted"),
        (ProviderAccountStatus.APPROVED, ProviderAccountStatus.PENDING, "submitted"),
        (ProviderAccountStatus.ACTION_REQUIRED, ProviderAccountStatus.APPROVED, "action_required"),
        (ProviderAccountStatus.APPROVED, ProviderAccountStatus.ACTION_REQUIRED, "action_required"),
        (ProviderAccountStatus.APPROVED, ProviderAccountStatus.REJECTED, "rejected"),
        (ProviderAccountStatus.REJECTED, ProviderAccountStatus.APPROVED, "rejected"),
        (ProviderAccountStatus.APPROVED, ProviderAccountStatus.APPROVED, "approved"),
    ],
)
async def test_what_the_providers_decide_is_shown(
    ada: Investor,
    world: World,
    broker: ProviderAccountStatus,
    offramp: ProviderAccountStatus,
    stage: str,
) -> None:
    """As the broker's account stream and the off-ramp's webhooks tell it, each by its own name."""
    for provider in (world.brokerage, world.offramp):
        provider.open_accounts_as(ProviderAccountStatus.PENDING)
    await ada.logged_in()
    await ada.post("/v1/onboarding", PROFILE)
    await world.run_jobs()
    *_, stored = world.database.processes.values()
    about = {name.namespace: name for name in world.database.names}
    assert isinstance(stored.record, Onboarding)
    account_id, offramp_id = stored.record.broker.id, stored.record.offramp.id
    assert account_id
    assert offramp_id
    told = BrokerAccountReported(account_id=account_id, standing=broker)
    await world.app.processes.apply(about[BROKER_ACCOUNT], told, cause="event:1")
    url = (
        "https://offramp.example/check"
        if offramp is ProviderAccountStatus.ACTION_REQUIRED
        else None
    )
    heard = OfframpAccountReported(account_id=offramp_id, standing=offramp, action_url=url)
    await world.app.processes.apply(about[OFFRAMP_ACCOUNT], heard, cause="message:1")
    found = await ada.get("/v1/onboarding")
    assert found["stage"] == stage
    assert found["broker"] == {"standing": broker.value}
    assert found["offramp"] == {"standing": offramp.value, "action_url": url}


async def test_it_happens_once(ada: Investor) -> None:
    await ada.logged_in()
    assert await ada.refused("GET", "/v1/onboarding") == (404, "ERR_5403", None)
    await ada.post("/v1/onboarding", PROFILE)
    assert await ada.refused("POST", "/v1/onboarding", PROFILE) == (409, "ERR_5402", None)


async def test_before_approval_no_money_moves(ada: Investor) -> None:
    await ada.logged_in()
    refusal = (422, "ERR_5401", None)
    assert await ada.refused("POST", "/v1/wallets", {"chain": "polygon"}) == refusal
    deposit = {"chain": "polygon", "amount": "10.00"}
    assert await ada.refused("POST", "/v1/deposits", deposit) == refusal


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date_of_birth", "2999-01-01"),
        ("date_of_birth", "0001-01-01"),
        ("phone", "123"),
        ("phone", "5556667788"),
        ("phone", "+1555666778899001122"),
    ],
)
async def test_only_a_living_adult_who_can_be_called_opens_accounts(
    ada: Investor, field: str, value: str
) -> None:
    await ada.logged_in()
    refused = await ada.refused("POST", "/v1/onboarding", PROFILE | {field: value})
    assert refused == (422, "ERR_4001", field)
    assert (await ada.ask("GET", "/v1/onboarding"))[0] == 404


async def test_somebody_becomes_an_investor_on_the_eighteenth_birthday(
    ada: Investor, world: World
) -> None:
    await ada.logged_in()
    today = world.clock.now().date()
    born = today.replace(year=today.year - 18, day=min(today.day, 28))
    minor = born.replace(year=born.year + 1).isoformat()
    refused = await ada.refused("POST", "/v1/onboarding", PROFILE | {"date_of_birth": minor})
    assert refused == (422, "ERR_4001", "date_of_birth")
    await ada.post("/v1/onboarding", PROFILE | {"date_of_birth": born.isoformat()})
