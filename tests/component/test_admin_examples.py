"""The examples of the staff's operations work as they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest

from domain.accounts.roles import Role
from entrypoints.http.access import Access
from entrypoints.http.openapi.examples import BODIES
from entrypoints.http.route import Route
from entrypoints.http.routes import ROUTES
from tests.component.investor import Investor
from tests.component.parking import parked
from tests.component.planting import plant
from tests.component.staff import WHY, afresh, identity_of, staff, stop
from tests.support.builders import SOMEWHERE

CASES = [
    pytest.param(route, body, id=f"{route.path} {name}")
    for route in ROUTES
    if route.access in {Access.SUPPORT, Access.ADMIN} and route.contract.takes is not None
    for name, body in BODIES[route.contract.takes].items()
]
WITHDRAWAL = {"amount": "100.00", "chain": "polygon", "destination": SOMEWHERE}


@pytest.mark.parametrize(("route", "body"), CASES)
async def test_an_example_for_staff_works(
    ada: Investor, eve: Investor, route: Route, body: Mapping[str, Any]
) -> None:
    root, eva = await staff(ada, "root", Role.ADMIN), await staff(ada, "eva", Role.ADMIN)
    if "breaks" in route.path:
        path = await with_break(ada, root, route.path)
        await afresh(eva)
        body = {**body, **({"assignee": await identity_of(root)} if "assignee" in body else {})}
    elif "jobs" in route.path:
        path = await with_parked_job(ada, route.path)
        await eva.stepped_up()
    elif "reviews" in route.path:
        path = await under_review(ada, root, route.path)
        await eva.stepped_up()
    else:
        await eve.onboarded()
        path = route.path.replace("{id}", await identity_of(eve))
        await eva.stepped_up()
    status, answer = await eva.ask(route.method, path, dict(body))
    assert status in route.contract.gives, answer


async def with_break(ada: Investor, root: Investor, path: str) -> str:
    """The path, about a break that is open and that Root has proposed to heal."""
    await ada.funded()
    found = await plant(ada)
    await afresh(root)
    wish = {"action": "heal", "healing": "investor", **WHY}
    proposal = await root.post(f"/v1/admin/breaks/{found}/proposals", wish)
    known = {"id": found, "proposal_id": proposal["id"]}
    return re.sub(r"\{(\w+)\}", lambda name: known[name[1]], path)


async def with_parked_job(ada: Investor, path: str) -> str:
    """The path, about a job that is parked."""
    job = await parked(ada.world)
    return path.replace("{job_id}", quote(job.id, safe=""))


async def under_review(ada: Investor, root: Investor, path: str) -> str:
    """The path, about something that waits for a person and on which Root has proposed what to do."""
    await ada.funded()
    withdrawal = await ada.post("/v1/withdrawals", WITHDRAWAL)
    await stop(ada, withdrawal["id"], "debit")
    review = f"/v1/admin/reviews/{withdrawal['id']}"
    await root.stepped_up()
    wish = {"action": "did_not_happen", **WHY}
    proposal = await root.post(f"{review}/proposals", wish)
    known = {"id": withdrawal["id"], "proposal_id": proposal["id"]}
    return re.sub(r"\{(\w+)\}", lambda name: known[name[1]], path)
