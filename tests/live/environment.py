"""
Which variables let the live tests speak to whom.

They are the product's own, so that what the tests have tried is what the product runs with. Nothing is
sent without ``STACK_LIVE=1``, nor to any host that is not a provider's sandbox or this machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest

SWITCH = "STACK_LIVE"
NEEDED: Mapping[str, tuple[str, ...]] = {
    "circle": ("STACK__CIRCLE__API_KEY", "STACK__CIRCLE__ENTITY_SECRET"),
    "alpaca": (
        "STACK__ALPACA__KEY",
        "STACK__ALPACA__SECRET",
        "STACK__ALPACA__FIRM_ACCOUNT_ID",
    ),
    "due": ("STACK__DUE__API_KEY",),
}
DUE_ACCOUNT = "STACK_LIVE_DUE_ACCOUNT_ID"
"""An account at Due that has passed its check, which no test can do for it."""

TEST_KEY = "TEST_API_KEY:"
SANDBOXES: Mapping[str, frozenset[str]] = {
    # One host for tests and for real: the key tells them apart (circle.md §1).
    "circle": frozenset({"api.circle.com"}),
    "alpaca": frozenset(
        {
            "broker-api.sandbox.alpaca.markets",
            "data.sandbox.alpaca.markets",
            "authx.sandbox.alpaca.markets",
        }
    ),
    "due": frozenset({"api.sandbox.due.network", "app.sandbox.due.network"}),
}
THIS_MACHINE = "127.0.0.1"


class NotASandbox(Exception):
    """Real money could be meant; nothing was sent."""


def settings_of(provider: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The provider's settings by their names. Skips the test without them."""
    if environ.get(SWITCH) != "1":
        pytest.skip(f"{SWITCH} is not 1")
    missing = [name for name in NEEDED[provider] if not environ.get(name)]
    if missing:
        pytest.skip(f"without {', '.join(missing)}")
    prefix = f"STACK__{provider.upper()}__"
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in environ.items()
        if name.startswith(prefix) and "__" not in name.removeprefix(prefix)
    }


def require_sandbox(provider: str, *urls: str, key: str = "") -> None:
    """Raises ``NotASandbox`` unless every URL is a sandbox's and the key, at Circle, is a test key."""
    for url in urls:
        parts = urlsplit(url)
        is_theirs = parts.scheme == "https" and parts.hostname in SANDBOXES[provider]
        if not is_theirs and parts.hostname != THIS_MACHINE:
            raise NotASandbox(f"{provider}: {parts.hostname} is not a sandbox")
    if provider == "circle" and not key.startswith(TEST_KEY):
        raise NotASandbox(f"circle: the key does not begin with {TEST_KEY}")
