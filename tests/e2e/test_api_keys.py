"""A partner on real processes looks, trades and withdraws with keys, and leaves no trace of them."""

from __future__ import annotations

import secrets
from typing import Any

import asyncpg

from tests.e2e.books import Books
from tests.e2e.investor import Investor
from tests.support.stack import HTTP, WORKER, Stack

ORDER = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "20.00"}
TEXTS = """
    SELECT state::text FROM processes UNION ALL SELECT detail::text FROM process_steps
    UNION ALL SELECT value FROM provider_names UNION ALL SELECT detail::text FROM audit_records
    UNION ALL SELECT encode(body, 'escape') FROM idempotency_keys
    UNION ALL SELECT payload::text FROM jobs
"""


async def made(ann: Investor, *scopes: str) -> Any:
    await ann.walk.step_up()
    return await ann.api.post("/v1/api-keys", {"name": "Partner", "scopes": scopes})


async def test_a_partner_looks_and_trades_and_withdraws_with_keys_alone(
    stack: Stack, ann: Investor, books: Books
) -> None:
    await ann.funded()
    address = f"0x{secrets.token_hex(20)}"
    await ann.may_withdraw_to(address)
    key = await made(ann, "read", "trade", "withdraw")
    async with stack.api() as api:
        api.authorize(key["key"])
        partner = Investor(api, ann.sandbox, ann.walk)
        order = await api.post("/v1/orders", ORDER)
        await partner.reaches(f"/v1/orders/{order['id']}", "filled")
        wish = {"amount": "50.00", "chain": "polygon", "destination": address}
        requested = await api.post("/v1/withdrawals", wish)
        done = await partner.reaches(f"/v1/withdrawals/{requested['id']}", "completed")
        assert await ann.on_chain(address) == done["net"]["value"]
        elsewhere = wish | {"destination": f"0x{secrets.token_hex(20)}"}
        refused = await partner.refused("POST", "/v1/withdrawals", elsewhere)
        assert refused == (422, "ERR_5203", ["destination"])
        refused = await partner.refused("POST", "/v1/wallets", {"chain": "base"})
        assert refused == (403, "ERR_2102", [])
        assert await partner.refused("GET", "/v1/api-keys") == (403, "ERR_2104", [])
        await ann.api.call("DELETE", f"/v1/api-keys/{key['id']}", None)
        assert await partner.refused("GET", "/v1/balances") == (401, "ERR_2003", [])
    assert (await books.balances(ann.id))["cash USD"] == "177.50"


async def test_a_key_is_in_no_log_and_nowhere_in_the_database(stack: Stack, ann: Investor) -> None:
    await ann.walk.register()
    key = await made(ann, "read")
    async with stack.api() as api:
        api.authorize(key["key"])
        await api.get("/v1/balances")
        mistaken = Investor(api, ann.sandbox, ann.walk)
        assert (await mistaken.refused("GET", f"/v1/trails/{key['key']}"))[0] == 404
    secret = key["key"].removeprefix("stk_")
    told = "\n".join(line for name in (HTTP, WORKER) for line in stack.lines(name))
    assert key["id"] in told
    assert secret not in told
    database = await asyncpg.connect(stack.dsn)
    texts = [row[0] or "" for row in await database.fetch(TEXTS)]
    await database.close()
    assert any(key["id"] in text for text in texts)
    assert not [text for text in texts if secret in text]
