"""Offers that hold for two minutes and serve one transfer."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

import attrs
import orjson

from domain.money import Money
from sandbox.due.account import Account
from sandbox.due.application_fee import one_application_fee, read_application_fee
from sandbox.due.errors import DueRefusal
from sandbox.due.fields import Fields
from sandbox.due.pricing import Pricing, Terms
from sandbox.due.rails import Leg
from sandbox.due.settings import DueSandboxSettings
from sandbox.due.wire import amount_text, new_id, stamp
from sandbox.world import World

FORGET_PER_QUOTE_MAX = 10
NO_FEE = "0"


@attrs.frozen(kw_only=True)
class Quote:
    token: str
    account_id: str
    terms: Terms
    expires_at: datetime


def read_terms(fields: Fields, pricing: Pricing) -> Terms:
    """Price a request; the source's amount takes precedence. Raises ``DueRefusal``."""
    source, destination = fields.section("source"), fields.section("destination")
    source_leg = Leg.of(source.text("rail"), source.text("currency"))
    destination_leg = Leg.of(destination.text("rail"), destination.text("currency"))
    if source_leg.is_crypto == destination_leg.is_crypto:
        raise DueRefusal("err_channel_not_found", "one side must be USDC and the other USD")
    charge = one_application_fee(
        read_application_fee(source, source_leg.asset),
        read_application_fee(destination, destination_leg.asset),
    )
    if paid := source.amount("amount", source_leg.asset):
        return pricing.by_source(source_leg, destination_leg, paid, charge)
    if wanted := destination.amount("amount", destination_leg.asset):
        return pricing.by_destination(source_leg, destination_leg, wanted, charge)
    raise DueRefusal("err_quote_no_amount", "an amount is required on one side")


def terms_view(terms: Terms) -> dict[str, object]:
    """The view of both sides. Each ``totalFee`` is the sum of Due's fee and the platform's."""
    no_fee = terms.charged_in - terms.charged_in
    return {
        "source": _side(terms.source_leg, terms.source, no_fee, terms.charged_in),
        "destination": _side(
            terms.destination_leg, terms.destination, terms.fee, terms.charged_out
        ),
        "fxRate": 1,
        "fxMarkup": 0,
    }


def _side(leg: Leg, amount: Money, fee: Money, charged: Money) -> dict[str, object]:
    return {
        "rail": leg.rail,
        "currency": amount.asset.code,
        "amount": amount_text(amount),
        "fee": amount_text(fee),
        "applicationFee": amount_text(charged) if charged else NO_FEE,
        "totalFee": amount_text(fee + charged),
    }


def quote_view(quote: Quote) -> dict[str, object]:
    return {
        "token": quote.token,
        **terms_view(quote.terms),
        "expiresAt": stamp(quote.expires_at),
    }


@attrs.define(kw_only=True)
class Quotes:
    """Open quotes by token, oldest first; all have the same validity, so the oldest expire first."""

    _world: World
    _settings: DueSandboxSettings
    _open: dict[str, Quote] = attrs.field(factory=dict)

    def offer(self, account: Account, terms: Terms) -> Quote:
        self._forget_expired()
        expires_at = self._world.clock.now() + timedelta(seconds=self._settings.quote_validity_s)
        quote = Quote(
            token=self._new_token(expires_at),
            account_id=account.id,
            terms=terms,
            expires_at=expires_at,
        )
        self._open[quote.token] = quote
        return quote

    def get(self, account: Account, token: str) -> Quote:
        """guess: used, expired and unknown tokens are refused with the same code (due.md §2)."""
        quote = self._open.get(token)
        if quote is None or quote.account_id != account.id:
            raise DueRefusal("err_token_invalid", "The quote is unknown or already used")
        if quote.expires_at <= self._world.clock.now():
            raise DueRefusal("err_token_invalid", "The quote has expired")
        return quote

    def consume(self, quote: Quote) -> None:
        del self._open[quote.token]

    def _forget_expired(self) -> None:
        now = self._world.clock.now()
        for _ in range(min(FORGET_PER_QUOTE_MAX, len(self._open))):
            oldest = next(iter(self._open.values()))
            if oldest.expires_at > now:
                return
            del self._open[oldest.token]

    def _new_token(self, expires_at: datetime) -> str:
        """Looks like a JWT and is as opaque to the customer; its signature is never checked."""
        random = self._world.random
        parts = (
            orjson.dumps({"alg": "HS256", "typ": "JWT"}),
            orjson.dumps({"jti": new_id("", random), "exp": int(expires_at.timestamp())}),
            random.randbytes(32),
        )
        return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
