"""The whole local stack under its real supervisor, with stand-ins for our own programs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from entrypoints.local.ports import LOOPBACK, free_port
from tests.local.gone import is_gone
from tests.support.waiting import wait_until

UP = "Ctrl-C stops everything"
STOP_LIMIT_S = 180


class Stack:
    """Starts stacks on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._started: list[subprocess.Popen[str]] = []

    def start(
        self, stderr: int = subprocess.STDOUT, /, **environment: str
    ) -> subprocess.Popen[str]:
        clean = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "DEMO"}
        }
        ports = {"STACK_HTTP_PORT": str(free_port()), "STACK_SANDBOX_PORT": str(free_port())}
        process = subprocess.Popen(
            (sys.executable, "-m", "tests.local.standin", "stack", str(self.data / "data")),
            env=clean | ports | environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        self._started.append(process)
        return process

    def close(self) -> None:
        for process in self._started:
            process.terminate()
            process.communicate(timeout=STOP_LIMIT_S)


@pytest.fixture
def stack(data: Path) -> Iterator[Stack]:
    made = Stack(data)
    yield made
    made.close()


def _wait_until_up(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return the stack's children once it says that it is up."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if UP in line:
            children: list[psutil.Process] = psutil.Process(process.pid).children(recursive=True)
            return children
    pytest.fail("".join(lines))


@pytest.fixture
def given(postgres_server: str, redis_url: str) -> dict[str, str]:
    """The addresses of servers that run already, for tests of everything else."""
    return {"DATABASE_URL": postgres_server, "REDIS_URL": redis_url}


@pytest.mark.parametrize("code", [0, 7])
def test_once_walks_the_demo_and_ends_with_its_code(
    stack: Stack, given: dict[str, str], code: int
) -> None:
    process = stack.start(subprocess.PIPE, DEMO="once", STANDIN_DEMO_CODE=str(code), **given)
    output, progress = process.communicate(timeout=STOP_LIMIT_S)
    assert process.returncode == code, progress
    assert output == "demo walked\n"
    assert "Migrating" in progress


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_nothing_complains(
    stack: Stack, number: signal.Signals
) -> None:
    process = stack.start()
    children = _wait_until_up(process)
    assert len(children) >= 5
    process.send_signal(number)
    output, _ = process.communicate(timeout=STOP_LIMIT_S)
    logs = "".join(log.read_text() for log in (stack.data / "data" / "logs").iterdir())
    assert process.returncode == 0
    assert "Stopped." in output
    assert "Traceback" not in output + logs
    assert not any(child.is_running() for child in children)


def test_a_killed_supervisor_leaves_nothing_and_its_data_is_used_again(stack: Stack) -> None:
    process = stack.start(DEMO="off")
    children = _wait_until_up(process)
    process.kill()
    again = stack.start(DEMO="once")
    output, _ = again.communicate(timeout=STOP_LIMIT_S)
    assert again.returncode == 0, output
    wait_until(lambda: all(map(is_gone, children)), "the end of the children")


def test_a_program_that_cannot_start_is_shown_with_its_log(
    stack: Stack, given: dict[str, str]
) -> None:
    process = stack.start(DEMO="off", STANDIN_BROKEN="STACK_HTTP_PORT", **given)
    output, _ = process.communicate(timeout=STOP_LIMIT_S)
    assert process.returncode == 1
    assert "http ended early (exit code 1)" in output
    assert "the configuration is wrong" in output
    assert "Traceback" not in output


def test_a_program_that_dies_later_takes_the_stack_down(
    stack: Stack, given: dict[str, str]
) -> None:
    process = stack.start(DEMO="off", **given)
    children = _wait_until_up(process)
    (worker,) = (child for child in children if child.cmdline()[-1:] == ["worker"])
    worker.kill()
    output, _ = process.communicate(timeout=STOP_LIMIT_S)
    assert process.returncode == 1
    assert "worker ended early (signal 9)" in output
    wait_until(lambda: all(map(is_gone, children)), "the end of the children")


def test_a_taken_port_is_told_before_anything_starts(stack: Stack) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        process = stack.start(STACK_HTTP_PORT=str(server.getsockname()[1]))
        output, _ = process.communicate(timeout=STOP_LIMIT_S)
    assert process.returncode == 2
    assert "STACK_HTTP_PORT" in output
    assert not (stack.data / "data").exists()


def test_a_second_stack_does_not_share_the_data(stack: Stack, given: dict[str, str]) -> None:
    _wait_until_up(stack.start(DEMO="off", **given))
    second = stack.start(DEMO="off", **given)
    output, _ = second.communicate(timeout=STOP_LIMIT_S)
    assert second.returncode == 2
    assert "in use by another run" in output
