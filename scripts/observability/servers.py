"""Runs Debian's Prometheus and Alertmanager on one folder, with the rules of the repository."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import attrs

from entrypoints.local.errors import CannotStart
from entrypoints.local.ports import LOOPBACK, free_port
from entrypoints.local.processes import Child, Command, answers
from scripts.slo.alarms import posted_to
from scripts.slo.duration import Duration, Pace
from scripts.slo.files import ALERTMANAGER, PROMETHEUS, Setting, files, write
from scripts.slo.model import Source
from scripts.slo.scraping import Place

PROGRAMS = ("prometheus", "prometheus-alertmanager", "promtool")
PACKAGES = "prometheus prometheus-alertmanager"
RESEND = Duration.of("1m")
"""The interval at which Prometheus sends an alert again; its own default."""


@attrs.frozen(kw_only=True)
class Watched:
    """The metrics addresses of the processes, as ``host:port``, and the URL that receives alerts."""

    http: str
    worker: str
    alerts_url: str


@attrs.frozen(kw_only=True)
class Watchers:
    prometheus_url: str
    alertmanager_url: str


def missing() -> Sequence[str]:
    """The programs that are not installed."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


@contextmanager
def watching(
    folder: Path, watched: Watched, *, source: Source, pace: Pace, prometheus_port: int = 0
) -> Iterator[Watchers]:
    """Run both during the block. Raises ``CannotStart`` if they are not installed."""
    if absent := missing():
        raise CannotStart(f"{', '.join(absent)} not installed: apt-get install {PACKAGES}")
    ports = prometheus_port or free_port(), free_port()
    place = Place(
        http=(watched.http,), worker=(watched.worker,), alertmanager=f"{LOOPBACK}:{ports[1]}"
    )
    setting = Setting(pace=pace, place=place, receivers=posted_to(watched.alerts_url))
    write(files(source, setting), folder)
    urls = [f"http://{LOOPBACK}:{port}" for port in ports]
    with ExitStack() as running:
        for command in (_alertmanager(folder, ports[1]), _prometheus(folder, ports[0], pace)):
            child = running.enter_context(Child(command))
            url = urls[command.name == ALERTMANAGER]
            child.wait_ready(lambda url=url: answers(f"{url}/-/ready"))  # type: ignore[misc] # bound
        yield Watchers(prometheus_url=urls[0], alertmanager_url=urls[1])


def _prometheus(folder: Path, port: int, pace: Pace) -> Command:
    return _command(
        PROMETHEUS,
        folder,
        "prometheus",
        f"--config.file={folder / PROMETHEUS / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / PROMETHEUS / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        f"--rules.alert.resend-delay={pace(RESEND)}",
    )


def _alertmanager(folder: Path, port: int) -> Command:
    return _command(
        ALERTMANAGER,
        folder,
        "prometheus-alertmanager",
        f"--config.file={folder / ALERTMANAGER / 'alertmanager.yml'}",
        f"--storage.path={folder / ALERTMANAGER / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        "--cluster.listen-address=",
    )


def _command(name: str, folder: Path, program: str, *arguments: str) -> Command:
    return Command(
        name=name,
        argv=(program, *arguments),
        log=folder / f"{name}.log",
        environment=_environment(),
    )


def _environment() -> Mapping[str, str]:
    """A minimal environment: their settings come from their files only."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/")}
