"""Faults of webhooks: what happens to a message on its way to the subscriber."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import attrs
import orjson

from sandbox.faults.action import Action
from sandbox.faults.faults import Faults
from sandbox.faults.rule import DELIVERY, Occurrence

SIGNATURES = frozenset({"x-circle-signature", "x-webhook-signature"})


@attrs.frozen
class Struck:
    """The rule that struck a message, and what it does to it."""

    name: str
    action: Action


def strike(faults: Faults, *, provider: str, url: str, body: bytes) -> Struck | None:
    """The rule that strikes a message, or None; rules see the fields of its body."""
    if not faults.concern_deliveries():
        return None
    struck = faults.strike(
        Occurrence(
            point=DELIVERY,
            provider=provider,
            method="POST",
            path=urlsplit(url).path,
            fields=orjson.loads(body),
        )
    )
    return Struck(*struck) if struck else None


def missigned(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with an invalid signature of the right form."""
    return {
        name: value[::-1] if name.lower() in SIGNATURES else value
        for name, value in headers.items()
    }
