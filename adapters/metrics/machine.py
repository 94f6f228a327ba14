"""Memory and disk space available to the process."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge

from adapters.metrics.families import gauge

CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
"""Of cgroup version 2 and version 1; a container sees its own."""


class MachineMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._memory = Gauge(
            "stack_memory_limit_bytes", "Memory limit of the process", registry=registry
        )
        self._free = gauge(
            registry, "stack_disk_free_bytes", "Disk space available to the process", ("path",)
        )
        self._size = gauge(registry, "stack_disk_size_bytes", "Size of the disk", ("path",))

        self._skew = Gauge(
            "stack_clock_skew_seconds",
            "This machine's clock minus PostgreSQL's, as last measured",
            registry=registry,
        )

    def watch_clock(self, skew_s: Callable[[], float]) -> None:
        """Read the skew at every scrape."""
        self._skew.set_function(skew_s)

    def watch(self, *, memory_limit_bytes: int, disks: Sequence[str]) -> None:
        """Read the disks at every scrape. A limit of 0 means that of the container or the machine."""
        self._memory.set(memory_limit_bytes or memory_limit())
        for path in disks:
            self._free.at(path).set_function(functools.partial(_free_bytes, path))
            self._size.at(path).set_function(functools.partial(_size_bytes, path))


def memory_limit(limits: Sequence[Path] = CGROUP_LIMITS) -> int:
    """The smallest limit that the kernel states, in bytes."""
    return min(_limits(limits))


def _limits(files: Sequence[Path]) -> Iterator[int]:
    yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for file in files:
        text = file.read_text().strip() if file.exists() else ""
        if text.isdecimal():
            yield int(text)


def _free_bytes(path: str) -> float:
    """The space available to users other than root."""
    disk = os.statvfs(path)
    return float(disk.f_bavail * disk.f_frsize)


def _size_bytes(path: str) -> float:
    """The size without the space reserved for root."""
    disk = os.statvfs(path)
    return float((disk.f_blocks - disk.f_bfree + disk.f_bavail) * disk.f_frsize)
