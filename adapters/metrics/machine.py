"""What a process may have of its machine: memory and disk."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge

from adapters.metrics.families import gauge

CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
"""Version 2 and version 1; a container sees its own."""


class MachineMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._memory = Gauge(
            "stack_memory_limit_bytes", "How much memory the process may have", registry=registry
        )
        self._free = gauge(
            registry, "stack_disk_free_bytes", "What of a disk is free for us", ("path",)
        )
        self._size = gauge(registry, "stack_disk_size_bytes", "How large a disk is", ("path",))

    def watch(self, *, memory_limit_bytes: int, disks: Sequence[str]) -> None:
        """Look at every scrape. Without a limit of ours it is the container's, or the machine's."""
        self._memory.set(memory_limit_bytes or memory_limit())
        for path in disks:
            self._free.at(path).set_function(functools.partial(_free_bytes, path))
            self._size.at(path).set_function(functools.partial(_size_bytes, path))


def memory_limit(limits: Sequence[Path] = CGROUP_LIMITS) -> int:
    """The least of what the kernel says, in bytes."""
    return min(_limits(limits))


def _limits(files: Sequence[Path]) -> Iterator[int]:
    yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for file in files:
        text = file.read_text().strip() if file.exists() else ""
        if text.isdecimal():
            yield int(text)


def _free_bytes(path: str) -> float:
    """What is left for those who are not root."""
    disk = os.statvfs(path)
    return float(disk.f_bavail * disk.f_frsize)


def _size_bytes(path: str) -> float:
    """What there is for those who are not root."""
    disk = os.statvfs(path)
    return float((disk.f_blocks - disk.f_bfree + disk.f_bavail) * disk.f_frsize)
