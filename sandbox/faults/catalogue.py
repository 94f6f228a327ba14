"""The catalogue of named faults, for people, for tests and for the page in the docs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from sandbox.faults import outcomes as at
from sandbox.faults.outcomes import OUTCOMES

DEPOSIT, WITHDRAWAL, ORDER, ONBOARDING = "deposit", "withdrawal", "order", "onboarding"


@attrs.frozen(kw_only=True)
class Named:
    """A named fault: the flow that it affects, what happens, and its rule."""

    name: str
    flow: str
    description: str
    rule: Mapping[str, Any]


@attrs.frozen
class Call:
    """A request that has an effect at a provider."""

    name: str
    flow: str
    what: str
    provider: str
    path: str


CALLS = (
    Call("circle-transfer", DEPOSIT, "Circle's transfer", "circle", "/v1/w3s/developer/*/transfer"),
    Call("due-transfer", DEPOSIT, "Due's transfer", "due", "/v1/transfers"),
    Call("alpaca-journal", DEPOSIT, "Alpaca's journal", "alpaca", "/v1/journals"),
    Call("alpaca-order", ORDER, "Alpaca's order", "alpaca", "/v1/trading/accounts/*/orders"),
    Call("alpaca-wire", WITHDRAWAL, "Alpaca's wire", "alpaca", "/v1/accounts/*/transfers"),
    Call("alpaca-opening", ONBOARDING, "Alpaca's account", "alpaca", "/v1/accounts"),
    Call("due-opening", ONBOARDING, "Due's account", "due", "/v1/accounts"),
    Call(
        "due-virtual-account",
        WITHDRAWAL,
        "Due's virtual account",
        "due",
        "/v1/virtual_accounts",
    ),
)
REQUEST_FAULTS: Mapping[str, tuple[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "error": ("answers 500 and does nothing", {"kind": "error", "status": 500}),
        "unavailable": ("answers 503 and does nothing", {"kind": "error", "status": 503}),
        "throttled": ("answers 429 with Retry-After", {"kind": "throttle", "retry_after_s": 1}),
        "slow": ("answers after two seconds", {"kind": "delay", "delay_s": 2}),
        "timeout-before": ("does nothing and never answers", {"kind": "timeout_before"}),
        "timeout-after": ("takes effect, and the answer is lost", {"kind": "timeout_after"}),
        "reset": ("resets the connection and does nothing", {"kind": "reset"}),
        "malformed": ("takes effect, and answers half a body", {"kind": "malformed"}),
        "late-effect": (
            "resets the connection, and takes effect 25 s later",
            {"kind": "late_effect", "delay_s": 25},
        ),
        "unlisted": (
            "resets the connection, takes effect, and no read shows it for 25 s",
            {"kind": "late_effect", "delay_s": 0, "lag_s": 25},
        ),
    }
)


@attrs.frozen(kw_only=True)
class Message:
    """A webhook that a deposit waits for: the last of its kind, and the one before it."""

    provider: str
    what: str
    last: Mapping[str, str]
    before: Mapping[str, str]


MESSAGES = (
    Message(
        provider="circle",
        what="Circle's webhook of a deposit",
        last={
            "notificationType": "transactions.inbound",
            "notification.state": "COMPLETE",
        },
        before={
            "notificationType": "transactions.inbound",
            "notification.state": "CONFIRMED",
        },
    ),
    Message(
        provider="due",
        what="Due's webhook of a transfer",
        last={"type": "transfer.status_changed", "data.status": "payment_processed"},
        before={"type": "transfer.status_changed", "data.status": "payment_submitted"},
    ),
)
DELIVERY_FAULTS: Mapping[str, tuple[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "dropped": ("is never sent", {"kind": "drop"}),
        "duplicated": ("is sent four times", {"kind": "duplicate", "copies": 3}),
        "reordered": ("is sent after the one that follows it", {"kind": "reorder"}),
        "late": ("is sent a virtual minute later", {"kind": "late", "delay_s": 60}),
        "missigned": ("has an invalid signature", {"kind": "missign"}),
    }
)
FLOWS: Mapping[str, str] = MappingProxyType(
    {
        at.PAYMENT: DEPOSIT,
        at.BROKER_ACCOUNT: ONBOARDING,
        at.BROKER_EVENT: ORDER,
        at.JOURNAL: DEPOSIT,
        at.ORDER: ORDER,
        at.FILL: ORDER,
        at.WIRE: WITHDRAWAL,
        at.OFFRAMP_ACCOUNT: ONBOARDING,
        at.CONVERSION: DEPOSIT,
    }
)

MATCHES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {at.BROKER_EVENT: {"stream": "trades", "event": "fill"}}
)


def _of_requests() -> list[Named]:
    return [
        Named(
            name=f"{call.name}-{name}",
            flow=call.flow,
            description=f"{call.what} {what}",
            rule={
                "match": {
                    "provider": call.provider,
                    "method": "POST",
                    "path": call.path,
                    "times": 1,
                },
                "action": action,
            },
        )
        for call in CALLS
        for name, (what, action) in REQUEST_FAULTS.items()
    ]


def _of_messages() -> list[Named]:
    return [
        Named(
            name=f"{message.provider}-webhook-{name}",
            flow=DEPOSIT,
            description=f"{message.what} {what}",
            rule={
                "match": {
                    "provider": message.provider,
                    "body": message.before if name == "reordered" else message.last,
                    "times": 1,
                },
                "action": action,
            },
        )
        for message in MESSAGES
        for name, (what, action) in DELIVERY_FAULTS.items()
    ]


def _of_outcomes() -> list[Named]:
    return [
        Named(
            name=f"{point.replace('.', '-')}-{outcome.lower().replace('_', '-')}",
            flow=FLOWS[point],
            description=what,
            rule={
                "match": {"body": MATCHES.get(point, {}), "times": 1},
                "action": {"kind": "outcome", "point": point, "outcome": outcome},
            },
        )
        for point, ways in OUTCOMES.items()
        for outcome, what in ways.items()
    ]


CATALOGUE: Mapping[str, Named] = MappingProxyType(
    {each.name: each for each in (*_of_requests(), *_of_messages(), *_of_outcomes())}
)
