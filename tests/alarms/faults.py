"""What goes wrong in the running system, and which alerts it sets off."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import attrs
import psutil  # type: ignore[import-untyped] # it comes without

from entrypoints.cli.api import until
from entrypoints.cli.walk import STOCK
from tests.alarms import neglect
from tests.alarms.monitored_stack import MonitoredStack
from tests.support.stack import HTTP, WORKER

Injection = Callable[[MonitoredStack], AbstractAsyncContextManager[None]]

CROWD = 16
FORGED = 10
DISK_BYTES = 16 * 2**20
FULL_SHARE = 0.9
SCARCE = 1.1
"""So many times what it has now is what a process may have."""

LATE = 6
STANDSTILL, SPEED = 0.001, 50.0
NUDGE_S = 1.0
LATE_S = 615.0
"""Longer than a withdrawal may take, and a deposit."""

RUN_LIMIT_S = 20.0


@attrs.frozen(kw_only=True)
class Fault:
    """
    ``injected`` is entered to break something and left to mend it.

    The alerts must fire within ``fires_s`` of the injection.
    """

    what: str
    sets_off: Sequence[str]
    injected: Injection
    fires_s: float = 120.0


def burn(objective: str, *windows: str) -> Sequence[str]:
    return [f"{objective}Burn{window}" for window in windows]


@asynccontextmanager
async def table_locked(monitored: MonitoredStack) -> AsyncIterator[None]:
    async with (
        monitored.crowd("/v1/balances", size=CROWD),
        monitored.locked("accounts", mode="ACCESS EXCLUSIVE"),
    ):
        yield


@asynccontextmanager
async def api_killed(monitored: MonitoredStack) -> AsyncIterator[None]:
    monitored.stack.kill(HTTP)
    yield
    monitored.stack.start(HTTP)
    await asyncio.to_thread(monitored.stack.wait_ready, HTTP)


@asynccontextmanager
async def worker_frozen(monitored: MonitoredStack) -> AsyncIterator[None]:
    monitored.stack.freeze(WORKER)
    yield
    monitored.stack.thaw(WORKER)


@asynccontextmanager
async def broker_failing(monitored: MonitoredStack) -> AsyncIterator[None]:
    """Prices are asked of it with every look at a portfolio."""
    rules = [
        {"name": name, "match": {"provider": name}, "action": {"kind": "error", "status": 500}}
        for name in ("alpaca", "alpaca-data")
    ]
    async with monitored.stack.sandbox() as sandbox, monitored.crowd("/v1/portfolio", size=CROWD):
        await sandbox.post("/sandbox/faults", {"rules": rules})
        yield
        await sandbox.call("DELETE", "/sandbox/faults", None)


@asynccontextmanager
async def queue_locked(monitored: MonitoredStack) -> AsyncIterator[None]:
    """Jobs can be read and not claimed. One is due: somebody has just asked for something."""
    monitored.stack.freeze(WORKER)
    await monitored.resident.api.post("/v1/orders", STOCK)
    async with monitored.locked("jobs", mode="EXCLUSIVE"):
        monitored.stack.thaw(WORKER)
        yield


@asynccontextmanager
async def valkey_frozen(monitored: MonitoredStack) -> AsyncIterator[None]:
    async with monitored.crowd("/v1/balances", size=2):
        os.kill(monitored.valkey_pid, signal.SIGSTOP)
        yield
        os.kill(monitored.valkey_pid, signal.SIGCONT)


@asynccontextmanager
async def webhooks_forged(monitored: MonitoredStack) -> AsyncIterator[None]:
    async with aiohttp.ClientSession() as forger:
        url = f"{monitored.stack.url}/v1/webhooks/circle"
        headers = {"X-Circle-Signature": "Zm9yZ2Vk", "X-Circle-Key-Id": "forged"}
        for _ in range(FORGED):
            async with forger.post(url, json={"forged": True}, headers=headers) as answer:
                assert answer.status >= 400
            await asyncio.sleep(1.0)
    yield


@asynccontextmanager
async def books_tampered(monitored: MonitoredStack) -> AsyncIterator[None]:
    """A balance moved by hand, past the triggers, as only a superuser can."""
    mine = f"cash:{monitored.resident.id}:%"
    async with monitored.database() as connection:
        await connection.execute("SET session_replication_role = replica")
        change = "UPDATE accounts SET balance = balance + $2 WHERE name LIKE $1"
        assert await connection.execute(change, mine, 1) == "UPDATE 1"
        yield
        await connection.execute(change, mine, -1)


@asynccontextmanager
async def treasury_endowed(monitored: MonitoredStack) -> AsyncIterator[None]:
    async with monitored.stack.sandbox() as sandbox:
        wallets = (await sandbox.get("/sandbox/books"))["circle"]["wallets"]
        treasury = next(each["address"] for each in wallets if each["blockchain"] == "MATIC-AMOY")
        await sandbox.post("/sandbox/chain/transfers", _much(destination=treasury))
        yield
        back = _much(source=treasury, destination=f"0x{'e' * 40}")
        await sandbox.post("/sandbox/chain/transfers", back)


def _much(**way: str) -> dict[str, str]:
    return {"blockchain": "MATIC-AMOY", "amount": "2000", **way}


@asynccontextmanager
async def run_set_back(monitored: MonitoredStack) -> AsyncIterator[None]:
    """The end of the last complete run is three days ago, as far as its record says."""
    change = """
        UPDATE processes SET state = jsonb_set(state, '{ended_at}', to_jsonb($1::text))
         WHERE kind = 'ReconciliationRun' AND state->>'scope' = 'complete'
    """
    async with monitored.database() as connection:
        was = await connection.fetchval("SELECT now()::text")
        past = await connection.fetchval("SELECT (now() - interval '3 days')::text")
        await connection.execute(change, past)
        yield
        await connection.execute(change, was)


@asynccontextmanager
async def memory_scarce(monitored: MonitoredStack) -> AsyncIterator[None]:
    limit = int(psutil.Process(monitored.stack.pid(WORKER)).memory_info().rss * SCARCE)
    await _restarted(monitored, {"STACK__METRICS__MEMORY_LIMIT_BYTES": str(limit)})
    yield
    await _restarted(monitored, {"STACK__METRICS__MEMORY_LIMIT_BYTES": "0"})


@asynccontextmanager
async def disk_full(monitored: MonitoredStack) -> AsyncIterator[None]:
    """A small disk of its own, which only root can mount."""
    disk = monitored.folder / "disk"
    disk.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(disk))
    try:
        await _restarted(monitored, {"STACK__METRICS__DISKS": f"/,{disk}"})
        file = disk / "full"
        await asyncio.to_thread(file.write_bytes, bytes(int(DISK_BYTES * FULL_SHARE)))
        yield
        file.unlink()
        await _restarted(monitored, {"STACK__METRICS__DISKS": "/"})
    finally:
        _run("umount", str(disk))


@asynccontextmanager
async def seals_locked(monitored: MonitoredStack) -> AsyncIterator[None]:
    async with monitored.locked("audit_blocks", mode="EXCLUSIVE"):
        await monitored.resident.walk.save_address("0x" + "a5" * 20)
        yield


@asynccontextmanager
async def money_late(monitored: MonitoredStack) -> AsyncIterator[None]:
    """Providers that stand still with deposits and withdrawals in their hands, and then deliver."""
    api, walk = monitored.resident.api, monitored.resident.walk
    async with monitored.stack.sandbox() as sandbox:
        destination = "0x" + "5a" * 20
        await walk.save_address(destination)
        known = len((await api.get("/v1/deposits"))["items"])
        await sandbox.post("/sandbox/clock", {"speed": STANDSTILL})
        for number in range(LATE):
            await monitored.resident.send(f"{10 + number}.00")
            body = {"amount": "10.00", "chain": "polygon", "destination": destination}
            await api.post("/v1/withdrawals", body)

        async def arrived() -> int:
            await sandbox.post("/sandbox/clock", {"advance_s": NUDGE_S})
            return len((await api.get("/v1/deposits"))["items"]) - known

        await until(arrived, LATE.__eq__, what="six deposits")
        await asyncio.sleep(LATE_S)
        await sandbox.post("/sandbox/clock", {"speed": SPEED})
        yield


@asynccontextmanager
async def treasury_frozen(monitored: MonitoredStack) -> AsyncIterator[None]:
    async with monitored.stack.sandbox() as sandbox, monitored.stack.circle() as circle:
        treasury = (await sandbox.get("/sandbox/books"))["circle"]["wallets"][0]
        path = f"/v1/sandbox/wallets/{treasury['id']}/state"
        await circle.post(path, {"state": "FROZEN"})
        yield
        await circle.post(path, {"state": "LIVE"})


async def _restarted(monitored: MonitoredStack, variables: Mapping[str, str]) -> None:
    """The worker, with other settings."""
    await monitored.stack.stop(WORKER)
    monitored.stack.configure(WORKER, variables)
    monitored.stack.start(WORKER)
    await asyncio.to_thread(monitored.stack.wait_ready, WORKER)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=RUN_LIMIT_S)


FAULTS = (
    Fault(
        what="the API's process is killed",
        sets_off=("ApiDown", *burn("ApiAvailability", "1h", "6h", "1d", "3d")),
        injected=api_killed,
        fires_s=240.0,
    ),
    Fault(
        what="the table of accounts is locked by hand while sixteen people look at their balances",
        sets_off=(
            "ApiErrorRate",
            "ConnectionPool",
            "SlowQueries",
            *burn("ApiErrors", "1h", "6h", "1d", "3d"),
            *burn("ApiLatency", "1h", "6h", "1d", "3d"),
        ),
        injected=table_locked,
        fires_s=240.0,
    ),
    Fault(
        what="the worker's process hangs (SIGSTOP)",
        sets_off=("WorkerDown",),
        injected=worker_frozen,
    ),
    Fault(
        what="the sandbox's broker answers 500 to everything",
        sets_off=("BreakerOpen", "ProviderFailures"),
        injected=broker_failing,
    ),
    Fault(
        what="no job can be claimed, because the table is locked by hand",
        sets_off=("QueueDelay",),
        injected=queue_locked,
    ),
    Fault(
        what="Valkey hangs (SIGSTOP)",
        sets_off=("RateLimiterGone",),
        injected=valkey_frozen,
    ),
    Fault(
        what="ten forged webhooks are sent",
        sets_off=("WebhooksRefused",),
        injected=webhooks_forged,
    ),
    Fault(
        what="a superuser moves a balance by hand",
        sets_off=("BooksOff",),
        injected=books_tampered,
    ),
    Fault(
        what="the custodian freezes a treasury wallet",
        sets_off=("WalletFrozen",),
        injected=treasury_frozen,
    ),
    Fault(
        what="2000 USDC come to the treasury without an announcement",
        sets_off=("BreakLarge", "BreakOpen"),
        injected=treasury_endowed,
        fires_s=300.0,
    ),
    Fault(
        what="the record of the last complete reconciliation is set back by hand",
        sets_off=("ReconciliationLate",),
        injected=run_set_back,
    ),
    Fault(
        what="a deposit that waits for the off-ramp since three hours is written by hand",
        sets_off=("StageAge", "ProcessUnattended"),
        injected=neglect.stage_old,
        fires_s=420.0,
    ),
    Fault(
        what="a review of 60000 USDC that is two days old is written by hand",
        sets_off=("ReviewAge", "ReviewMoney"),
        injected=neglect.review_old,
    ),
    Fault(
        what="a parked job is written by hand",
        sets_off=("JobsParked",),
        injected=neglect.job_parked,
    ),
    Fault(
        what="the worker's clock is 10 s ahead",
        sets_off=("ClockSkew",),
        injected=neglect.clock_ahead,
        fires_s=240.0,
    ),
    Fault(
        what="the worker may have only a little more memory than it has",
        sets_off=("MemoryUsed",),
        injected=memory_scarce,
    ),
    Fault(
        what="a small disk is filled to 90 %",
        sets_off=("DiskFree",),
        injected=disk_full,
    ),
    Fault(
        what="blocks of the audit trail cannot be written, as their table is locked by hand",
        sets_off=("AuditUnsealed",),
        injected=seals_locked,
        fires_s=420.0,
    ),
    Fault(
        what="providers stand still for ten minutes with six deposits and six withdrawals",
        sets_off=(
            *burn("DepositLatency", "1h", "6h", "1d", "3d"),
            *burn("WithdrawalLatency", "1h", "6h", "1d", "3d"),
        ),
        injected=money_late,
    ),
)
