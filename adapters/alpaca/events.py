"""Facts from single Alpaca events, whether streamed or pushed (alpaca.md §9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import structlog

from adapters.alpaca.translation import account_reported, journal_reported, trade_reported
from domain.ids import LookupKey, parse_reference, process_of
from domain.processes.accounts.onboarding import BROKER_ACCOUNT
from ports.inbound import InboundFact

_log = structlog.get_logger()


def trade(event: Mapping[str, Any]) -> InboundFact | None:
    """
    Every event carries the whole order in its state at that time.

    An order that is not ours is logged; what it moves is a break, which reconciliation finds.
    """
    reference = parse_reference(event["order"]["client_order_id"])
    if reference is None:
        order = event["order"]
        _log.warning("order.foreign", order=order["id"], account=event.get("account_id"))
        return None
    return InboundFact(process_of(reference), trade_reported(reference, event))


def journal(event: Mapping[str, Any]) -> InboundFact | None:
    """A journal is ours when its description is a reference."""
    reference = parse_reference(event.get("description"))
    if reference is None:
        return None
    fact = journal_reported(
        reference, journal_id=str(event["journal_id"]), status=str(event["status_to"])
    )
    return InboundFact(process_of(reference), fact)


def account(event: Mapping[str, Any]) -> InboundFact | None:
    """None for an account event that does not change the status."""
    status = event.get("status_to")
    if not status:
        return None
    account_id = str(event["account_id"])
    fact = account_reported(account_id, str(status))
    return InboundFact(
        LookupKey(BROKER_ACCOUNT, account_id),
        attrs.evolve(fact, event_id=event.get("event_ulid")),
    )
