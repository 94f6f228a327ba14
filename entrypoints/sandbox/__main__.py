"""The sandbox's command until 2026.11, replaced by ``python -m sandbox``."""

from __future__ import annotations

import runpy
import sys

print("python -m entrypoints.sandbox is now python -m sandbox", file=sys.stderr)
runpy.run_module("sandbox", run_name="__main__", alter_sys=True)
