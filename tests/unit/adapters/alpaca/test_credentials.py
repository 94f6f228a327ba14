from __future__ import annotations

import asyncio

import pytest

from adapters.alpaca.accounts import AccountsApi
from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.credentials import ClientCredentials, credentials_for
from adapters.memory.clock import ManualClock
from ports.errors import ProviderUnavailable
from tests.support.transports import Answer, Scripted
from tests.unit.adapters.alpaca.scripted_client import NOON, SETTINGS, no, ok


def bearer(*answers: Answer) -> tuple[ClientCredentials, Scripted, ManualClock]:
    transport, clock = Scripted(answers), ManualClock(NOON)
    return (
        ClientCredentials(settings=SETTINGS, transport=transport, clock=clock),
        transport,
        clock,
    )


def token(value: str) -> Answer:
    return ok({"access_token": value, "expires_in": 899, "token_type": "Bearer"})


async def test_a_key_and_secret_go_along_as_they_are() -> None:
    basic = credentials_for(SETTINGS, transport=Scripted([]), clock=ManualClock(NOON))
    assert await basic.authorization() == "Basic a2V5OnNlY3JldA=="


async def test_a_token_serves_until_a_minute_before_its_end() -> None:
    credentials, transport, clock = bearer(token("one"), token("two"))
    assert await credentials.authorization() == "Bearer one"
    clock.advance(838)
    assert await credentials.authorization() == "Bearer one"
    clock.advance(1)
    assert await credentials.authorization() == "Bearer two"
    assert len(transport.requests) == 2


async def test_many_callers_buy_one_token() -> None:
    credentials, transport, _ = bearer(token("one"))
    await asyncio.gather(*(credentials.authorization() for _ in range(20)))
    assert len(transport.requests) == 1


async def test_without_a_token_nothing_has_happened() -> None:
    credentials, _, _ = bearer(no(400))
    with pytest.raises(ProviderUnavailable):
        await credentials.authorization()


async def test_a_token_that_is_refused_early_is_replaced_and_the_call_repeated() -> None:
    credentials, transport, _ = bearer(token("one"), no(401), token("two"), ok({"id": "a"}))
    client = AlpacaClient(settings=SETTINGS, transport=transport, credentials=credentials)
    assert await AccountsApi(client).get("a") == {"id": "a"}
    assert transport.requests[-1].headers["Authorization"] == "Bearer two"


async def test_a_token_that_is_refused_again_is_given_up() -> None:
    credentials, transport, _ = bearer(token("one"), no(401), token("two"), no(401))
    client = AlpacaClient(settings=SETTINGS, transport=transport, credentials=credentials)
    with pytest.raises(ProviderUnavailable):
        await AccountsApi(client).get("a")
    assert len(transport.requests) == 4


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(SETTINGS)
