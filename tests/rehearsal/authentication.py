"""Registering, logging in and stepping up, with either release."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import pyotp

from entrypoints.cli.api import ApiError
from entrypoints.cli.walk import VERIFICATION
from tests.e2e.investor import Investor
from tests.support.stack import Stack

PASSWORD = "correct horse battery"
PASSCODE = "271828"
UNKNOWN, FORBIDDEN, NOT_THERE = 401, 403, 404


async def enter(somebody: Investor, stack: Stack) -> None:
    """Register, by letter if the release wants that, and get ready to deposit."""
    walk, email = somebody.walk, f"r.{secrets.token_hex(4)}@example.com"
    credentials = {"email": email, "password": PASSWORD}
    await walk.api.post("/v1/auth/register", credentials)
    try:
        session = await walk.api.post("/v1/auth/login", credentials)
    except ApiError as refusal:
        if refusal.status not in {UNKNOWN, FORBIDDEN}:
            raise
        token = await stack.mailbox().token(email, about=VERIFICATION)
        await walk.api.post("/v1/auth/verify", {"token": token, "password": PASSWORD})
        session = await walk.api.post("/v1/auth/login", credentials)
    walk.api.authorize(session["access_token"])
    await walk.onboard()
    await walk.open_wallets()
    found = await walk.api.get("/v1/wallets")
    somebody.wallets = {wallet["chain"]: wallet["address"] for wallet in found["items"]}


async def with_proof(somebody: Investor, ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask, and prove who it is if the release wants that."""
    try:
        return await ask()
    except ApiError as refusal:
        if refusal.status != FORBIDDEN:
            raise
    await _prove(somebody)
    return await ask()


async def may_withdraw_to(somebody: Investor, address: str) -> None:
    """Save the address, if the release wants that."""
    body = {"chain": "polygon", "address": address, "label": "Cold wallet"}
    try:
        await with_proof(somebody, lambda: somebody.api.post("/v1/payout-addresses", body))
    except ApiError as refusal:
        if refusal.status != NOT_THERE:
            raise


async def _prove(somebody: Investor) -> None:
    api, password = somebody.api, {"password": PASSWORD}
    await api.call("PUT", "/v1/auth/passcode", {**password, "passcode": PASSCODE})
    offer = await api.post("/v1/auth/authenticator", password)
    shown = pyotp.TOTP(offer["secret"]).now()
    kept = await api.post("/v1/auth/authenticator/confirm", {"code": shown})
    code = kept["recovery_codes"][0]
    await api.post("/v1/auth/step-up", {"passcode": PASSCODE, "code": code})
