"""What the providers were asked to do for an investor, by their own books."""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.stack import Stack

OUTBOUND = "/v1/w3s/transactions?txType=OUTBOUND&pageSize=50"


async def asked_for(stack: Stack, process_ids: Sequence[str]) -> Sequence[str]:
    """
    Every effect at every provider, each as often as it really happened.

    Process ids are replaced by their place in ``process_ids``, so that two investors compare.
    """
    async with stack.sandbox() as sandbox, stack.circle() as circle:
        world = await sandbox.get("/sandbox/books")
        payments = (await circle.get(OUTBOUND))["data"]["transactions"]
    due, alpaca = world["due"], world["alpaca"]
    seen = [
        *(f"conversion {each['destination'].get('memo')}" for each in due["transfers"]),
        *(f"virtual account {each['reference']}" for each in due["virtual_accounts"]),
        *(f"journal {each['description']}" for each in alpaca["journals"]),
        *(f"wire {each['additional_information']}" for each in alpaca["transfers"]),
        *(f"order {each['client_order_id']}" for each in alpaca["orders"]),
        *(f"payment {each['refId']}" for each in payments),
    ]
    return sorted(
        text.replace(process_id, f"process {place}")
        for text in seen
        for place, process_id in enumerate(process_ids)
        if process_id in text
    )
