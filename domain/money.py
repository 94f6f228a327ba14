"""
Money is a whole number of the smallest unit of one asset.

An asset is written as it is stored, ``code/scale``: ``USD/2`` is the dollar in cents, ``USDC/6`` the
token, ``AAPL/9`` the share in billionths. The scale is part of the identity, so the fund with the
ticker ``USD`` (``USD/9``) is never confused with the currency.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from typing import Self

import attrs

from domain.errors import DomainError, Kind

SHARE_SCALE = 9
MINOR_MAX = 2**63 - 1
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


class AssetMismatch(DomainError):
    """Two amounts of different assets cannot be combined."""

    code = "ERR_4101"
    slug = "asset-mismatch"
    kind = Kind.VALIDATION


class PrecisionLost(DomainError):
    """The amount has more decimals than its asset allows."""

    code = "ERR_4102"
    slug = "precision-lost"
    kind = Kind.VALIDATION


class NotAnAmount(DomainError):
    """The text is not a decimal number in the allowed range."""

    code = "ERR_4103"
    slug = "not-an-amount"
    kind = Kind.VALIDATION


@attrs.frozen(order=True)
class Asset:
    """A currency, a token or a security, with its number of decimals."""

    code: str
    scale: int

    def __str__(self) -> str:
        return f"{self.code}/{self.scale}"

    @classmethod
    @functools.lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Asset:
        code, _, scale = text.rpartition("/")
        return cls(code, int(scale))

    @classmethod
    def share(cls, symbol: str) -> Asset:
        return cls(symbol, SHARE_SCALE)

    @property
    def is_share(self) -> bool:
        return self.scale == SHARE_SCALE


USD = Asset("USD", 2)
USDC = Asset("USDC", 6)


class Rounding(Enum):
    """How a conversion rounds a fraction of a minor unit; the caller must choose."""

    DOWN = "down"
    UP = "up"
    HALF_EVEN = "half_even"

    def apply(self, value: Fraction) -> int:
        match self:
            case Rounding.DOWN:
                return value.__floor__()
            case Rounding.UP:
                return value.__ceil__()
            case Rounding.HALF_EVEN:
                return round(value)


@attrs.frozen
class Money:
    """``minor`` smallest units of ``asset``; may be negative, never fractional."""

    minor: int
    asset: Asset

    def __attrs_post_init__(self) -> None:
        if abs(self.minor) > MINOR_MAX:
            raise NotAnAmount("the amount is out of range")

    @classmethod
    def of(cls, text: str, asset: Asset) -> Self:
        """Read a decimal string. Raises ``NotAnAmount`` or ``PrecisionLost``; rounds nothing."""
        if not _DECIMAL.fullmatch(text):
            raise NotAnAmount(f"not a decimal number: {text[:40]!r}")
        whole, _, fraction = text.partition(".")
        if fraction[asset.scale :].strip("0"):
            raise PrecisionLost(f"{asset.code} has {asset.scale} decimals, got {text[:40]!r}")
        return cls(int(whole + fraction[: asset.scale].ljust(asset.scale, "0")), asset)

    @classmethod
    def zero(cls, asset: Asset) -> Self:
        return cls(0, asset)

    def __str__(self) -> str:
        return f"{self.decimal} {self.asset.code}"

    @property
    def decimal(self) -> str:
        """The amount as a plain decimal string with all of the asset's decimals."""
        sign = "-" if self.minor < 0 else ""
        if self.asset.scale == 0:
            return f"{sign}{abs(self.minor)}"
        whole, fraction = divmod(abs(self.minor), 10**self.asset.scale)
        return f"{sign}{whole}.{fraction:0{self.asset.scale}d}"

    def _same(self, other: Money) -> None:
        if self.asset != other.asset:
            raise AssetMismatch(f"{self.asset} and {other.asset}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.asset)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.asset)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.asset)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    @property
    def is_positive(self) -> bool:
        return self.minor > 0

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """
        Divide in proportion to ``weights`` so that the parts add up to the whole.

        Every part is rounded towards zero; the units left over go to the first parts, one each.
        """
        total = sum(weights)
        if total <= 0 or any(weight < 0 for weight in weights):
            raise NotAnAmount("weights must be non-negative and not all zero")
        sign = -1 if self.minor < 0 else 1
        parts = [abs(self.minor) * weight // total for weight in weights]
        left_over = abs(self.minor) - sum(parts)
        for index in [i for i, weight in enumerate(weights) if weight][:left_over]:
            parts[index] += 1
        return tuple(Money(sign * part, self.asset) for part in parts)

    def split_at(self, scale: int) -> tuple[Money, Money]:
        """The part with at most ``scale`` decimals, and the rest (dust)."""
        unit = 10 ** max(self.asset.scale - scale, 0)
        dust = self.minor % unit
        return Money(self.minor - dust, self.asset), Money(dust, self.asset)


def usdc_at_par(dollars: Money) -> Money:
    """One USDC for each dollar."""
    return Rate.of("1", USD, USDC).convert(dollars, rounding=Rounding.UP)


@attrs.frozen
class Rate:
    """The exact value of one whole ``source`` in ``target``."""

    source: Asset
    target: Asset
    value: Fraction

    @classmethod
    def of(cls, text: str, source: Asset, target: Asset) -> Self:
        try:
            return cls(source, target, Fraction(Decimal(text)))
        except (InvalidOperation, ValueError, OverflowError):
            raise NotAnAmount(f"not a rate: {text[:40]!r}") from None

    def convert(self, money: Money, *, rounding: Rounding) -> Money:
        if money.asset != self.source:
            raise AssetMismatch(f"a rate from {self.source} cannot convert {money.asset}")
        exact = Fraction(money.minor, 10**self.source.scale) * self.value * 10**self.target.scale
        return Money(rounding.apply(exact), self.target)
