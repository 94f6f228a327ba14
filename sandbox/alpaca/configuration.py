"""A trading account's settings and the values that each may have (alpaca.md §3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.alpaca.errors import Invalid

DEFAULTS: Mapping[str, Any] = {
    "dtbp_check": "entry",
    "fractional_trading": True,
    "max_margin_multiplier": "1",
    "max_options_trading_level": None,
    "no_shorting": True,
    "pdt_check": "entry",
    "ptp_no_exception_entry": False,
    "suspend_trade": False,
    "trade_confirm_email": "all",
}
# guess: the wording of the checks; the sandbox lends no margin, so its multiplier is always 1.
CHOICES: Mapping[str, tuple[Any, ...]] = {
    "dtbp_check": ("both", "entry", "exit"),
    "fractional_trading": (True, False),
    "max_margin_multiplier": ("1",),
    "max_options_trading_level": (None, 0, 1, 2, 3),
    "no_shorting": (True, False),
    "pdt_check": ("both", "entry", "exit"),
    "ptp_no_exception_entry": (True, False),
    "suspend_trade": (True, False),
    "trade_confirm_email": ("all", "none"),
}


def read_changes(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are given; null leaves one as it is. Raises ``Invalid``."""
    given = {name: new for name, new in values.items() if name in CHOICES and new is not None}
    for name, new in given.items():
        if new not in CHOICES[name]:
            raise Invalid(f"{name} is invalid")
    return given
