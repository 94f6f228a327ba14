"""Countries as Due writes them: with two letters (due.md §3)."""

from __future__ import annotations

import pycountry


def alpha_2(country: str) -> str:
    """The ISO 3166 alpha-2 code of an alpha-3 one; anything else is left as it is."""
    found = pycountry.countries.get(alpha_3=country)
    return str(found.alpha_2) if found else country
