"""A restart changes nothing in the state."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from sandbox.snapshot import UnusableSnapshot, read_snapshot
from tests.sandbox.circle_customer import AMOY_USDC
from tests.sandbox.circle_inbox import Inbox, open_inbox, subscribe, verify, walk
from tests.sandbox.providers_client import (
    ProvidersClient,
    assert_conserved,
    open_sandbox,
    opened_by_due,
)
from tests.support.waiting import eventually

DOWN = 1_000_000
WAYPOINTS = ["INITIATED", "CLEARED", "QUEUED", "SENT", "CONFIRMED", "COMPLETE"]


@attrs.frozen(kw_only=True)
class Halfway:
    """The unfinished objects at the restart."""

    state: Path
    books: Any
    clock: Any
    inbox: Inbox
    due_key: str
    due: dict[str, str]
    transfer: dict[str, Any]
    circle_id: str
    due_id: str
    order: str
    journal: Any
    first_event: str


@pytest.fixture
async def halfway(tmp_path: Path) -> AsyncIterator[Halfway]:
    state = tmp_path / "data" / "sandbox.state"
    async with open_inbox() as inbox:
        async with open_sandbox(state) as providers:
            found = await start(providers, inbox, state)
        yield found


async def start(providers: ProvidersClient, inbox: Inbox, state: Path) -> Halfway:
    """One deposit has arrived and is being spent; the next is between Circle and Due."""
    account, due = await providers.investor(), await providers.due_account()
    wallet = await providers.circle.wallet(accountType="EOA")
    await providers.circle.drip(wallet, native=True)
    await providers.send(wallet["address"], "1000")
    _, first_address = await providers.offramp(due, wallet["address"], "502.5")
    await providers.send(first_address, "502.5", source=wallet["address"])
    await providers.advance(60)
    journal = await providers.journal(account, "400", key="first")
    await providers.advance(10)

    await subscribe(providers.circle, inbox, "transactions.outbound")
    endpoint = await providers.call(
        "POST", "/due/v1/webhook_endpoints", {"url": inbox.url}, headers=due
    )
    order = await providers.call(
        "POST",
        f"/alpaca/v1/trading/accounts/{account}/orders",
        {
            "symbol": "AAPL",
            "side": "buy",
            "type": "market",
            "time_in_force": "day",
            "notional": "300",
        },
    )
    await providers.journal(account, "50", key="second")
    due_id, address = await providers.offramp(due, wallet["address"], "102.5")
    inbox.refusals = DOWN
    transfer = {
        "idempotencyKey": "7f6f2f0e-6a39-4b5c-8a8c-0d6c2f3f9a11",
        "entitySecretCiphertext": await providers.circle.ciphertext(),
        "walletId": wallet["id"],
        "tokenId": AMOY_USDC,
        "destinationAddress": address,
        "amounts": ["102.5"],
        "feeLevel": "MEDIUM",
    }
    path = "/v1/w3s/developer/transactions/transfer"
    accepted = (await providers.circle.call("POST", path, transfer)).data
    await providers.advance(0.75)
    return Halfway(
        state=state,
        books=await providers.books(),
        clock=await providers.call("GET", "/sandbox/clock"),
        inbox=inbox,
        due_key=endpoint["publicKey"],
        due=due,
        transfer=transfer,
        circle_id=accepted["id"],
        due_id=due_id,
        order=f"/alpaca/v1/trading/accounts/{account}/orders/{order['id']}",
        journal=journal,
        first_event=(await providers.trade_events(1, since="2020-01-01"))[0]["event_id"],
    )


async def test_a_restart_changes_no_book_no_time_and_no_timer(halfway: Halfway) -> None:
    assert halfway.clock["pending_timers"] >= 5
    async with open_sandbox(halfway.state) as providers:
        assert await providers.books() == halfway.books
        assert await providers.call("GET", "/sandbox/clock") == halfway.clock


async def test_what_was_under_way_is_finished_after_a_restart(halfway: Halfway) -> None:
    async with open_sandbox(halfway.state) as providers:
        paid = await providers.circle.call("GET", f"/v1/w3s/transactions/{halfway.circle_id}")
        due_path = f"/due/v1/transfers/{halfway.due_id}"
        waiting = await providers.call("GET", due_path, headers=halfway.due)
        assert (await providers.call("GET", halfway.order))["status"] == "accepted"
        assert (paid.data["transaction"]["state"], waiting["status"]) == (
            "CLEARED",
            "awaiting_funds",
        )
        await providers.advance(120)
        done = await providers.circle.call("GET", f"/v1/w3s/transactions/{halfway.circle_id}")
        converted = await providers.call("GET", due_path, headers=halfway.due)
        books = await providers.books()

        assert done.data["transaction"]["state"] == "COMPLETE"
        assert converted["status"] == "payment_processed"
        assert (await providers.call("GET", halfway.order))["status"] == "filled"
        assert [each["status"] for each in books["alpaca"]["journals"]] == ["executed"] * 2
        assert books["alpaca"]["deposited"] == "600.00"
        assert_conserved(books)


async def test_what_was_answered_before_a_restart_is_answered_alike_after_it(
    halfway: Halfway,
) -> None:
    async with open_sandbox(halfway.state) as providers:
        path = "/v1/w3s/developer/transactions/transfer"
        stale = await providers.circle.call("POST", path, halfway.transfer)
        fresh = {"entitySecretCiphertext": await providers.circle.ciphertext()}
        again = await providers.circle.call("POST", path, halfway.transfer | fresh)
        account = halfway.journal["to_account"]
        journal = await providers.journal(account, "400", key="first")

        assert stale.code == 156004
        assert (again.status, again.data["id"]) == (200, halfway.circle_id)
        assert journal == halfway.journal
        assert await providers.books() == halfway.books


async def test_webhooks_that_nobody_took_arrive_after_a_restart_under_the_same_keys(
    halfway: Halfway,
) -> None:
    inbox = halfway.inbox
    inbox.messages.clear()
    inbox.refusals = 0
    async with open_sandbox(halfway.state) as providers:
        await providers.advance(120)
        messages = await inbox.until(
            lambda found: (
                set(WAYPOINTS) == set(walk(circle_only(found), "transactions.outbound"))
                and len(found) > len(circle_only(found)) + 3
            )
        )
        for message in circle_only(messages):
            await verify(providers.circle, message, message.raw)
        told = opened_by_due(messages, halfway.due_key)
        assert {event["data"]["id"] for event in told} == {halfway.due_id}


def circle_only(messages: list[Any]) -> list[Any]:
    return [each for each in messages if "X-Circle-Signature" in each.headers]


async def test_an_event_stream_goes_on_from_an_event_before_the_restart(halfway: Halfway) -> None:
    async with open_sandbox(halfway.state) as providers:
        await providers.advance(10)
        events = await providers.trade_events(2, since_id=halfway.first_event)
        assert [event["event"] for event in events] == ["new", "fill"]
        assert events[0]["event_id"] > halfway.first_event


async def test_chance_goes_on_after_a_clean_stop_and_never_repeats_after_a_crash(
    tmp_path: Path,
) -> None:
    state, stopped, killed = tmp_path / "state", tmp_path / "stopped", tmp_path / "killed"
    async with open_sandbox(state, state_interval_s=0.02) as providers:
        await providers.circle.wallet_set()
        killed.write_bytes(await written(state))
        lost = await providers.circle.wallet_set()
    stopped.write_bytes(await written(state))
    made = []
    for each in (state, stopped, killed):
        async with open_sandbox(each) as providers:
            made.append(await providers.circle.wallet_set())

    assert made[0] == made[1]
    assert lost not in made
    assert made[2] != made[0]


async def written(path: Path) -> bytes:
    """The file's content once it is there."""
    content: bytes = await eventually(lambda: read(path), "the state file")
    return content


def read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


async def test_nothing_is_written_without_a_state_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_sandbox(None) as providers:
        await providers.send("0x" + "ab" * 20, "1")
    assert files_in(tmp_path) == []


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize(("spoiled", "why"), [(0, "another version"), (-1, "damaged")])
async def test_a_state_that_cannot_be_used_is_refused_with_a_way_out(
    tmp_path: Path, spoiled: int, why: str
) -> None:
    state = tmp_path / "state"
    async with open_sandbox(state):
        pass
    content = bytearray(state.read_bytes())
    content[spoiled] ^= 0xFF
    state.write_bytes(content)
    with pytest.raises(UnusableSnapshot, match=why) as refused:
        read_snapshot(state)
    assert str(state) in str(refused.value)
    assert "make clean-data" in str(refused.value)
