"""The sandbox's whole state as one file: a line that names the format, and a pickle."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import attrs

from sandbox import snapshot_format

VERSION = 2
"""
The shape of the state: which classes it consists of, and their fields.

A change of the shape either raises it, which refuses every older file, or comes with what reads the
older shape: an entry in ``state_names`` for a new name, a ``__setstate__`` for anything else.
"""
DIGEST_OF_VERSION_1 = bytes.fromhex(
    "7a523808214fa9a71758f0509b951386b302371a2f03b5f34246d370bfa78578"
)
"""How a file of the one release begins that put a digest of its sources before the pickle."""
OWNER_ONLY = 0o600


class UnusableSnapshot(Exception):
    """The file exists and its state cannot be used; the message says what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} {why}. Start without it: 'make clean-data' forgets all local data,"
            " or move the file away."
        )


def _header(version: int) -> bytes:
    return f"sandbox state {version}\n".encode()


READABLE = (_header(VERSION), DIGEST_OF_VERSION_1)


@attrs.frozen(kw_only=True)
class Snapshot:
    """A state and its time in Unix seconds; ``is_last`` at a clean stop, after which nothing is lost."""

    state: Any
    taken_at: float
    is_last: bool

    def encode(self) -> bytes:
        return _header(VERSION) + snapshot_format.dump(self)


def read_snapshot(path: Path) -> Snapshot | None:
    """The state in the file; None when there is no file. Raises ``UnusableSnapshot``."""
    if not path.exists():
        return None
    content = path.read_bytes()
    start = next((start for start in READABLE if content.startswith(start)), None)
    if start is None:
        raise UnusableSnapshot(path, "was written by another version of the sandbox")
    try:
        snapshot = snapshot_format.load(content[len(start) :])
    except Exception as error:
        raise UnusableSnapshot(path, f"is damaged ({error})") from error
    if not isinstance(snapshot, Snapshot):
        raise UnusableSnapshot(path, "is damaged (it is not a snapshot)")
    return snapshot


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` on the disk under ``path``, for its owner only: all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
