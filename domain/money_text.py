"""
The formats of an amount, here of 250 USDC.

* ``str(amount)``: ``250.000000 USDC``, for people, and in audit records.
* ``signed(amount)``: ``+250.000000``, a change, in audit records.
* ``exact(amount)``: ``250.000000 USDC/6``, in stored documents.
** ``public(amount)``: ``{"value": "250.000000", "asset": "USDC"}``, in responses of the API.
* ``posted(amount)``: ``{"amount": "250.000000", "asset": "USDC/6"}``, in trails.
"""

from __future__ import annotations

from domain.money import Asset, Money


def signed(amount: Money) -> str:
    """The decimal with its sign, without the asset."""
    return amount.decimal if amount.minor < 0 else f"+{amount.decimal}"


def exact(amount: Money) -> str:
    """The decimal and the asset with its scale; the inverse of ``parse_exact``."""
    return f"{amount.decimal} {amount.asset}"


def parse_exact(text: str) -> Money:
    """Raises ``ValueError``, ``NotAnAmount`` or ``PrecisionLost``."""
    decimal, _, asset = text.partition(" ")
    return Money.of(decimal, Asset.parse(asset))


def public(amount: Money) -> dict[str, str]:
    return {"value": amount.decimal, "asset": amount.asset.code}


def posted(amount: Money) -> dict[str, str]:
    return {"amount": amount.decimal, "asset": str(amount.asset)}
