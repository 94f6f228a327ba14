"""What we log on purpose has nothing secret or personal in it: here there is no net under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from tests.component.conftest import Serve
from tests.component.stub_app import BEARER, Letterbox, Listings, an_application

MARK = "a7f3c9e1b5d2-not-to-be-told"
PERSON = f"{MARK}@personal.example"
REQUESTS: Mapping[str, tuple[str, str, Any]] = {
    "a password": ("POST", "/v1/auth/register", {"email": PERSON, "password": MARK}),
    "a field that nobody asked for": ("POST", "/v1/auth/login", {MARK: MARK}),
    "a wrong type": ("POST", "/v1/orders", {"symbol": [MARK], "side": MARK}),
    "something like an amount": ("POST", "/v1/deposits", {"chain": "polygon", "amount": MARK}),
    "a profile": ("POST", "/v1/onboarding", {"given_name": MARK, "tax_id": MARK}),
    "an id": ("GET", f"/v1/orders/{MARK}", None),
    "an address": ("GET", f"/v1/assets/{PERSON}", None),
    "a path": ("GET", f"/v1/{MARK}/{PERSON}", None),
    "a query": ("GET", f"/v1/assets?search={MARK}", None),
    "a webhook": ("POST", "/v1/webhooks/circle", {"note": MARK}),
}


@pytest.mark.parametrize("what", REQUESTS)
async def test_a_request_is_logged_without_what_it_holds(serve: Serve, what: str) -> None:
    method, path, body = REQUESTS[what]
    client = await serve(an_application(mailroom=Letterbox()))
    headers = {**BEARER, "X-Anything": MARK, "Cookie": f"session={MARK}"}
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        await client.request(method, path, json=body, headers=headers)
    assert lines
    assert MARK not in str(lines)
    assert "let-me-in" not in str(lines)


async def test_a_defect_is_logged_by_where_it_is(serve: Serve) -> None:
    """An error's own message is another matter: see test_logging.py for the net under it."""
    client = await serve(an_application(listings=Listings(failure=RuntimeError("broken"))))
    with capture_logs() as lines:
        await client.get(f"/v1/assets?search={MARK}", headers=BEARER)
    assert lines[0]["exc_info"]
    assert MARK not in str(lines)
