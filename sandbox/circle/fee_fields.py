"""Reading the fee that a sender offers, and its rules (circle.md §6, §8)."""

from __future__ import annotations

from decimal import Decimal

from sandbox.circle.decimals import NotADecimal, NotAnAmount, decimal_of
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fees import Fee, FeeMarket, Gas
from sandbox.circle.fields import Fields
from sandbox.circle.wallet import Wallet

FEE_LEVELS = ("LOW", "MEDIUM", "HIGH")
PRICE_FIELDS = ("gasPrice", "maxFee", "priorityFee")
PRIORITY_MIN = Decimal(1)  # guess: Circle says that the minimum tip depends on the network


def read_fee(
    fields: Fields, wallet: Wallet, *, gas: Gas, market: FeeMarket
) -> tuple[Fee, str | None]:
    """
    The fee, and the level if one was named.

    A level excludes prices, and a gas limit too unless the wallet is an EOA, whose limit it overrides.
    """
    has_prices = any(fields.has(name) for name in PRICE_FIELDS)
    limit = _gas_limit(fields)
    if fields.has("feeLevel"):
        level = fields.choice("feeLevel", FEE_LEVELS)
        if has_prices or (limit and wallet.is_smart):
            raise CircleRefusal(Why.FEE_LEVEL_AND_GAS)
        _require_enough(limit or gas.limit, gas)
        return market.level(wallet.blockchain, level, limit or gas.limit), level
    if not limit:
        raise CircleRefusal(Why.FEE_MISSING)
    if wallet.is_smart:
        raise CircleRefusal(Why.SMART_ACCOUNT_NEEDS_FEE_LEVEL)
    _require_enough(limit, gas)
    return _priced(fields, limit, base_fee=market.base_fee(wallet.blockchain)), None


def _require_enough(limit: int, gas: Gas) -> None:
    if limit < gas.used:
        raise CircleRefusal(Why.GAS_LIMIT_LOW)


def _gas_limit(fields: Fields) -> int:
    """0 when none is given. Raises 155236."""
    if not fields.has("gasLimit"):
        return 0
    text = fields.text("gasLimit")
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:20]) < 2**63:
        raise CircleRefusal(Why.FEE_INVALID)
    return int(text)


def _priced(fields: Fields, limit: int, *, base_fee: Decimal) -> Fee:
    if fields.has("gasPrice"):
        price = _price(fields, "gasPrice")
        if price < base_fee or fields.has("maxFee") or fields.has("priorityFee"):
            raise CircleRefusal(Why.FEE_INVALID)
        return Fee(gas_limit=limit, max_fee=price, priority_fee=price)
    if not (fields.has("maxFee") and fields.has("priorityFee")):
        raise CircleRefusal(Why.PRICES_MISSING)
    fee = Fee(
        gas_limit=limit,
        max_fee=_price(fields, "maxFee"),
        priority_fee=_price(fields, "priorityFee"),
    )
    if fee.priority_fee > fee.max_fee:
        raise CircleRefusal(Why.PRIORITY_ABOVE_MAX)
    if fee.priority_fee < PRIORITY_MIN:
        raise CircleRefusal(Why.FEE_INVALID)
    return fee


def _price(fields: Fields, name: str) -> Decimal:
    try:
        return decimal_of(fields.text(name))
    except (NotADecimal, NotAnAmount):
        raise CircleRefusal(Why.FEE_INVALID) from None
