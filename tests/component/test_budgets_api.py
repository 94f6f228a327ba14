"""Budgets through the API: for support, and only while somebody measures."""

from __future__ import annotations

from decimal import Decimal

from ports.error_budgets import ErrorBudget
from tests.component.conftest import Serve
from tests.component.principals import create_principals
from tests.support.world import World

BUDGET = ErrorBudget(
    name="api-errors", objective=Decimal("0.99"), left=Decimal("0.25"), burn_rate=None
)


async def test_support_sees_what_is_left_of_the_promises(serve: Serve, world: World) -> None:
    principals = await create_principals(world)
    client = await serve(world.app)
    world.budgets.budgets = [BUDGET]
    response = await client.get("/v1/admin/slo", headers=principals.headers("support"))
    assert await response.json() == {
        "items": [
            {
                "name": "api-errors",
                "objective": "0.9900",
                "budget_left": "0.2500",
                "burn_rate": None,
            }
        ]
    }
    refused = await client.get("/v1/admin/slo", headers=principals.headers("user"))
    assert (refused.status, (await refused.json())["code"]) == (403, "ERR_2101")


async def test_it_is_said_when_nobody_measures(serve: Serve, world: World) -> None:
    principals = await create_principals(world)
    client = await serve(world.app)
    world.budgets.budgets = None
    response = await client.get("/v1/admin/slo", headers=principals.headers("support"))
    assert (response.status, (await response.json())["code"]) == (503, "ERR_1011")
