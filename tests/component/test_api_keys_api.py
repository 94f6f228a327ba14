"""API keys over HTTP: shown once, good for their scopes, and not a day or an act longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from adapters.documents import to_document
from domain.accounts.api_key import KEYS_MAX, ApiKey
from domain.accounts.roles import Role
from domain.ids import ProcessId
from domain.processes.facts.accounts import RoleGiven
from domain.timestamps import rfc3339
from entrypoints.settings import Allowance
from tests.component.conftest import Serve
from tests.component.investor import Investor
from tests.component.stub_app import LIMITS
from tests.component.test_audit_trail import audited
from tests.component.test_sessions_api import CHANGE, log_in
from tests.support.builders import SOMEWHERE
from tests.support.world import World

ALL = ["read", "deposit", "trade", "withdraw"]
WITHDRAWAL = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
ORDER = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "20.00"}
NO_TOKEN = (401, "ERR_2003", None)
DAY_S = 86_400.0


async def proven(ada: Investor) -> Investor:
    return await (await (await ada.logged_in()).protected()).stepped_up()


async def made(ada: Investor, *scopes: str, days: int | None = None) -> Any:
    body: dict[str, Any] = {"name": "Ledger export", "scopes": scopes or ("read",)}
    return await ada.post("/v1/api-keys", body | ({"expires_in_days": days} if days else {}))


def with_key(ada: Investor, key: Any) -> Investor:
    """A program that has only the key."""
    headers = {"Authorization": f"Bearer {key['key']}"}
    return Investor(ada.client, ada.world, headers=headers)


async def keys(ada: Investor) -> Any:
    return (await ada.get("/v1/api-keys"))["items"]


async def test_a_key_is_shown_once(ada: Investor, world: World) -> None:
    await proven(ada)
    key = await made(ada, "trade", "read", days=90)
    now = world.clock.now()
    assert key["key"].startswith(key["prefix"])
    assert (len(key["prefix"]), len(key["key"]) >= 40) == (8, True)
    assert key["scopes"] == ["read", "trade"]
    assert (key["created_at"], key["expires_at"]) == (
        rfc3339(now),
        rfc3339(now + timedelta(days=90)),
    )
    (listed,) = await keys(ada)
    assert listed == {name: value for name, value in key.items() if name != "key"}


async def test_two_keys_differ_also_under_one_idempotency_key(ada: Investor) -> None:
    await proven(ada)
    ada.headers["Idempotency-Key"] = "the-same"
    assert (await made(ada))["key"] != (await made(ada))["key"]
    assert ada.world.database.idempotency_records == {}


async def test_a_key_is_kept_and_told_nowhere(
    ada: Investor, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await proven(ada)
    key = await made(ada, *ALL)
    await with_key(ada, key).get("/v1/balances")
    secret = key["key"].removeprefix("stk_")
    database = world.database
    stored = f"{database} {[to_document(v.record) for v in database.processes.values()]}"
    assert secret not in f"{stored} {await audited(world)} {capsys.readouterr()}"


async def test_a_key_does_what_its_scopes_say(ada: Investor, world: World) -> None:
    await ada.funded()
    trader = with_key(ada, await made(ada, "trade"))
    placed = await trader.post("/v1/orders", ORDER)
    assert await trader.refused("GET", f"/v1/orders/{placed['id']}") == (403, "ERR_2102", None)
    assert (await ada.get(f"/v1/orders/{placed['id']}"))["id"] == placed["id"]
    reader = with_key(ada, await made(ada, "read"))
    assert await reader.get(f"/v1/orders/{placed['id']}") == await ada.get(
        f"/v1/orders/{placed['id']}"
    )
    assert await reader.refused("POST", "/v1/orders", ORDER) == (403, "ERR_2102", None)


async def test_a_key_withdraws_without_stepping_up_and_to_saved_addresses_alone(
    ada: Investor, world: World
) -> None:
    await ada.funded()
    program = with_key(ada, await made(ada, "withdraw"))
    world.clock.advance(DAY_S)
    await program.post("/v1/withdrawals", WITHDRAWAL)
    elsewhere = WITHDRAWAL | {"destination": f"0x{'7' * 40}"}
    refused = await program.refused("POST", "/v1/withdrawals", elsewhere)
    assert refused == (422, "ERR_5203", "destination")
    address = {"chain": "polygon", "address": f"0x{'7' * 40}", "label": "mine"}
    refused = await program.refused("POST", "/v1/payout-addresses", address)
    assert refused == (403, "ERR_2104", None)


async def test_a_revoked_key_is_good_for_nothing_at_once(ada: Investor) -> None:
    await proven(ada)
    one, other = await made(ada), await made(ada)
    path = f"/v1/api-keys/{one['id']}"
    for _ in range(2):
        assert await ada.ask("DELETE", path) == (204, None)
    assert await with_key(ada, one).refused("GET", "/v1/balances") == NO_TOKEN
    await with_key(ada, other).get("/v1/balances")
    assert [key["id"] for key in await keys(ada)] == [other["id"]]


async def test_a_key_is_good_until_it_expires(ada: Investor, world: World) -> None:
    await proven(ada)
    key = await made(ada, days=1)
    lasting = await made(ada)
    world.clock.advance(DAY_S - 1)
    await with_key(ada, key).get("/v1/balances")
    world.clock.advance(1)
    assert await with_key(ada, key).refused("GET", "/v1/balances") == NO_TOKEN
    await log_in(ada)
    assert [each["id"] for each in await keys(ada)] == [lasting["id"]]
    await world.run_jobs()
    stages = {
        stored.record.stage.value
        for stored in world.database.processes.values()
        if isinstance(stored.record, ApiKey)
    }
    assert stages == {"active", "expired"}


async def test_a_key_outlives_sessions_and_passwords(ada: Investor) -> None:
    await proven(ada)
    program = with_key(ada, await made(ada))
    assert await ada.ask("POST", "/v1/auth/password", CHANGE) == (204, None)
    assert await ada.ask("POST", "/v1/auth/logout") == (204, None)
    await program.get("/v1/balances")


async def test_a_key_of_an_administrator_is_a_users(ada: Investor, world: World) -> None:
    await proven(ada)
    key = await made(ada, *ALL)
    owner = (await world.app.api_keys.caller(key["key"])).investor_id
    await world.app.processes.apply(ProcessId(owner), RoleGiven(role=Role.ADMIN, reason="hired"))
    assert (await world.app.api_keys.caller(key["key"])).role is Role.USER
    await with_key(ada, key).get("/v1/balances")


async def test_making_needs_a_fresh_proof_and_revoking_none(ada: Investor, world: World) -> None:
    await proven(ada)
    key = await made(ada)
    world.clock.advance(300)
    body = {"name": "x", "scopes": ["read"]}
    assert await ada.refused("POST", "/v1/api-keys", body) == (403, "ERR_2103", None)
    assert await ada.ask("DELETE", f"/v1/api-keys/{key['id']}") == (204, None)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "x" * 51}, (422, "ERR_4211", "name")),
        ({"name": " "}, (422, "ERR_4001", "name")),
        ({"scopes": []}, (422, "ERR_4001", "scopes")),
        ({"scopes": ["read", "read"]}, (422, "ERR_4001", "scopes")),
        ({"scopes": ["everything"]}, (422, "ERR_4001", "scopes")),
        ({"scopes": "read"}, (422, "ERR_4001", "scopes")),
        ({"scopes": None}, (422, "ERR_4001", "scopes")),
        ({"expires_in_days": 0}, (422, "ERR_4211", "expires_in_days")),
        ({"expires_in_days": 366}, (422, "ERR_4211", "expires_in_days")),
        ({"expires_in_days": "90"}, (422, "ERR_4001", "expires_in_days")),
        ({"expires_in_days": True}, (422, "ERR_4001", "expires_in_days")),
        ({"expires_in_days": 1.5}, (422, "ERR_4001", "expires_in_days")),
    ],
)
async def test_a_key_is_refused_by_field(
    ada: Investor, change: dict[str, Any], refusal: Any
) -> None:
    await proven(ada)
    body = {"name": "Ledger export", "scopes": ["read"]} | change
    assert await ada.refused("POST", "/v1/api-keys", body) == refusal
    assert await keys(ada) == []


async def test_there_are_so_many_keys_and_no_more(ada: Investor) -> None:
    await proven(ada)
    first, *_ = [await made(ada) for _ in range(KEYS_MAX)]
    body = {"name": "one more", "scopes": ["read"]}
    assert await ada.refused("POST", "/v1/api-keys", body) == (409, "ERR_2012", None)
    await ada.ask("DELETE", f"/v1/api-keys/{first['id']}")
    await made(ada)


async def test_keys_and_sessions_of_an_investor_are_counted_together(
    serve: Serve, world: World
) -> None:
    limits = attrs.evolve(LIMITS, reads=Allowance(calls=2, window_s=60))
    ada = Investor(await serve(world.app, clock=world.clock, limits=limits), world)
    await proven(ada)
    program = with_key(ada, await made(ada))
    await program.get("/v1/balances")
    await ada.get("/v1/balances")
    assert (await program.refused("GET", "/v1/balances"))[0] == 429
    assert (await ada.refused("GET", "/v1/balances"))[0] == 429


async def test_auditors_see_keys_come_and_go_and_what_was_done_with_them(
    ada: Investor, world: World
) -> None:
    await ada.funded()
    key = await made(ada, "trade")
    await with_key(ada, key).post("/v1/orders", ORDER)
    await ada.post("/v1/orders", ORDER)
    await ada.ask("DELETE", f"/v1/api-keys/{key['id']}")
    told = await audited(world)
    with_it = [document for document in told if document["detail"].get("key") == key["id"]]
    assert [document["kind"] for document in with_it] == ["order_placed", "balance_changed"]
    assert {document["actor"] for document in with_it} == {with_it[0]["subject"]}
    about = [document for document in told if document["about"] == key["id"]]
    assert [(document["kind"], document["detail"]) for document in about] == [
        ("api_key_created", {"scopes": "trade"}),
        ("api_key_revoked", {"scopes": "trade"}),
    ]
