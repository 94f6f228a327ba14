"""What the providers were asked to do for an investor, by their own books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from tests.support.stack import Stack

OUTBOUND = "/v1/w3s/transactions?txType=OUTBOUND&pageSize=50"


@attrs.frozen
class Effect:
    """Something a provider was asked for: under which reference, and what the provider calls it."""

    kind: str
    reference: str
    provider_id: str


async def effects_of(stack: Stack, *process_ids: str) -> Sequence[Effect]:
    """Every effect of the processes at every provider, each as often as it really happened."""
    async with stack.sandbox() as sandbox, stack.circle() as circle:
        world = await sandbox.get("/sandbox/books")
        payments = (await circle.get(OUTBOUND))["data"]["transactions"]
    due, alpaca = world["due"], world["alpaca"]
    seen = [
        *(Effect("conversion", _memo(each), each["id"]) for each in due["transfers"]),
        *(Effect("account", each["reference"], each["key"]) for each in due["virtual_accounts"]),
        *(Effect("customer", each["externalId"] or "", each["id"]) for each in due["accounts"]),
        *(Effect("journal", each["description"], each["id"]) for each in alpaca["journals"]),
        *(Effect("wire", _information(each), each["id"]) for each in alpaca["transfers"]),
        *(Effect("order", each["client_order_id"], each["id"]) for each in alpaca["orders"]),
        *(Effect("payment", each["refId"], each["id"]) for each in payments),
    ]
    return [each for each in seen if each.reference.partition(":")[0] in process_ids]


async def asked_for(stack: Stack, process_ids: Sequence[str]) -> Sequence[str]:
    """
    The references of every effect, without anybody's identity.

    Process ids are replaced by their place in ``process_ids``, so that two investors compare.
    """
    places = {process_id: str(place) for place, process_id in enumerate(process_ids)}
    return sorted(
        f"{each.kind} {places[process_id]}:{rest}"
        for each in await effects_of(stack, *process_ids)
        for process_id, _, rest in [each.reference.partition(":")]
    )


def _memo(transfer: Any) -> str:
    return transfer["destination"].get("memo") or ""


def _information(wire: Any) -> str:
    return wire["additional_information"] or ""
