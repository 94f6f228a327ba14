"""The state of the system, over HTTP."""

from __future__ import annotations

from urllib.parse import quote

from domain.accounts.roles import Role
from ports.heartbeats import WorkerKind
from tests.component.conftest import Serve
from tests.component.investor import Investor
from tests.component.parking import REASON, parked
from tests.component.staff import WHY, acts, staff, stop
from tests.component.stub_app import StubProbe
from tests.support.world import World


async def test_workers_are_told_alive_or_not(ada: Investor, world: World) -> None:
    await world.app.heartbeats.beat(WorkerKind.RELAY, lasts_s=10_000)
    root = await staff(ada, "root", Role.ADMIN)
    items = (await root.get("/v1/admin/workers"))["items"]
    assert {each["kind"]: each["is_alive"] for each in items} == {
        "relay": True,
        "feeds": False,
        "chores": False,
    }


async def test_providers_are_told_asked_or_not(serve: Serve, world: World) -> None:
    down = OSError("the breaker is open")
    probes = (StubProbe(name="circle", failure=down), StubProbe(name="due"), StubProbe())
    client = await serve(world.app, clock=world.clock, probes=probes)
    root = await staff(Investor(client, world), "root", Role.ADMIN)
    items = (await root.get("/v1/admin/providers"))["items"]
    assert {each["name"]: each["is_asked"] for each in items} == {"circle": False, "due": True}


async def test_what_waits_is_told(ada: Investor) -> None:
    await ada.funded()
    order = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "20.00"}
    root = await staff(ada, "root", Role.ADMIN)
    placed = await ada.post("/v1/orders", order)
    await stop(ada, placed["id"], "order")
    queue = await root.get("/v1/admin/queue")
    waiting = {(each["kind"], each["stage"]): each["waiting"] for each in queue["processes"]}
    assert waiting["Order", "manual_review"]["depth"] == 1
    assert queue["unsealed"]["depth"] > 0


async def test_limits_are_told_as_configured(ada: Investor) -> None:
    root = await staff(ada, "root", Role.ADMIN)
    limits = await root.get("/v1/admin/limits")
    basic = {
        (each["activity"], each["period"]): each["limit"]["value"]
        for each in limits["tiers"]
        if each["tier"] == "basic"
    }
    assert basic["withdrawal", "day"] == "10000.00"
    assert {each["quota"] for each in limits["rates"]} >= {"auth", "trading", "money", "reads"}


async def test_parked_jobs_are_told_and_resumed_by_administrators_alone(
    ada: Investor, world: World
) -> None:
    job = await parked(world)
    root, sue = await staff(ada, "root", Role.ADMIN), await staff(ada, "sue", Role.SUPPORT)
    told = await sue.get("/v1/admin/jobs/parked")
    assert told["waiting"]["depth"] == 1
    assert [(each["id"], each["reason"]) for each in told["items"]] == [
        ("message:due:not/ours", REASON)
    ]
    assert (await sue.get("/v1/admin/queue"))["parked"]["depth"] == 1
    path = f"/v1/admin/jobs/{quote(job.id, safe='')}/resume"
    assert (await sue.refused("POST", path, WHY))[:2] == (403, "ERR_2101")
    assert await root.post(path, WHY) == {"id": job.id}
    assert acts(ada)[-1]["job"] == job.id
    assert (await root.refused("POST", path, WHY))[:2] == (404, "ERR_3004")
    assert (await sue.get("/v1/admin/jobs/parked"))["items"] == []
