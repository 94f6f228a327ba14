"""
The sandbox's whole state as one file.

It is a pickle, because the state is a graph: timers and receivers are methods of the objects they
change. Reading a pickle runs what it says; that is safe here, since nobody but us writes the file
and nobody but us may read it.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import attrs
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

OWNER_ONLY = 0o600
_PRIVATE_KEYS = (ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey, rsa.RSAPrivateKey)


class UnusableSnapshot(Exception):
    """The file is there and the state in it cannot be used; the message says what to do."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} {why}. Start without it: 'make clean-data' forgets all local data,"
            " or move the file away."
        )


@attrs.frozen(kw_only=True)
class Snapshot:
    """A state and when it was taken, in Unix seconds; the last one of a run misses nothing."""

    state: Any
    taken_at: float
    is_last: bool

    def encode(self) -> bytes:
        buffer = io.BytesIO()
        buffer.write(_code_version())
        _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(self)
        return buffer.getvalue()


def read_snapshot(path: Path) -> Snapshot | None:
    """What was kept; None when there is no file. Raises ``UnusableSnapshot``."""
    if not path.exists():
        return None
    content = path.read_bytes()
    version = _code_version()
    if not content.startswith(version):
        raise UnusableSnapshot(path, "was written by another version of the sandbox")
    try:
        snapshot: Snapshot = pickle.loads(memoryview(content)[len(version) :])  # noqa: S301 - ours
    except Exception as error:
        raise UnusableSnapshot(path, f"is damaged ({error})") from error
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


class _Pickler(pickle.Pickler):
    """Pickles private keys too, which the library that makes them does not."""

    def reducer_override(self, thing: Any) -> Any:
        if not isinstance(thing, _PRIVATE_KEYS):
            return NotImplemented
        der = thing.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return _load_key, (der,)


def _load_key(der: bytes) -> Any:
    return load_der_private_key(der, password=None)


@cache
def _code_version() -> bytes:
    """A digest of the sandbox's sources: any change of them may change what a state means."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.digest()
