"""The money trail of whatever moved money, for whoever's it is."""

from __future__ import annotations

from tests.component.investor import Investor
from tests.support.builders import SOMEWHERE
from tests.support.world import World


async def test_a_deposits_trail_tells_everything_in_order(ada: Investor) -> None:
    await ada.funded()
    (deposit,) = (await ada.get("/v1/deposits"))["items"]
    trail = await ada.get(f"/v1/trails/{deposit['id']}")
    assert (trail["id"], trail["kind"], trail["stage"]) == (
        deposit["id"],
        "deposit",
        deposit["stage"],
    )
    assert {line["kind"] for line in trail["lines"]} == {"message", "stage", "posting", "effect"}
    times = [line["at"] for line in trail["lines"]]
    assert times == sorted(times)
    assert all(at.endswith("Z") for at in times)


async def test_withdrawals_and_orders_have_trails_too(ada: Investor) -> None:
    await ada.funded()
    wanted = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
    withdrawal = await ada.post("/v1/withdrawals", wanted)
    ordered = {"symbol": "VTI", "side": "buy", "type": "market", "notional": "20.00"}
    order = await ada.post("/v1/orders", ordered)
    for record, kind in ((withdrawal, "withdrawal"), (order, "order")):
        trail = await ada.get(f"/v1/trails/{record['id']}")
        assert (trail["kind"], trail["stage"]) == (kind, record["stage"])
        assert [line["title"] for line in trail["lines"] if line["kind"] == "posting"]


async def test_a_basket_orders_trail_is_that_of_all_its_orders(ada: Investor, world: World) -> None:
    await ada.funded()
    placed = await ada.post("/v1/orders", {"basket": "thirds", "notional": "90.00"})
    path = f"/v1/trails/{placed['basket_order_id']}"
    trail = await ada.get(path)
    assert (trail["kind"], trail["stage"]) == ("basket_order", "open")
    symbols = {line["title"].partition(":")[0] for line in trail["lines"]}
    assert symbols == {"AAPL", "MSFT", "VTI"}
    for order in placed["orders"]:
        world.advance(1)
        await ada.fill(order["id"])
    closed = await ada.get(path)
    assert closed["stage"] == "closed"
    times = [line["at"] for line in closed["lines"]]
    assert times == sorted(times)


async def test_what_moves_no_money_has_no_trail(ada: Investor, world: World) -> None:
    await ada.with_wallet()
    kinds = {type(v.record).__name__: v.record.id for v in world.database.processes.values()}
    for kind in ("Onboarding", "Wallet"):
        refusal = await ada.refused("GET", f"/v1/trails/{kinds[kind]}")
        assert refusal == (404, "ERR_3001", None)
