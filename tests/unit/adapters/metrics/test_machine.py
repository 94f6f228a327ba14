"""What a process may have of its machine."""

from __future__ import annotations

from pathlib import Path

from adapters.memory.clock import ManualClock
from adapters.metrics.machine import memory_limit
from adapters.metrics.process import ProcessMetrics
from tests.unit.adapters.metrics.pages import value


def test_the_least_limit_counts(tmp_path: Path) -> None:
    container, unlimited = tmp_path / "memory.max", tmp_path / "unlimited"
    container.write_text("536870912\n")
    unlimited.write_text("max\n")
    assert memory_limit([container, unlimited, tmp_path / "absent"]) == 512 * 2**20
    assert memory_limit([unlimited]) > 512 * 2**20


def test_a_limit_of_ours_is_shown_and_a_disk_is_looked_at(tmp_path: Path) -> None:
    metrics = ProcessMetrics(role="http", clock=ManualClock())
    metrics.machine.watch(memory_limit_bytes=1000, disks=[str(tmp_path)])
    assert value(metrics, "stack_memory_limit_bytes") == 1000
    free = value(metrics, "stack_disk_free_bytes", path=str(tmp_path))
    assert 0 < free <= value(metrics, "stack_disk_size_bytes", path=str(tmp_path))
