"""What is generated from ``configs/slo.yaml``, taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import orjson
import yaml  # it comes without

from scripts.slo.files import Setting, files
from scripts.slo.model import load

SOURCE = load()
GENERATED = files(SOURCE, Setting())


@attrs.frozen
class Written:
    """An expression, and what it is of."""

    of: str
    expression: str


def rules(generated: Mapping[str, str] = GENERATED) -> Iterator[Mapping[str, Any]]:
    for name, text in generated.items():
        if "/rules/" in name:
            for group in yaml.safe_load(text)["groups"]:
                yield from group["rules"]


def alerts() -> Mapping[str, Mapping[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> frozenset[str]:
    return frozenset(rule["record"] for rule in rules() if "record" in rule)


def expressions() -> Iterator[Written]:
    """All that Prometheus will be asked."""
    for rule in rules():
        yield Written(rule.get("alert") or rule["record"], rule["expr"])
    for name, text in GENERATED.items():
        if name.endswith(".json"):
            for panel in orjson.loads(text)["panels"]:
                for target in panel["targets"]:
                    yield Written(f"{name}: {panel['title']}", target["expr"])
