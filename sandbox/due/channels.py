"""The price list: every rail in each direction, with its limits and fees."""

from __future__ import annotations

from domain.money import USD, USDC, Asset, Money
from sandbox.due.pricing import Pricing
from sandbox.due.rails import BANK_RAILS, CHAIN_BY_RAIL, schema_of
from sandbox.due.settings import DueSandboxSettings, Fee
from sandbox.due.wire import amount_text

MEMO_LENGTH_MAX = 140


def channels(settings: DueSandboxSettings) -> list[dict[str, object]]:
    """Deposits are free; the fee of a conversion is the one of its withdrawal."""
    fees = {USDC: settings.fee_to_usdc, USD: settings.fee_to_usd}
    rails = [(rail, USDC) for rail in CHAIN_BY_RAIL] + [(rail, USD) for rail in BANK_RAILS]
    return [
        _channel(rail, asset, kind, settings, fees[asset] if kind == "withdrawal" else None)
        for rail, asset in rails
        for kind in ("deposit", "withdrawal", "static_deposit")
    ]


def _channel(
    rail: str, asset: Asset, kind: str, settings: DueSandboxSettings, fee: Fee | None
) -> dict[str, object]:
    low, high = Pricing(settings).limits(asset)
    charged = fee or Fee(Money.zero(asset))
    return {
        "rail": rail,
        "currencyCode": asset.code,
        "type": kind,
        "feeBps": charged.bps,
        "feeFixed": amount_text(charged.fixed),
        "limitMin": amount_text(low),
        "limitMax": amount_text(high),
        "kycLevels": [],
        "railSettings": {
            "rail": rail,
            "speed": "instant",
            "memoConfig": {"minCharacters": 0, "maxCharacters": MEMO_LENGTH_MAX, "required": False},
            "schemas": [schema_of(rail)],
        },
        "purposeCodes": {"any": [], "individual": [], "business": []},
        "accountType": "any",
        "permissions": {},
        "endorsementsRequired": [],
    }
