"""The page of metrics and the code name the same instruments, and labels have finite sets of values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from adapters.memory.clock import ManualClock
from adapters.metrics.process import ProcessMetrics

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture" / "observability.md"
PROVIDERS = ("alpaca", "circle", "due")

_ROW = re.compile(r"^\| `([a-z_]+)` \| (\w+)[^|]*\| ([^|]*)\|", re.MULTILINE)
_LABEL = re.compile(r"`(\w+)`")
_OPERATION = re.compile(r"[a-z][a-z_]{1,40}")
_SUFFIX = {"counter": "_total", "info": "_info"}


def _instruments() -> Iterator[tuple[str, str, frozenset[str]]]:
    registry: Any = ProcessMetrics(role="http", clock=ManualClock())._registry
    for collector in registry._collector_to_names:
        if name := getattr(collector, "_name", ""):
            kind = collector._type
            labels = collector._value if kind == "info" else collector._labelnames
            yield f"{name}{_SUFFIX.get(kind, '')}", kind, frozenset(labels)


def test_every_metric_is_on_the_page_with_its_type_and_labels() -> None:
    told = {
        (name, kind, frozenset(_LABEL.findall(labels)))
        for name, kind, labels in _ROW.findall(PAGE.read_text())
        if "_" in name and kind in {"histogram", "counter", "gauge", "info"}
    }
    assert told == set(_instruments())


def test_operations_are_constants() -> None:
    """They are labels: one made from what a caller or a provider sent would have unlimited values."""
    named = 0
    for provider in PROVIDERS:
        for path in (ROOT / "adapters" / provider).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_bytes())):
                match node:
                    case ast.keyword(arg="operation", value=ast.Constant(value=str(word))):
                        named += 1
                        assert _OPERATION.fullmatch(word), (path, word)
                    case ast.keyword(arg="operation", value=value):
                        assert isinstance(value, ast.Name | ast.Attribute), (path, ast.dump(value))
    assert named > 20
