"""An account as the broker shows it: the customer's record and the trading account (alpaca.md §2, §3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from domain.money import Money
from sandbox.alpaca import sessions
from sandbox.alpaca.account import CLOSED, Account
from sandbox.alpaca.amounts import trimmed
from sandbox.alpaca.application import SECTIONS
from sandbox.alpaca.market import Market
from sandbox.alpaca.portfolio import invested


def account_view(account: Account, *, sections: Collection[str] = SECTIONS) -> dict[str, object]:
    """The record with the requested ``sections``; sections that were never sent are absent, not null."""
    shown = {
        "id": account.id,
        "account_number": account.number,
        "status": account.status,
        "crypto_status": "INACTIVE",
        "currency": "USD",
        "last_equity": "0",
        "created_at": account.created_at,
        "account_type": account.document.get("account_type", "trading"),
        "enabled_assets": account.document.get("enabled_assets", ["us_equity"]),
        "kyc_results": account.kyc_results,
    }
    kept = {**account.document, **({"documents": account.uploads} if account.uploads else {})}
    return shown | {name: kept[name] for name in sections if kept.get(name)}


def trading_account_view(account: Account, market: Market, *, at: datetime) -> dict[str, object]:
    """
    The trading account; every number is a string.

    Simplified: multiplier 1, and the proceeds of a sale are withdrawable at once (no T+1).
    """
    now = account.holdings(at)
    shares = invested(now, market, at)
    return {
        "id": account.id,
        "account_number": account.number,
        "status": account.status,
        "crypto_status": "INACTIVE",
        "currency": "USD",
        "created_at": account.created_at,
        "clearing_broker": "ALPACA_APCA",
        "admin_configurations": {},
        "user_configurations": None,
        "multiplier": account.configuration["max_margin_multiplier"],
        "shorting_enabled": False,
        "account_blocked": account.status == CLOSED,
        "trading_blocked": account.status == CLOSED,
        "transfers_blocked": account.status == CLOSED,
        "trade_suspended_by_user": account.configuration["suspend_trade"],
        **dict.fromkeys(BUYING_POWER, trimmed(account.cash.available)),
        **dict.fromkeys(FREE_CASH, trimmed(account.cash.withdrawable)),
        **dict.fromkeys(EQUITIES, trimmed(now.cash + shares)),
        **dict.fromkeys(INVESTED, trimmed(shares)),
        **dict.fromkeys(ZEROES, "0"),
        "cash": trimmed(now.cash),
        "memoposts": trimmed(account.cash.credit),
        **last_view(account, market, at),
    }


def last_view(account: Account, market: Market, at: datetime) -> dict[str, object]:
    """The account at the last close before ``at``."""
    close = sessions.last_close(at)
    then = account.timeline.at(close)
    shares = invested(then, market, close)
    return {
        "previous_close": close.isoformat(),
        "balance_asof": close.date().isoformat(),
        "last_cash": trimmed(then.cash),
        "last_equity": trimmed(then.cash + shares),
        **dict.fromkeys(LAST_INVESTED, trimmed(shares)),
        **dict.fromkeys(LAST_BUYING_POWER, trimmed(then.cash)),
        "last_short_market_value": "0",
    }


def limits_view(account: Account, limit: Money, *, at: datetime) -> dict[str, object]:
    """guess: money paid in since midnight counts; money held for orders and wires is held."""
    midnight = datetime.combine(at.astimezone(sessions.NEW_YORK).date(), time(), sessions.NEW_YORK)
    used = account.timeline.paid_in - account.timeline.at(midnight).paid_in
    return {
        "daily_net_limit": limit.decimal,
        "used": used.decimal,
        "held": account.cash.held.decimal,
        "available": (limit - used).decimal,
    }


BUYING_POWER = (
    "buying_power",
    "effective_buying_power",
    "non_marginable_buying_power",
    "regt_buying_power",
)
FREE_CASH = ("cash_withdrawable", "cash_transferable")
EQUITIES = ("equity", "portfolio_value")
INVESTED = ("long_market_value", "position_market_value", "initial_margin", "maintenance_margin")
LAST_INVESTED = ("last_long_market_value", "last_initial_margin", "last_maintenance_margin")
LAST_BUYING_POWER = ("last_buying_power", "last_regt_buying_power")
ZEROES = (
    "accrued_fees",
    "intraday_adjustments",
    "pending_reg_taf_fees",
    "pending_transfer_out",
    "short_market_value",
    "sma",
)
