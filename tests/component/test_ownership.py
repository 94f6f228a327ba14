"""Knowing an id opens nothing: what is somebody else's is not there."""

from __future__ import annotations

import pytest

from tests.component.investor import Investor
from tests.support.builders import SOMEWHERE

NOBODY = "00000000-0000-7000-8000-ffffffffffff"


async def test_nothing_of_somebody_elses_is_shown_or_changed(ada: Investor, eve: Investor) -> None:
    await ada.funded()
    (deposit,) = (await ada.get("/v1/deposits"))["items"]
    wanted = {"amount": "20.00", "chain": "polygon", "destination": SOMEWHERE}
    withdrawal = await ada.post("/v1/withdrawals", wanted)
    basket = await ada.post("/v1/orders", {"basket": "thirds", "notional": "90.00"})
    order = basket["orders"][0]

    await eve.logged_in()
    before = (await ada.get(f"/v1/orders/{order['id']}"))["stage"]
    for method, path in (
        ("GET", f"/v1/deposits/{deposit['id']}"),
        ("GET", f"/v1/withdrawals/{withdrawal['id']}"),
        ("GET", f"/v1/orders/{order['id']}"),
        ("GET", f"/v1/orders?basket_order={basket['basket_order_id']}"),
        ("DELETE", f"/v1/orders/{order['id']}"),
        ("POST", f"/v1/orders/{order['id']}/cancel"),
        *(
            ("GET", f"/v1/trails/{process_id}")
            for process_id in (
                deposit["id"],
                withdrawal["id"],
                order["id"],
                basket["basket_order_id"],
            )
        ),
    ):
        status, _, _ = await eve.refused(method, path)
        assert status == 404, path
    assert (await ada.get(f"/v1/orders/{order['id']}"))["stage"] == before


async def test_lists_and_balances_are_the_callers_own(ada: Investor, eve: Investor) -> None:
    await ada.funded()
    await ada.post("/v1/orders", {"basket": "thirds", "notional": "90.00"})
    await eve.logged_in()
    for path in ("deposits", "withdrawals", "orders", "wallets"):
        assert (await eve.get(f"/v1/{path}"))["items"] == []
    (balance,) = (await eve.get("/v1/balances"))["items"]
    assert (balance["asset"], balance["available"]) == ("USD", "0.00")
    assert (await eve.get("/v1/portfolio"))["total"] == {"value": "0.00", "asset": "USD"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/deposits/{}", "ERR_5102"),
        ("/v1/withdrawals/{}", "ERR_5202"),
        ("/v1/orders/{}", "ERR_5304"),
        ("/v1/orders?basket_order={}", "ERR_5304"),
        ("/v1/trails/{}", "ERR_3001"),
    ],
)
@pytest.mark.parametrize(
    "name", [NOBODY, "1", "'--", f"urn:uuid:{NOBODY}", NOBODY.replace("-", "")]
)
async def test_what_is_no_id_is_as_missing_as_what_does_not_exist(
    ada: Investor, path: str, code: str, name: str
) -> None:
    await ada.logged_in()
    assert await ada.refused("GET", path.format(name)) == (404, code, None)


async def test_one_kind_of_id_is_not_good_for_another(ada: Investor) -> None:
    await ada.funded()
    (deposit,) = (await ada.get("/v1/deposits"))["items"]
    for path in ("withdrawals", "orders"):
        status, _, _ = await ada.refused("GET", f"/v1/{path}/{deposit['id']}")
        assert status == 404
