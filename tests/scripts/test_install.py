"""What make installs, when, and with what; Python, pip and uv are stand-ins that log their calls."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[2]
FILES = ("Makefile", "constraints.txt", "pyproject.toml", "scripts/install.sh")
TOOLS = ("cat", "chmod", "cp", "dirname", "grep", "ln", "make", "mkdir", "rm", "sh", "touch")

PYTHON = """#!/bin/sh
case "$*" in
    *version_info*) exit ${TOO_OLD:-0} ;;
    *python_version*) echo "${VERSION:-3.11.7}" ;;
    "-m venv"*)
        rm -rf .venv && mkdir -p .venv/bin && cp "$0" .venv/bin/python
        echo "version = ${VERSION:-3.11.7}" > .venv/pyvenv.cfg
        echo "venv" >> log ;;
    "-m pip --version") ;;
    *"--only-binary :all: uv")
        test -n "${WHEEL:-}" && cp "$WHEEL" .venv/bin/uv ;;
    "-m pip install"*) echo "pip ${*##* }" >> log; exit ${PIP_STATUS:-0} ;;
esac
"""
UV = """#!/bin/sh
echo "uv ${*##* }" >> log
exit ${UV_STATUS:-0}
"""


@attrs.frozen(kw_only=True)
class Checkout:
    folder: Path
    bin: Path

    def make(self, *targets: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "--no-print-directory", *targets],
            cwd=self.folder,
            env={"PATH": str(self.bin), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def has_uv(self) -> None:
        _program(self.bin / "uv", UV)

    def done(self) -> Sequence[str]:
        """What was run since the last call."""
        log = self.folder / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


def _program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder, tools = tmp_path / "checkout", tmp_path / "bin"
    (folder / "scripts").mkdir(parents=True)
    tools.mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    for name in TOOLS:
        (tools / name).symlink_to(str(shutil.which(name)))
    _program(tools / "python3", PYTHON)
    return Checkout(folder=folder, bin=tools)


def test_running_installs_what_running_needs_and_testing_adds_the_rest(checkout: Checkout) -> None:
    checkout.has_uv()
    assert checkout.make(".venv/.run").returncode == 0
    assert checkout.done() == ["venv", "uv .[local]"]
    checkout.make(".venv/.dev")
    assert checkout.done() == ["uv .[dev]"]
    checkout.make(".venv/.run", ".venv/.dev")
    assert checkout.done() == []


def test_after_testing_nothing_is_missing_for_running(checkout: Checkout) -> None:
    checkout.has_uv()
    checkout.make(".venv/.dev")
    checkout.done()
    checkout.make(".venv/.run")
    assert checkout.done() == []


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_changed_requirements_are_installed_into_what_is_there(
    checkout: Checkout, name: str
) -> None:
    checkout.has_uv()
    checkout.make(".venv/.dev")
    checkout.done()
    (checkout.folder / name).touch()
    checkout.make(".venv/.dev")
    assert checkout.done() == ["uv .[local]", "uv .[dev]"]


def test_without_uv_its_wheel_is_used(checkout: Checkout, tmp_path: Path) -> None:
    wheel = _program(tmp_path / "wheel", UV)
    assert checkout.make(".venv/.run", WHEEL=str(wheel)).returncode == 0
    assert checkout.done() == ["venv", "uv .[local]"]


def test_where_uv_cannot_be_had_pip_installs(checkout: Checkout) -> None:
    result = checkout.make(".venv/.run")
    assert result.returncode == 0
    assert "uv cannot be installed (see above); using pip" in result.stderr
    assert checkout.done() == ["venv", "pip .[local]"]


def test_where_uv_fails_pip_installs(checkout: Checkout) -> None:
    checkout.has_uv()
    result = checkout.make(".venv/.run", UV_STATUS="2")
    assert result.returncode == 0
    assert "uv failed (see above); trying pip" in result.stderr
    assert checkout.done() == ["venv", "uv .[local]", "pip .[local]"]


def test_a_failed_installation_fails_make_and_is_tried_again(checkout: Checkout) -> None:
    assert checkout.make(".venv/.run", PIP_STATUS="1").returncode != 0
    checkout.done()
    assert checkout.make(".venv/.run").returncode == 0
    assert checkout.done() == ["pip .[local]"]


def test_an_interrupted_installation_begins_anew(checkout: Checkout) -> None:
    checkout.has_uv()
    checkout.make(".venv/.run")
    checkout.done()
    assert checkout.make(".venv/.dev", UV_STATUS="137").returncode != 0
    assert checkout.done() == ["uv .[dev]"]
    checkout.make(".venv/.run")
    assert checkout.done() == ["venv", "uv .[local]"]


def test_another_version_of_python_replaces_the_environment(checkout: Checkout) -> None:
    checkout.has_uv()
    checkout.make(".venv/.run")
    checkout.done()
    checkout.make(".venv/.run", PYTHON="python3", VERSION="3.13.0")
    assert checkout.done() == ["venv", "uv .[local]"]
    checkout.make(".venv/.run", PYTHON="python3", VERSION="3.13.0")
    checkout.make(".venv/.run")
    assert checkout.done() == []


def test_a_python_that_is_too_old_is_refused_and_leaves_the_environment(checkout: Checkout) -> None:
    checkout.has_uv()
    checkout.make(".venv/.run")
    checkout.done()
    result = checkout.make(".venv/.run", PYTHON="python3", VERSION="3.10.1", TOO_OLD="1")
    assert result.returncode != 0
    assert "Python 3.11 or newer is needed" in result.stderr
    assert checkout.done() == []
    assert checkout.make(".venv/.run").returncode == 0
    assert checkout.done() == []


def test_an_older_python3_gives_way_to_a_newer_python(checkout: Checkout) -> None:
    checkout.has_uv()
    _program(checkout.bin / "python3", "#!/bin/sh\nexit 1\n")
    _program(checkout.bin / "python3.12", PYTHON)
    assert checkout.make(".venv/.run").returncode == 0
    assert checkout.done() == ["venv", "uv .[local]"]
