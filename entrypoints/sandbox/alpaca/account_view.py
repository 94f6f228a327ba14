"""An account as the broker shows it: the customer's record and the trading account (alpaca.md §2, §3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from domain.money import USD, Money
from entrypoints.sandbox.alpaca.account import CLOSED, Account
from entrypoints.sandbox.alpaca.amounts import number, trimmed
from entrypoints.sandbox.alpaca.application import SECTIONS
from entrypoints.sandbox.alpaca.market import Market


def account_view(account: Account, *, sections: Collection[str] = SECTIONS) -> dict[str, object]:
    """The record with the ``sections`` asked for; those never sent are absent, not null."""
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
    return shown | {name: account.document[name] for name in sections if name in account.document}


def market_value(account: Account, market: Market) -> Money:
    values = [market.value(each.symbol, each.shares.balance) for each in account.held_positions()]
    return sum(values, start=Money.zero(USD))


def trading_account_view(account: Account, market: Market) -> dict[str, object]:
    """
    The trading account; every number is a string.

    Simplified: multiplier 1, and the proceeds of a sale are withdrawable at once (no T+1).
    """
    invested = market_value(account, market)
    cash, free = trimmed(account.cash.balance), trimmed(account.cash.available)
    equity, shares = trimmed(account.cash.balance + invested), trimmed(invested)
    return {
        "id": account.id,
        "account_number": account.number,
        "status": account.status,
        "crypto_status": "INACTIVE",
        "currency": "USD",
        "created_at": account.created_at,
        "balance_asof": account.created_at[:10],
        "clearing_broker": "ALPACA_APCA",
        "admin_configurations": {},
        "user_configurations": None,
        "multiplier": "1",
        "shorting_enabled": False,
        "account_blocked": account.status == CLOSED,
        "trading_blocked": account.status == CLOSED,
        "transfers_blocked": account.status == CLOSED,
        "trade_suspended_by_user": account.configuration["suspend_trade"],
        **dict.fromkeys(FREE_CASH, free),
        **dict.fromkeys(EQUITIES, equity),
        **dict.fromkeys(INVESTED, shares),
        **dict.fromkeys(ZEROES, "0"),
        "cash": cash,
        "previous_close": None,
    }


def history_view(account: Account, market: Market, *, at: datetime) -> dict[str, object]:
    """The portfolio's history, which here is its present: one point, in JSON numbers."""
    equity = number(account.cash.balance + market_value(account, market))
    return {
        "timestamp": [int(at.timestamp())],
        "equity": [equity],
        "profit_loss": [0],
        "profit_loss_pct": [0],
        "base_value": equity,
        "timeframe": "1D",
    }


FREE_CASH = (
    "buying_power",
    "effective_buying_power",
    "non_marginable_buying_power",
    "regt_buying_power",
    "cash_withdrawable",
    "cash_transferable",
)
EQUITIES = ("equity", "portfolio_value")
INVESTED = ("long_market_value", "position_market_value", "initial_margin", "maintenance_margin")
ZEROES = (
    "accrued_fees",
    "intraday_adjustments",
    "last_buying_power",
    "last_cash",
    "last_equity",
    "last_initial_margin",
    "last_long_market_value",
    "last_maintenance_margin",
    "last_regt_buying_power",
    "last_short_market_value",
    "memoposts",
    "pending_reg_taf_fees",
    "pending_transfer_out",
    "short_market_value",
    "sma",
)
