"""``python -m sandbox --port 8090 --state FILE --faults FILE``: the sandbox as a process."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import uvloop
from aiohttp import web

from sandbox.app import create_app
from sandbox.faults.reading import BadRule
from sandbox.settings import SandboxSettings
from sandbox.snapshot import UnusableSnapshot

SHUTDOWN_S = 1.0


def read_settings() -> SandboxSettings:
    defaults = SandboxSettings()
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="Circle, Alpaca and Due on one local port.",
    )
    parser.add_argument("--host", default=defaults.host)
    parser.add_argument("--port", type=int, default=defaults.port, help="0 takes any free port")
    parser.add_argument("--speed", type=float, default=defaults.speed, help="virtual s per real s")
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="continue from it and save to it"
    )
    parser.add_argument("--faults", type=Path, metavar="FILE", help="rules active from the start")
    return SandboxSettings(**vars(parser.parse_args()))


async def serve(settings: SandboxSettings) -> None:
    """Listen until SIGINT or SIGTERM, then close what is open and return."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(create_app(settings), access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        host, port = runner.addresses[0][:2]
        print(f"sandbox listening on http://{host}:{port}", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()


def main() -> int:
    """Return 2 when the state file or the file of faults cannot be used."""
    settings = read_settings()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings))
    except UnusableSnapshot as unusable:
        print(unusable, file=sys.stderr)
        return 2
    except BadRule as bad:
        print(f"{bad.field}: {bad}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
