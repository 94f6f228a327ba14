"""The amount that an order reserves before it is placed."""

from __future__ import annotations

from fractions import Fraction

from domain.errors import DomainError, Kind
from domain.money import SHARE_SCALE, USD, Money, Rounding
from domain.quantity import Price
from domain.trading.order import ORDER_MIN, OrderTerms, Side

COLLAR = Fraction(105, 100)
"""The reserve of a market order covers fills up to this factor of the last price."""


class NoPrice(DomainError):
    """There is no recent price from which to compute the reserve. Use a limit order."""

    code = "ERR_5306"
    slug = "no-price"
    kind = Kind.BUSINESS_RULE


class PricesUnavailable(DomainError):
    """Market data is unavailable, and the order depends on the price. Use a limit order, or try again."""

    code = "ERR_5308"
    slug = "prices-unavailable"
    kind = Kind.EXTERNAL_SERVICE
    retryable = True


def needs_price(terms: OrderTerms) -> bool:
    """Whether the reserve depends on the price of the last trade."""
    if terms.side is Side.BUY:
        return terms.quantity is not None and terms.limit_price is None
    return terms.notional is not None


def wants_price(terms: OrderTerms) -> bool:
    """Whether the last price helps to value the order, which can do without it."""
    return terms.side is Side.SELL and not needs_price(terms)


def falls_short(terms: OrderTerms, *, last: Price | None) -> bool:
    """
    Whether an order for a number of shares is worth less than ``ORDER_MIN``, as the broker counts it.

    That is at its limit price, otherwise at the last price. Without any price the broker judges it.
    """
    price = terms.limit_price or last
    if terms.quantity is None or price is None:
        return False
    return price.cost(terms.quantity, rounding=Rounding.DOWN) < ORDER_MIN


def reserve(terms: OrderTerms, *, last: Price | None, position: Money) -> Money:
    """
    Dollars for a buy, shares for a sell.

    A sell for an amount of dollars reserves the shares it may need: at most ``position`` if that is worth
    the amount at the last price, otherwise more than the position, which the ledger refuses.
    Raises ``NoPrice`` when ``last`` is needed and missing.
    """
    if needs_price(terms) and (last is None or not last.value):
        raise NoPrice
    if terms.side is Side.BUY:
        return terms.notional or _cost(terms, last)
    if terms.quantity is not None:
        return terms.quantity
    return _shares(terms, last, position)


def expected_value(terms: OrderTerms, *, hold: Money, last: Price | None) -> Money:
    """
    The dollars that an order is expected to trade, which count against the limit.

    An order with a notional counts that, and a buy of a number of shares its reserve. A sell counts the
    value of its shares at the higher of limit price and last price, because a limit far below the market
    does not bind. Without any price it counts zero until it fills.
    """
    if terms.notional is not None:
        return terms.notional
    if terms.side is Side.BUY:
        return hold
    prices = [price for price in (terms.limit_price, last) if price]
    return max((price.cost(hold) for price in prices), default=Money.zero(USD))


def _cost(terms: OrderTerms, last: Price | None) -> Money:
    price = terms.limit_price or Price((last.value if last else Fraction(0)) * COLLAR)
    return price.cost(terms.quantity or Money.zero(terms.asset), rounding=Rounding.UP)


def _shares(terms: OrderTerms, last: Price | None, position: Money) -> Money:
    price, dollars = last or Price(Fraction(1)), terms.notional or Money.zero(USD)
    exact = Fraction(dollars.minor, 10**USD.scale) / price.value * 10**SHARE_SCALE
    if price.cost(position) < dollars:
        return Money(Rounding.UP.apply(exact), terms.asset)
    return min(Money(Rounding.UP.apply(exact * COLLAR), terms.asset), position)
