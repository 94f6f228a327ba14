"""How the sandbox is started."""

from __future__ import annotations

from pathlib import Path

import attrs

from sandbox.alpaca.settings import AlpacaSandboxSettings
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.due.settings import DueSandboxSettings
from sandbox.harbor.settings import HarborSandboxSettings


@attrs.frozen(kw_only=True)
class SandboxSettings:
    """
    ``speed`` is virtual seconds per real second; ``port`` 0 takes any free port.

    With ``state`` the sandbox continues from that file and saves itself to it: at a clean stop, and
    every ``state_interval_s`` real seconds when something changed. The providers' settings
    come from the file if it exists. ``faults`` is a file of rules that are active from the start.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    speed: float = 1.0
    seed: int = 1
    state: Path | None = None
    faults: Path | None = None
    state_interval_s: float = 2.0
    circle: CircleSandboxSettings = attrs.field(factory=CircleSandboxSettings)
    alpaca: AlpacaSandboxSettings = attrs.field(factory=AlpacaSandboxSettings)
    due: DueSandboxSettings = attrs.field(factory=DueSandboxSettings)
    harbor: HarborSandboxSettings = attrs.field(factory=HarborSandboxSettings)
