"""Country codes for Due, which uses two letters (due.md §3)."""

from __future__ import annotations

import pycountry


def alpha_2(country: str) -> str:
    """The ISO 3166 alpha-2 code for an alpha-3 code; any other text is returned unchanged."""
    found = pycountry.countries.get(alpha_3=country)
    return str(found.alpha_2) if found else country
