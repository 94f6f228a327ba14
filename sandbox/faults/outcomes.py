"""
The points at which a provider's processing can end differently, and the outcomes.

Each provider asks at one place for each point, and implements the outcome itself; the
fields to match are those of the object, as its API shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PAYMENT = "circle.transaction"
BROKER_ACCOUNT = "alpaca.account"
BROKER_EVENT = "alpaca.event"
JOURNAL = "alpaca.journal"
ORDER = "alpaca.order"
FILL = "alpaca.fill"
WIRE = "alpaca.transfer"
OFFRAMP_ACCOUNT = "due.account"
CONVERSION = "due.transfer"

OUTCOMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        PAYMENT: {
            "denied": "screening refuses an outbound transaction",
            "failed": "an outbound transaction fails before it is on chain",
            "stuck": "an outbound transaction stays in STUCK until it is accelerated",
        },
        BROKER_ACCOUNT: {
            "REJECTED": "the review rejects the account",
            "ACTION_REQUIRED": "the review asks the owner for action",
        },
        BROKER_EVENT: {
            "dropped": "an event never appears in the stream",
            "repeated": "an event appears twice in the stream, under one id",
        },
        JOURNAL: {
            "rejected": "a journal is rejected after it was accepted",
            "pending": "a journal waits for an approval and is never executed",
        },
        ORDER: {"rejected": "an order is rejected after it was accepted"},
        FILL: {
            "partial": "half of the rest is filled, and no more until the price moves",
            "busted": "the exchange busts a fill a little later",
        },
        WIRE: {
            "rejected": "an outgoing transfer is rejected before it leaves",
            "returned": "an outgoing transfer comes back from the receiving bank",
        },
        OFFRAMP_ACCOUNT: {
            "failed": "the review fails",
            "resubmission_required": "the review asks the customer to resubmit",
        },
        CONVERSION: {
            "manual_review": "the money has arrived and waits for manual review",
            "refunded": "a manual review returns the money on chain",
            "failed": "the conversion fails after the money has arrived",
            "short": "less is paid out than agreed: the fee is one unit higher",
        },
    }
)


def provider_of(point: str) -> str:
    return point.partition(".")[0]
