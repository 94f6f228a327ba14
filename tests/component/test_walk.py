"""One investor's way through the API: from registering to USDC on its way out again."""

from __future__ import annotations

from tests.component.investor import Investor
from tests.support.builders import SOMEWHERE, dollars
from tests.support.world import World


async def test_a_deposit_becomes_shares_and_leaves_again(ada: Investor, world: World) -> None:
    await ada.funded("250.00")

    (deposit,) = (await ada.get("/v1/deposits"))["items"]
    assert deposit["stage"] == "broker_funded"
    assert deposit["amount"] == {"value": "250.000000", "asset": "USDC"}
    net, fee = deposit["net"], deposit["fee"]
    assert dollars(net["value"]) + dollars(fee["value"]) == dollars("250.00")
    assert deposit["tx_hash"].startswith("0x")

    ordered = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "60.00"}
    order = await ada.post("/v1/orders", ordered)
    assert order["held"] == order["notional"] == {"value": "60.00", "asset": "USD"}
    await ada.fill(order["id"])
    filled = await ada.get(f"/v1/orders/{order['id']}")
    assert filled["stage"] == "filled"
    assert "." in filled["filled_quantity"]

    portfolio = await ada.get("/v1/portfolio")
    (position,) = portfolio["positions"]
    assert (position["symbol"], position["quantity"]) == ("AAPL", filled["filled_quantity"])
    assert position["price"] == "190.12"

    wanted = {"amount": "50.00", "chain": "polygon", "destination": SOMEWHERE}
    withdrawal = await ada.post("/v1/withdrawals", wanted)
    await world.let_pass(600)
    done = await ada.get(f"/v1/withdrawals/{withdrawal['id']}")
    assert done["stage"] == "completed"
    assert done["net"] == {"value": world.outside[SOMEWHERE].decimal, "asset": "USDC"}

    balances = {b["asset"]: b for b in (await ada.get("/v1/balances"))["items"]}
    assert balances["USD"]["held"] == "0.00"
    assert balances["AAPL"]["available"] == filled["filled_quantity"]
