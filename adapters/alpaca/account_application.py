"""An account application in the form that Alpaca expects (alpaca.md §2)."""

from __future__ import annotations

from typing import Any

from domain.accounts.onboarding import Profile

COUNTRIES = {"US": "USA"}
"""Alpaca uses three-letter country codes; this is the one two-letter code common in our profiles."""

DISCLOSURES = (
    "is_control_person",
    "is_affiliated_exchange_or_finra",
    "is_politically_exposed",
    "immediate_family_exposed",
)
AGREEMENTS = ("customer_agreement", "account_agreement")
FUNDING_SOURCE = "employment_income"


def application(profile: Profile) -> dict[str, Any]:
    """The whole application. The profile does not ask for disclosures, so all are answered "no"."""
    country = COUNTRIES.get(profile.country, profile.country)
    return {
        "contact": _contact(profile, country),
        "identity": _identity(profile, country),
        "disclosures": dict.fromkeys(DISCLOSURES, False),
        "agreements": [
            {
                "agreement": agreement,
                "signed_at": profile.agreed_at,
                "ip_address": profile.ip_address,
            }
            for agreement in AGREEMENTS
        ],
        "account_type": "trading",
        "enabled_assets": ["us_equity"],
    }


def _contact(profile: Profile, country: str) -> dict[str, Any]:
    return {
        "email_address": profile.email,
        "phone_number": profile.phone,
        "street_address": [profile.street],
        "city": profile.city,
        "state": profile.state,
        "postal_code": profile.postal_code,
        "country": country,
    }


def _identity(profile: Profile, country: str) -> dict[str, Any]:
    return {
        "given_name": profile.given_name,
        "family_name": profile.family_name,
        "date_of_birth": profile.date_of_birth,
        "country_of_tax_residence": country,
        "funding_source": [FUNDING_SOURCE],
        **_tax_id(profile.tax_id, country),
    }


def _tax_id(tax_id: str | None, country: str) -> dict[str, str]:
    """guess: outside the USA the number is sent without stating its type."""
    if tax_id is None:
        return {"tax_id_type": "NOT_SPECIFIED"}
    return {"tax_id": tax_id, "tax_id_type": "USA_SSN" if country == "USA" else "NOT_SPECIFIED"}
