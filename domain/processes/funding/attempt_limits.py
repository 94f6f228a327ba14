"""How often a step is attempted under further references before people are asked."""

from __future__ import annotations

ATTEMPTS_MAX = 4
"""For refusals. An attempt that was certainly not made, and that nothing refused, is not one of them."""

LAPSES_MAX = 20
WAITS_MAX = 100
"""
With the growing waits of ``RetryPolicy`` a person is asked after offers have lapsed for more than seven
hours, or when the money of the payer has not come in two days (ACH).
"""
