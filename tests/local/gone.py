"""Whether processes have ended."""

from __future__ import annotations

import psutil  # type: ignore[import-untyped]


def is_gone(process: psutil.Process) -> bool:
    """A zombie is gone; where nobody reaps orphans, it stays one."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE) or not process.is_running()
    except psutil.NoSuchProcess:
        return True
