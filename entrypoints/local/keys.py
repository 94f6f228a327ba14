"""The secrets of a local stack: random, made when first needed, kept in the data folder."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

NAMES = (
    "STACK__TOKENS__SECRET",
    "STACK__VAULT__KEYS__LOCAL",
    "STACK__CIRCLE__ENTITY_SECRET",
    "STACK__RELAY__KEYS__LOCAL",
)
SECRET_BYTES = 32
OWNER_ONLY = 0o600


def local_keys(data: Path) -> dict[str, str]:
    """The secrets as environment variables, the same at every run on this folder."""
    file = data / "keys.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in NAMES if name not in known]
    if missing:
        known |= {name: secrets.token_hex(SECRET_BYTES) for name in missing}
        _write(file, json.dumps(known))
    return known


def _write(file: Path, text: str) -> None:
    """Write the file atomically, readable by its owner only."""
    pending = file.with_suffix(".new")
    descriptor = os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    pending.rename(file)
