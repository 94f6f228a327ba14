"""Rules from a file: JSON, or YAML where PyYAML is installed."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import orjson

from sandbox.faults.reading import BadRule

BYTES_MAX = 2**20


def read_file(path: Path) -> Any:
    """The document in the file. Raises ``BadRule``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadRule("faults", f"cannot read {path}: {error.strerror}") from None
    if len(content) > BYTES_MAX:
        raise BadRule("faults", f"{path} is larger than {BYTES_MAX} bytes")
    if path.suffix in {".yaml", ".yml"}:
        return _read_yaml(path, content)
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadRule("faults", f"{path} is not JSON: {error}") from None


def _read_yaml(path: Path, content: bytes) -> Any:
    try:
        yaml = importlib.import_module("yaml")
    except ImportError:
        raise BadRule("faults", f"reading {path} needs PyYAML; write it as JSON") from None
    try:
        return yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise BadRule("faults", f"{path} is not YAML: {error}") from None
