"""The control API: time, chain, books, and errors that name the field."""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import datetime
from typing import Any

import aiohttp
import pytest

from tests.sandbox.circle_customer import AMOY, SOME_ADDRESS
from tests.sandbox.conftest import Sandbox
from tests.support.waiting import LIMIT_S

OTHER = "0x" + "cd" * 20


async def call(
    http: aiohttp.ClientSession, sandbox: Sandbox, method: str, path: str, body: Any = None
) -> tuple[int, Any]:
    async with http.request(method, f"{sandbox.url}/sandbox{path}", json=body) as response:
        return response.status, await response.json()


async def test_it_is_healthy(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    assert await call(http, sandbox, "GET", "/health") == (200, {"status": "ok"})


async def test_a_stopped_clock_moves_only_by_hand_and_runs_what_becomes_due_on_the_way(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    _, stopped = await call(http, sandbox, "POST", "/clock", {"speed": 0})
    transfer = {"blockchain": AMOY, "destination": SOME_ADDRESS, "amount": "1"}
    _, sent = await call(http, sandbox, "POST", "/chain/transfers", transfer)
    await call(http, sandbox, "POST", "/clock", {"advance_s": 5})
    _, found = await call(http, sandbox, "GET", f"/chain/transfers?tx_hash={sent['tx_hash']}")
    _, now = await call(http, sandbox, "GET", "/clock")

    assert (found["transfers"][0]["confirmed"], found["transfers"][0]["final"]) == (True, False)
    moved = datetime.fromisoformat(now["now"]) - datetime.fromisoformat(stopped["now"])
    assert moved.total_seconds() == 5


async def test_steps_that_follow_from_each_other_all_happen_in_one_advance(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    happened: list[float] = []
    clock = sandbox.world.clock
    clock.set_speed(0)
    start = clock.now()

    def step() -> None:
        happened.append((clock.now() - start).total_seconds())
        if len(happened) < 3:
            clock.call_later(10, step)

    clock.call_later(10, step)
    await call(http, sandbox, "POST", "/clock", {"advance_s": 60})
    assert happened == [10, 20, 30]


async def test_several_outputs_share_one_transaction_and_the_books_balance(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    outputs = [
        {"destination": SOME_ADDRESS, "amount": "250.00"},
        {"destination": OTHER, "amount": "0.000001"},
    ]
    status, sent = await call(
        http, sandbox, "POST", "/chain/transfers", {"blockchain": AMOY, "outputs": outputs}
    )
    _, books = await call(http, sandbox, "GET", "/books")
    _, one = await call(http, sandbox, "GET", f"/chain/balances?blockchain={AMOY}&address={OTHER}")

    assert status == 201
    assert [each["index"] for each in sent["transfers"]] == [0, 1]
    assert {each["tx_hash"] for each in sent["transfers"]} == {sent["tx_hash"]}
    assert books["chain"]["minted"] == books["chain"]["held"] == {AMOY: "250.000001"}
    assert {"circle", "alpaca", "due", "bank"} <= books.keys()
    assert one["balances"] == [{"blockchain": AMOY, "address": OTHER, "amount": "0.000001"}]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/clock", {}, "speed"),
        ("/clock", {"speed": "fast"}, "speed"),
        ("/clock", {"advance_s": -1}, "advance_s"),
        ("/clock", [], "body"),
        ("/chain/transfers", {"blockchain": "DOGE"}, "blockchain"),
        ("/chain/transfers", {"blockchain": AMOY, "destination": "0x1"}, "destination"),
        (
            "/chain/transfers",
            {"blockchain": AMOY, "destination": SOME_ADDRESS, "amount": "0.0000001"},
            "amount",
        ),
        (
            "/chain/transfers",
            {"blockchain": AMOY, "destination": SOME_ADDRESS, "amount": "-1"},
            "amount",
        ),
        (
            "/chain/transfers",
            {"blockchain": AMOY, "source": OTHER, "destination": SOME_ADDRESS, "amount": "1"},
            "source",
        ),
        ("/chain/transfers", {"blockchain": AMOY, "outputs": []}, "outputs"),
        (
            "/chain/transfers",
            {"blockchain": AMOY, "outputs": [{"destination": SOME_ADDRESS}]},
            "outputs[0].amount",
        ),
    ],
)
async def test_a_wrong_field_is_named(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str, body: Any, field: str
) -> None:
    status, answer = await call(http, sandbox, "POST", path, body)
    assert (status, answer["error"]["field"]) == (400, field)


async def test_what_is_unknown_is_a_404_in_the_same_shape(
    sandbox: Sandbox, http: aiohttp.ClientSession
) -> None:
    answers = [
        await call(http, sandbox, "GET", "/chain/transfers?tx_hash=0x1"),
        await call(http, sandbox, "POST", "/webhooks/none/redeliver"),
        await call(http, sandbox, "GET", "/nowhere"),
    ]
    assert [(status, answer["error"]["field"]) for status, answer in answers] == [
        (404, "tx_hash"),
        (404, "message_id"),
        (404, "path"),
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_process_says_where_it_listens_and_stops_cleanly(
    http: aiohttp.ClientSession, number: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), timeout=LIMIT_S)).decode()
        url = line.removeprefix("sandbox listening on ").strip()
        async with http.get(f"{url}/sandbox/health") as response:
            assert response.status == 200
        process.send_signal(number)
        rest, _ = await asyncio.wait_for(process.communicate(), timeout=LIMIT_S)
        assert (process.returncode, rest) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
