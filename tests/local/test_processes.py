from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from entrypoints.local.processes import Child, ChildDied, ChildNotReady, Command, run_to_end
from tests.local.gone import is_gone
from tests.support.waiting import LIMIT_S, wait_until

SLEEPS = "import time; print('up', flush=True); time.sleep(3600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"
STARTS_ANOTHER = (
    f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]).wait()"
)


def _command(script: str, *, log: Path, stop_limit_s: float = LIMIT_S) -> Command:
    return Command(
        name="child",
        argv=(sys.executable, "-c", script),
        log=log / "child.log",
        environment=os.environ,
        stop_limit_s=stop_limit_s,
    )


def test_a_child_is_ready_when_it_said_so_and_gone_after_the_block(tmp_path: Path) -> None:
    with Child(_command(SLEEPS, log=tmp_path)) as child:
        child.wait_ready(lambda: child.log_has("up"), limit_s=LIMIT_S)
    assert child.exit_code == -signal.SIGTERM


def test_a_child_that_ignores_the_signal_is_killed_after_its_limit(tmp_path: Path) -> None:
    with Child(_command(STUBBORN, log=tmp_path, stop_limit_s=0.1)) as child:
        child.wait_ready(lambda: child.log_has("up"), limit_s=LIMIT_S)
    assert child.exit_code == -signal.SIGKILL


def test_killing_a_child_ends_what_it_started(tmp_path: Path) -> None:
    with Child(_command(STARTS_ANOTHER, log=tmp_path)) as child:
        child.wait_ready(lambda: child.log_has("up"), limit_s=LIMIT_S)
        (grandchild,) = psutil.Process(child.pid).children()
        child.kill()
    wait_until(lambda: is_gone(grandchild), "the end of the grandchild")


def test_an_early_death_is_reported_with_the_end_of_this_childs_log(tmp_path: Path) -> None:
    (tmp_path / "child.log").write_text("of an earlier run\n")
    with (
        Child(_command("raise SystemExit('no such key')", log=tmp_path)) as child,
        pytest.raises(ChildDied, match="no such key") as died,
    ):
        child.wait_ready(lambda: False, limit_s=LIMIT_S)
    assert "an earlier run" not in str(died.value)


def test_a_child_that_is_never_ready_is_reported(tmp_path: Path) -> None:
    with Child(_command(SLEEPS, log=tmp_path)) as child, pytest.raises(ChildNotReady):
        child.wait_ready(lambda: False, limit_s=0.1)


def test_a_command_reads_what_was_typed_and_must_succeed(tmp_path: Path) -> None:
    script = "import sys; sys.exit(int(sys.stdin.read()))"
    argv = (sys.executable, "-c", script)
    command = Command(
        name="exits", argv=argv, log=tmp_path / "log", environment=os.environ, typed="0"
    )
    run_to_end(command)
    with pytest.raises(ChildDied, match="exit code 3"):
        run_to_end(
            Command(
                name="exits", argv=argv, log=tmp_path / "log", environment=os.environ, typed="3"
            )
        )


def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    parent_script = (
        "import os, time, pathlib\n"
        "from entrypoints.local.processes import Child, Command\n"
        f"log = pathlib.Path({str(tmp_path / 'grandchild.log')!r})\n"
        f"argv = ({sys.executable!r}, '-c', {SLEEPS!r})\n"
        "child = Child(Command(name='g', argv=argv, log=log, environment=os.environ))\n"
        "print(f'pid={child.pid}.', flush=True)\n"
        "time.sleep(3600)\n"
    )
    with Child(_command(parent_script, log=tmp_path)) as parent:
        parent.wait_ready(lambda: parent.log_has("."), limit_s=LIMIT_S)
        text = (tmp_path / "child.log").read_text()
        grandchild = psutil.Process(int(text.partition("=")[2].partition(".")[0]))
        os.kill(parent.pid, signal.SIGKILL)
        wait_until(lambda: is_gone(grandchild), "the end of the grandchild")
