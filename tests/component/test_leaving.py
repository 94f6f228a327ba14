"""A process that was told to stop: not ready, and still answering."""

from __future__ import annotations

from collections import Counter

import pytest

from entrypoints.http.app_keys import CHECKS
from entrypoints.meter import NullMeter
from tests.component.conftest import Serve
from tests.component.stub_app import BEARER, StubProbe


class Counting(NullMeter):
    def __init__(self) -> None:
        self.under_way = 0
        self.ended: Counter[tuple[str, str, int]] = Counter()

    def request_began(self) -> None:
        self.under_way += 1

    def request_ended(self, method: str, *, route: str, status: int, seconds: float) -> None:
        assert seconds >= 0
        self.under_way -= 1
        self.ended[method, route, status] += 1


async def test_who_leaves_is_not_ready_whatever_its_probes_say(serve: Serve) -> None:
    client = await serve(probes=[StubProbe()])
    ready = await client.get("/health/readiness")
    assert client.app is not None
    client.app[CHECKS].leave()
    leaving = await client.get("/health/readiness")
    alive = await client.get("/health/liveness")
    assert (ready.status, leaving.status, alive.status) == (200, 503, 200)
    assert (await leaving.json())["status"] == "leaving"


async def test_who_leaves_answers_and_keeps_no_connection(serve: Serve) -> None:
    client = await serve()
    assert client.app is not None
    before = await client.get("/v1/assets", headers=BEARER)
    client.app[CHECKS].leave()
    after = await client.get("/v1/assets", headers=BEARER)
    assert (before.status, after.status) == (200, 200)
    assert "Connection" not in before.headers
    assert after.headers["Connection"] == "close"


@pytest.mark.parametrize(("failure", "status"), [(None, 200), (ConnectionError("no"), 503)])
async def test_startup_tells_of_what_the_process_was_started_with(
    serve: Serve, failure: Exception | None, status: int
) -> None:
    startup = [StubProbe(name="migrations", failure=failure)]
    client = await serve(probes=[StubProbe()], startup=startup)
    response = await client.get("/health/startup")
    (check,) = (await response.json())["checks"]
    assert (response.status, check["name"], check["ok"]) == (status, "migrations", not failure)


async def test_requests_are_measured_by_the_template_of_their_route(serve: Serve) -> None:
    meter = Counting()
    client = await serve(meter=meter)
    for path in ("/v1/assets/AAPL", "/v1/assets/NONE", "/nowhere", "/v1/wallets"):
        await client.get(path, headers=BEARER if "assets" in path else {})
    await client.post("/health/liveness")
    assert meter.under_way == 0
    assert meter.ended == {
        ("GET", "/v1/assets/{symbol}", 200): 1,
        ("GET", "/v1/assets/{symbol}", 404): 1,
        ("GET", "unmatched", 404): 1,
        ("GET", "/v1/wallets", 401): 1,
        ("POST", "unmatched", 405): 1,
    }
