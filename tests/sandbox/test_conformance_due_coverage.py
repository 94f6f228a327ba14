"""Every endpoint in Due's documents exists, and a conformance test has called it."""

from __future__ import annotations

import importlib
from pathlib import Path

from sandbox.due.provider import DueSandbox
from sandbox.due.settings import DueSandboxSettings
from sandbox.world import create_world
from tests.sandbox.due_endpoints import ENDPOINTS, OURS, PLAYED

HERE = Path(__file__).parent


def test_the_sandbox_has_every_documented_endpoint_and_no_other() -> None:
    sandbox = DueSandbox(world=create_world(seed=1, speed=0), settings=DueSandboxSettings())
    assert {f"{route.method} {route.path}" for route in sandbox.table()} == ENDPOINTS | OURS


def test_every_endpoint_is_played() -> None:
    for each in HERE.glob("test_conformance_due_*.py"):
        importlib.import_module(f"tests.sandbox.{each.stem}")
    assert PLAYED == ENDPOINTS | OURS
