from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.component.investor import Investor
from tests.support.builders import SOMEWHERE

KEY = "Idempotency-Key"
WISH = {"amount": "100.00", "chain": "polygon", "destination": SOMEWHERE}


async def ask(ada: Investor, path: str, body: Any, *, key: str | None = "k-1") -> Any:
    headers = {KEY: key} if key is not None else {}
    response = await ada.client.post(path, json=body, headers={**ada.headers, **headers})
    return response.status, await response.read(), response.headers


async def test_a_repeated_request_gets_the_same_bytes_and_has_no_second_effect(
    ada: Investor,
) -> None:
    await ada.funded()
    status, body, _ = await ask(ada, "/v1/withdrawals", WISH)
    again_status, again, headers = await ask(ada, "/v1/withdrawals", WISH)
    assert (status, body) == (again_status, again) == (202, body)
    assert headers["Idempotent-Replayed"] == "true"
    assert len((await ada.get("/v1/withdrawals"))["items"]) == 1


async def test_a_different_body_under_the_key_is_refused_by_the_name_of_the_field(
    ada: Investor,
) -> None:
    await ada.funded()
    await ask(ada, "/v1/withdrawals", WISH)
    status, body, _ = await ask(ada, "/v1/withdrawals", {**WISH, "amount": "99.00"})
    assert status == 422
    assert b'"ERR_4007"' in body
    assert b'"field":"amount"' in body


@pytest.mark.parametrize("key", [None, "", "with space", "x" * 256])
async def test_money_does_not_move_without_a_proper_key(ada: Investor, key: str | None) -> None:
    await ada.funded()
    status, body, _ = await ask(ada, "/v1/withdrawals", WISH, key=key)
    assert status == 400
    assert b"ERR_4006" in body
    assert (await ada.get("/v1/withdrawals"))["items"] == []


async def test_a_refusal_is_an_outcome_too(ada: Investor) -> None:
    await ada.funded()
    wish = {**WISH, "amount": "100000.00"}
    first = await ask(ada, "/v1/withdrawals", wish)
    second = await ask(ada, "/v1/withdrawals", wish)
    assert first[0] == second[0] == 422
    assert first[1] == second[1]
    assert second[2]["Idempotent-Replayed"] == "true"


async def test_bad_input_does_not_use_the_key_up(ada: Investor) -> None:
    await ada.funded()
    status, _, _ = await ask(ada, "/v1/withdrawals", {**WISH, "amount": "1.005"})
    assert status == 422
    status, _, _ = await ask(ada, "/v1/withdrawals", WISH)
    assert status == 202


async def test_concurrent_requests_under_one_key_have_one_effect_and_one_answer(
    ada: Investor,
) -> None:
    await ada.funded()
    answers = await asyncio.gather(*(ask(ada, "/v1/withdrawals", WISH) for _ in range(50)))
    assert {status for status, _, _ in answers} == {202}
    assert len({body for _, body, _ in answers}) == 1
    assert len((await ada.get("/v1/withdrawals"))["items"]) == 1


async def test_a_cancel_is_answered_the_same_again(ada: Investor) -> None:
    await ada.funded()
    order = {"symbol": "AAPL", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "1"}
    _, body, _ = await ask(ada, "/v1/orders", order)
    order_id = (await ada.get("/v1/orders"))["items"][0]["id"]
    assert order_id.encode() in body
    first = await ask(ada, f"/v1/orders/{order_id}/cancel", None, key="c-1")
    second = await ask(ada, f"/v1/orders/{order_id}/cancel", None, key="c-1")
    assert first[:2] == second[:2]


async def test_the_first_outcome_stands_when_it_could_not_be_had_again(ada: Investor) -> None:
    await ada.funded()
    first = await ask(ada, "/v1/withdrawals", WISH)
    cash = (await ada.get("/v1/portfolio"))["cash"]["available"]
    rest = {**WISH, "amount": cash}
    assert (await ask(ada, "/v1/withdrawals", rest, key="k-2"))[0] == 202
    again = await ask(ada, "/v1/withdrawals", WISH)
    assert again[:2] == first[:2]
    assert again[2]["Idempotent-Replayed"] == "true"


async def test_a_different_request_is_told_so_even_if_it_would_be_refused_anyway(
    ada: Investor,
) -> None:
    await ada.funded()
    await ask(ada, "/v1/withdrawals", WISH)
    status, body, _ = await ask(ada, "/v1/withdrawals", {**WISH, "destination": "0x12"})
    assert status == 422
    assert b'"ERR_4007"' in body
    assert b'"field":"destination"' in body
