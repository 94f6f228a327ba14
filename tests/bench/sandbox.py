"""
``python -m tests.bench.sandbox``: the sandbox alone under a steady load of mixed requests.

Exits with 1 when an answer was not a success, or the load was not reached. ``BENCH_RATE`` is requests a
second, ``BENCH_SECONDS`` how long. The sandbox is one process, hence on one core; so is the load.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import aiohttp
import attrs
import psutil  # type: ignore[import-untyped]
import uvloop

from sandbox.alpaca.settings import AlpacaSandboxSettings
from tests.bench.deposits import percentile
from tests.sandbox.local_alpaca import application

RATE = int(os.environ.get("BENCH_RATE", "500"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
REACHED = 0.98
FIRM = AlpacaSandboxSettings().firm_account_id
AMOY = "MATIC-AMOY"
BASIC = aiohttp.encode_basic_auth("key", "secret")
CIRCLE = "Bearer TEST_API_KEY:bench:bench"
STARTS_WITHIN_S = 20.0


@attrs.frozen
class Call:
    """One request of the mixture."""

    method: str
    path: str
    authorization: str = ""
    body: Any = None


@attrs.define
class Run:
    """What became of the requests."""

    statuses: Counter[int] = attrs.field(factory=Counter)
    waits_ms: list[float] = attrs.field(factory=list)
    took_s: float = 0.0

    @property
    def failures(self) -> int:
        return sum(count for status, count in self.statuses.items() if not 200 <= status < 300)

    @property
    def per_s(self) -> float:
        return self.statuses.total() / self.took_s


def mixture(account: str) -> Iterator[Call]:
    """Reads and writes at every provider and on the chain, for ever."""
    orders = f"/alpaca/v1/trading/accounts/{account}/orders"
    buy = {
        "symbol": "AAPL",
        "side": "buy",
        "type": "market",
        "time_in_force": "day",
        "notional": "1",
    }
    journal = {"entry_type": "JNLC", "from_account": FIRM, "to_account": account, "amount": "2"}
    person = {"type": "individual", "name": "Ann Lee", "country": "US"}
    for number in itertools.count():
        address = f"0x{number:040x}"
        yield Call("POST", "/alpaca/v1/journals", BASIC, journal)
        yield Call("GET", f"/alpaca/v1/trading/accounts/{account}/account", BASIC)
        yield Call("POST", orders, BASIC, buy)
        yield Call("GET", f"{orders}?status=open&limit=10", BASIC)
        yield Call("GET", "/circle/v1/w3s/transactions?pageSize=10", CIRCLE)
        yield Call("GET", "/circle/v1/w3s/wallets?pageSize=10", CIRCLE)
        yield Call("POST", "/due/v1/accounts", "Bearer key", {**person, "email": f"a{number}@b.c"})
        yield Call("GET", "/due/v1/channels", "Bearer key")
        sent = {"blockchain": AMOY, "destination": address, "amount": "1"}
        yield Call("POST", "/sandbox/chain/transfers", body=sent)
        yield Call("GET", f"/sandbox/chain/balances?blockchain={AMOY}&address={address}")


async def prepare(http: aiohttp.ClientSession) -> str:
    """A firm with dollars, and an investor with enough of them to buy with."""
    await _post(http, "/sandbox/clock", {"mode": "accelerated", "rate": 20})
    firm = f"/alpaca/v1/accounts/{FIRM}"
    bank = {
        "account_owner_name": "Firm",
        "bank_account_type": "CHECKING",
        "bank_account_number": "1234567",
        "bank_routing_number": "026009593",
    }
    link = await _post(http, f"{firm}/ach_relationships", bank)
    order = {"transfer_type": "ach", "relationship_id": link["id"], "direction": "INCOMING"}
    await _post(http, f"{firm}/transfers", {**order, "amount": "10000000"})
    account = await _post(http, "/alpaca/v1/accounts", application("bench@example.org"))
    await _post(http, "/sandbox/clock", {"advance_s": 60})
    journal = {"entry_type": "JNLC", "from_account": FIRM, "amount": "1000000"}
    await _post(http, "/alpaca/v1/journals", {**journal, "to_account": account["id"]})
    await _post(http, "/sandbox/clock", {"advance_s": 60})
    return str(account["id"])


async def load(http: aiohttp.ClientSession, account: str) -> Run:
    """Send on schedule, whatever the answers do: who waits for answers hides a slow server."""
    run, calls, started = Run(), mixture(account), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(int(RATE * SECONDS)):
            early_s = started + number / RATE - time.monotonic()
            if early_s > 0:
                await asyncio.sleep(early_s)
            group.create_task(_ask(http, next(calls), run))
    run.took_s = time.monotonic() - started
    return run


async def _ask(http: aiohttp.ClientSession, call: Call, run: Run) -> None:
    began = time.monotonic()
    headers = {"Authorization": call.authorization}
    try:
        async with http.request(call.method, call.path, json=call.body, headers=headers) as answer:
            await answer.read()
            status = answer.status
    except aiohttp.ClientError:
        status = 0
    run.statuses[status] += 1
    run.waits_ms.append((time.monotonic() - began) * 1000)


async def _post(http: aiohttp.ClientSession, path: str, body: Any) -> Any:
    async with http.post(path, json=body, headers={"Authorization": BASIC}) as answer:
        answer.raise_for_status()
        return await answer.json()


async def measure() -> bool:
    """Start a sandbox, load it, and say the figures; whether they are good enough."""
    began = time.monotonic()
    sandbox = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(STARTS_WITHIN_S):
            line = await sandbox.stdout.readline() if sandbox.stdout else b""
        ready_s = time.monotonic() - began
        url = line.decode().split()[-1]
        connector = aiohttp.TCPConnector(limit=64)
        async with aiohttp.ClientSession(url, connector=connector) as http:
            account = await prepare(http)
            process = psutil.Process(sandbox.pid)
            before = sum(process.cpu_times()[:2])
            run = await load(http, account)
            busy = (sum(process.cpu_times()[:2]) - before) / run.took_s
    finally:
        sandbox.terminate()
        await sandbox.wait()
    return _tell(run, ready_s=ready_s, busy=busy)


def _tell(run: Run, *, ready_s: float, busy: float) -> bool:
    waits = sorted(run.waits_ms)
    shares = " / ".join(f"{percentile(waits, share):.0f}" for share in (0.5, 0.95, 0.99))
    print(f"ready after {ready_s:.2f} s")  # noqa: T201 - a command's output
    print(  # noqa: T201
        f"{run.per_s:.0f} requests/s for {run.took_s:.1f} s, {run.failures} failed,"
        f" p50/p95/p99 {shares} ms, {busy:.0%} of a core"
    )
    return run.failures == 0 and run.per_s >= RATE * REACHED


if __name__ == "__main__":
    sys.exit(0 if uvloop.run(measure()) else 1)
