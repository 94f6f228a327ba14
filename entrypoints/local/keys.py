"""Secrets of a local stack: made by chance on the first run, kept in the data folder, shown to nobody."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

NAMES = ("STACK__TOKENS__SECRET", "STACK__CIRCLE__ENTITY_SECRET")
SECRET_BYTES = 32
OWNER_ONLY = 0o600


def local_keys(data: Path) -> dict[str, str]:
    """The stack's own secrets as environment variables, the same on every run on this folder."""
    file = data / "keys.json"
    if not file.exists():
        made = json.dumps({name: secrets.token_hex(SECRET_BYTES) for name in NAMES})
        draft = file.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(made)
        draft.rename(file)
    keys: dict[str, str] = json.loads(file.read_text())
    return keys
