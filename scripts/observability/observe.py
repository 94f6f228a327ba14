"""`make observe`: the system, its monitoring, and simulated investors."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, AsyncExitStack

import attrs

from entrypoints import configuration
from entrypoints.local import handover, ports
from entrypoints.local.ports import LOOPBACK
from entrypoints.local.processes import Child, Command, answers
from entrypoints.serving import serving
from scripts.observability.pages import Pages
from scripts.observability.screenshots import Picture, take
from scripts.observability.servers import Watched, Watchers, watching
from scripts.observability.traffic import traffic
from scripts.slo.duration import Pace
from scripts.slo.model import ROOT, load

PAGES_PORT = 8095
PROMETHEUS_PORT = 9090
PACE = Pace(15)
"""One scrape a second, so that a few minutes fill the panels."""

DATA = (handover.DATA / "observe").absolute()
"""The data of its own stack, deleted at each start."""

_RUN = """
import sys
from pathlib import Path
from entrypoints.local.__main__ import main
sys.exit(main(data=Path(sys.argv[1])))
"""

STACK_READY_S = 180.0
STACK_STOP_S = 60.0
SHOTS_AFTER_S = 240.0
PICTURES = (
    Picture("overview", "/d/overview?minutes=4", 1310),
    Picture("money", "/d/money?minutes=4", 1080),
    Picture("providers", "/d/providers?minutes=4", 830),
    Picture("database", "/d/database?minutes=4", 830),
    Picture("business", "/d/business?minutes=4", 830),
    Picture("trace", "/traces?name=POST%20/v1/deposits", 760),
)
SHOTS = ROOT / "docs" / "images" / "observability"


@attrs.frozen(kw_only=True)
class Ports:
    pages: int
    prometheus: int
    http_metrics: int
    worker_metrics: int

    @classmethod
    def chosen(cls) -> Ports:
        return cls(
            pages=PAGES_PORT if ports.is_free(PAGES_PORT) else ports.free_port(),
            prometheus=PROMETHEUS_PORT if ports.is_free(PROMETHEUS_PORT) else ports.free_port(),
            http_metrics=ports.free_port(),
            worker_metrics=ports.free_port(),
        )

    def url(self, number: int) -> str:
        return f"http://{LOOPBACK}:{number}"


async def observe(*, takes_pictures: bool, tell: Callable[[str], None]) -> None:
    """Run until cancelled, or until the pictures are taken. Raises ``LocalFailure``."""
    chosen, pages = Ports.chosen(), Pages()
    async with AsyncExitStack() as running:
        await running.enter_async_context(
            serving(pages.app(), host=LOOPBACK, port=chosen.pages, drain_s=1.0)
        )
        tell("Starting the stack ...")
        await asyncio.to_thread(shutil.rmtree, DATA, ignore_errors=True)
        stack = running.enter_context(Child(_stack(chosen)))
        await asyncio.to_thread(stack.wait_ready, _is_up, limit_s=STACK_READY_S)
        watchers = running.enter_context(_watching(chosen))
        pages.prometheus_url = watchers.prometheus_url
        tell(_places(chosen, watchers.alertmanager_url))
        simulated = asyncio.create_task(_traffic(tell))
        try:
            await _stay(stack, chosen, takes_pictures=takes_pictures, tell=tell)
        finally:
            simulated.cancel()
            await asyncio.wait([simulated])


def _watching(chosen: Ports) -> AbstractContextManager[Watchers]:
    watched = Watched(
        http=f"{LOOPBACK}:{chosen.http_metrics}",
        worker=f"{LOOPBACK}:{chosen.worker_metrics}",
        alerts_url=f"{chosen.url(chosen.pages)}/alerts",
    )
    return watching(
        DATA / "watchers", watched, source=load(), pace=PACE, prometheus_port=chosen.prometheus
    )


async def _traffic(tell: Callable[[str], None]) -> None:
    """Simulate investors, with the settings that the stack hands over."""
    environ = dict(os.environ)
    handover.adopt(environ, data=DATA)
    settings = configuration.load(environ)
    await traffic(settings, sandbox_url=environ["STACK_SANDBOX_URL"], tell=tell)


async def _stay(
    stack: Child, chosen: Ports, *, takes_pictures: bool, tell: Callable[[str], None]
) -> None:
    began_s = time.monotonic()
    while not takes_pictures or time.monotonic() - began_s < SHOTS_AFTER_S:
        stack.check()
        await asyncio.sleep(1.0)
    tell("Taking pictures ...")
    await asyncio.to_thread(take, PICTURES, url=chosen.url(chosen.pages), folder=SHOTS)


def _stack(chosen: Ports) -> Command:
    """What `make run` starts, without the demo, and with a higher log-in limit for the investors."""
    variables = {
        "DEMO": "off",
        "STACK_HTTP_METRICS_PORT": str(chosen.http_metrics),
        "STACK_WORKER_METRICS_PORT": str(chosen.worker_metrics),
        "STACK__LIMITS__AUTH__CALLS": "1000",
        "STACK__METRICS__PROMETHEUS_URL": chosen.url(chosen.prometheus),
        "STACK__TRACING__EXPORTER": "otlp-http",
        "STACK__TRACING__ENDPOINT": chosen.url(chosen.pages),
    }
    return Command(
        name="stack",
        argv=(sys.executable, "-c", _RUN, str(DATA)),
        log=DATA.with_name("observe.log"),
        environment={**os.environ, **variables},
        stop_limit_s=STACK_STOP_S,
    )


def _is_up() -> bool:
    """Whether the stack is ready; it hands over its settings a little earlier."""
    environ: dict[str, str] = {}
    handover.adopt(environ, data=DATA)
    port = environ.get("STACK_HTTP_PORT")
    return port is not None and answers(f"http://{LOOPBACK}:{port}/health/readiness")


def _places(chosen: Ports, alertmanager_url: str) -> str:
    return (
        f"\n  dashboards    {chosen.url(chosen.pages)}"
        f"\n  traces        {chosen.url(chosen.pages)}/traces"
        f"\n  alerts        {chosen.url(chosen.pages)}/alerts"
        f"\n  Prometheus    {chosen.url(chosen.prometheus)}"
        f"\n  Alertmanager  {alertmanager_url}"
        "\n\nSimulated investors use the API. Ctrl-C stops everything."
    )
