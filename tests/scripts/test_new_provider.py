"""A provider that was just begun is complete but for the provider."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.new_provider import PORTS, Refused, wiring, write

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
NAMES = ("bridge", "northwind")
"""One that comes before the packages it imports, and one that comes after."""
LIMIT_S = 120


def run(*command: str, into: Path) -> subprocess.CompletedProcess[str]:
    """With the new provider's folder beside the repository's own packages."""
    return subprocess.run(
        command,
        cwd=into,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_clean_and_can_be_imported(tmp_path: Path, name: str, port: str) -> None:
    files = write(name, PORTS[port], into=tmp_path)
    code = [str(path) for path in files if path.suffix == ".py"]
    ours = ("--config", str(ROOT / "pyproject.toml"), "--config", f"src = ['{ROOT}', '.']")
    for check in (("check",), ("format", "--check")):
        found = run(str(BIN / "ruff"), *check, *ours, *code, into=tmp_path)
        assert found.returncode == 0, found.stdout + found.stderr
    module = PORTS[port].module
    kind = f"{name.capitalize()}{PORTS[port].of.__name__}"
    program = (
        f"import adapters; adapters.__path__.append({str(tmp_path / 'adapters')!r})\n"
        f"from adapters.{name}.{module} import {kind}\n"
        f"from adapters.{name}.client import {name.capitalize()}Client\n"
        f"from adapters.{name}.settings import {name.capitalize()}Settings\n"
        f"{kind}(client={name.capitalize()}Client(None, {name.capitalize()}Settings()))\n"
    )
    imported = run(sys.executable, "-c", program, into=tmp_path)
    assert imported.returncode == 0, imported.stderr


def test_its_suite_is_the_ports_and_fails_until_there_is_a_provider(tmp_path: Path) -> None:
    write("bridge", PORTS["offramp"], into=tmp_path)
    suite = (tmp_path / "tests/contract/test_offramp_bridge.py").read_text()
    assert "class TestBridgeOfframp(OfframpContract):" in suite
    assert "pytest.fail" in suite


def test_nothing_that_exists_is_overwritten(tmp_path: Path) -> None:
    (first, *_) = write("bridge", PORTS["offramp"], into=tmp_path)
    (tmp_path / first).write_text("mine")
    with pytest.raises(Refused, match="exist already"):
        write("bridge", PORTS["offramp"], into=tmp_path)
    assert (tmp_path / first).read_text() == "mine"


@pytest.mark.parametrize("name", ["", "Bridge", "class", "a-b", "../up", "x" * 40])
def test_a_name_that_is_no_package_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="not a valid package name"):
        write(name, PORTS["offramp"], into=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_lines_that_are_left_name_files_that_exist() -> None:
    lines = wiring("bridge", PORTS["offramp"]).splitlines()
    files = [line.partition(":")[0] for line in lines if not line.startswith("then")]
    assert files
    assert [name for name in files if not (ROOT / name).exists()] == []
