"""USDC on its way out: what an investor has leaves once, to where they said, and nobody else sees it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence

import pytest

from entrypoints.cli.api import ApiError
from tests.e2e.books import Books
from tests.e2e.investor import Investor

AT_ONCE = 50
PAID_OUT = ["reserved", "withdrawal_debited", "converted", "wired_to_offramp", "paid_out"]


def _entries(templates: Sequence[str]) -> Sequence[str]:
    """The broker's word that the wire left and the off-ramp's that it came are heard in any order."""
    first, last = templates[:2], templates[4:]
    return [*first, *sorted(templates[2:4]), *last]


def _wish(amount: str, destination: str | None = None) -> Mapping[str, str]:
    address = destination or f"0x{secrets.token_hex(20)}"
    return {"amount": amount, "chain": "polygon", "destination": address}


async def test_of_fifty_withdrawals_at_once_only_what_is_there_goes_out(
    ann: Investor, books: Books
) -> None:
    await ann.funded()
    wish = _wish("247.50")
    await ann.may_withdraw_to(wish["destination"])

    answers = await asyncio.gather(
        *(ann.api.post("/v1/withdrawals", wish) for _ in range(AT_ONCE)), return_exceptions=True
    )
    refusals = [answer for answer in answers if isinstance(answer, ApiError)]
    (accepted,) = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(refusals) == AT_ONCE - 1
    assert {(r.status, r.problem["code"]) for r in refusals} == {(422, "ERR_5902")}

    done = await ann.reaches(f"/v1/withdrawals/{accepted['id']}", "completed")
    assert (done["net"]["value"], done["fee"]["value"]) == ("247.000000", "0.500000")
    assert [each["id"] for each in (await ann.api.get("/v1/withdrawals"))["items"]] == [done["id"]]
    assert _entries(await books.entries(done["id"])) == PAID_OUT
    assert await books.balances(ann.id) == {}
    assert await ann.on_chain(wish["destination"]) == "247.000000"


async def test_a_withdrawal_leaves_on_chain_what_the_ledger_says(
    ann: Investor, books: Books
) -> None:
    await ann.funded()
    wish = _wish("50.00")
    await ann.may_withdraw_to(wish["destination"])
    requested = await ann.api.post("/v1/withdrawals", wish)
    done = await ann.reaches(f"/v1/withdrawals/{requested['id']}", "completed")

    assert await ann.on_chain(wish["destination"]) == done["net"]["value"] == "49.500000"
    sent = await ann.sandbox.get(f"/sandbox/chain/transfers?tx_hash={done['tx_hash']}")
    (transfer,) = sent["transfers"]
    assert (transfer["destination"], transfer["amount"], transfer["final"]) == (
        wish["destination"],
        "49.500000",
        True,
    )
    assert _entries(await books.entries(done["id"])) == PAID_OUT
    assert await books.balances(ann.id) == {"broker USD": "197.50", "cash USD": "197.50"}


async def test_a_withdrawal_to_no_address_is_refused_by_the_name_of_the_field(
    ann: Investor, books: Books
) -> None:
    await ann.funded()
    await ann.walk.step_up()
    for destination in ("0x1234", "not an address", f"0x{secrets.token_hex(20)}00"):
        wish = _wish("50.00", destination)
        assert await ann.refused("POST", "/v1/withdrawals", wish) == (
            422,
            "ERR_5002",
            ["destination"],
        )
    assert (await ann.api.get("/v1/withdrawals"))["items"] == []
    assert await books.balances(ann.id) == {"broker USD": "247.50", "cash USD": "247.50"}


async def test_a_withdrawal_and_its_trail_are_nobody_elses(
    ann: Investor, eve: Investor, books: Books
) -> None:
    await ann.funded()
    await eve.walk.register()
    wish = _wish("50.00")
    await ann.may_withdraw_to(wish["destination"])
    requested = await ann.api.post("/v1/withdrawals", wish)

    assert await eve.refused("GET", f"/v1/withdrawals/{requested['id']}") == (404, "ERR_5202", [])
    assert await eve.refused("GET", f"/v1/trails/{requested['id']}") == (404, "ERR_3001", [])
    assert (await eve.api.get("/v1/withdrawals"))["items"] == []
    await ann.reaches(f"/v1/withdrawals/{requested['id']}", "completed")
    assert await books.balances(eve.id) == {}


@pytest.mark.situation(
    "one dollar is left, which is below the smallest withdrawal",
    must="it can be withdrawn, as it is all there is, and the off-ramp takes it",
)
async def test_the_last_dollar_can_leave(
    ann: Investor, books: Books, was: Callable[[str], None]
) -> None:
    await ann.funded()
    wish = _wish("246.50")
    await ann.may_withdraw_to(wish["destination"])
    first = await ann.api.post("/v1/withdrawals", wish)
    assert await ann.refused("POST", "/v1/withdrawals", {**wish, "amount": "0.99"}) == (
        422,
        "ERR_5201",
        ["amount"],
    )
    last = await ann.api.post("/v1/withdrawals", {**wish, "amount": "1.00"})
    for requested in (first, last):
        await ann.reaches(f"/v1/withdrawals/{requested['id']}", "completed")
    assert await books.balances(ann.id) == {}
    assert await ann.on_chain(wish["destination"]) == "246.500000"
    was("1.00 USD left as 0.50 USDC; nothing stayed")
