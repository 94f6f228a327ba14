"""
The points at which a provider's own affairs can go another way, and how.

Each provider asks at one place for each point. What happens then is that provider's business; the
fields to match on are those of the thing it is about, as its API shows it.
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
            "ACTION_REQUIRED": "the review wants something of the owner",
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
            "partial": "half of what is left is filled, and then there is silence",
            "busted": "a fill is taken back by the exchange a little later",
        },
        WIRE: {
            "rejected": "an outgoing transfer is rejected before it leaves",
            "returned": "an outgoing transfer comes back from the receiving bank",
        },
        OFFRAMP_ACCOUNT: {
            "failed": "the review fails",
            "resubmission_required": "the review wants the customer to resubmit",
        },
        CONVERSION: {
            "manual_review": "the money is there, and a person has to look at it",
            "refunded": "the money is looked at by a person and given back on chain",
            "failed": "the conversion fails with the money in it",
            "short": "less is paid out than was agreed: the fee is one unit higher",
        },
    }
)


def provider_of(point: str) -> str:
    return point.partition(".")[0]
