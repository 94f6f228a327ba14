"""Limits by count through the real processes: exact for many at once."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from typing import Any

import pytest

from domain.accounts.api_key import KEYS_MAX
from domain.wallets.payout_address import ADDRESSES_MAX
from entrypoints.cli.api import ApiError
from tests.e2e.investor import Investor

AT_ONCE = 15


def key() -> tuple[str, dict[str, Any]]:
    return "/v1/api-keys", {"name": "Partner", "scopes": ["read"]}


def address() -> tuple[str, dict[str, Any]]:
    body = {"chain": "polygon", "address": f"0x{secrets.token_hex(20)}", "label": "Wallet"}
    return "/v1/payout-addresses", body


@pytest.mark.situation(
    "15 requests at once for the one place that is left", must="exactly one is taken"
)
@pytest.mark.soak
@pytest.mark.parametrize(("wish", "most"), [(key, KEYS_MAX), (address, ADDRESSES_MAX)])
async def test_one_place_is_taken_once(ann: Investor, wish: Any, most: int) -> None:
    await ann.walk.register()
    await ann.walk.step_up()
    for _ in range(most - 1):
        await ann.api.post(*wish())

    async def ask() -> str:
        try:
            await ann.api.post(*wish())
        except ApiError as refusal:
            return str(refusal.problem["code"])
        return "made"

    outcomes = Counter(await asyncio.gather(*(ask() for _ in range(AT_ONCE))))
    refusal = "ERR_2012" if wish is key else "ERR_5006"
    assert outcomes == {"made": 1, refusal: AT_ONCE - 1}
