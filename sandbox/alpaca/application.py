"""Reading an application for an account, and how the sandbox's review ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sandbox.alpaca.errors import Invalid
from sandbox.alpaca.fields import Fields

SECTIONS = (
    "contact",
    "identity",
    "disclosures",
    "agreements",
    "documents",
    "trusted_contact",
    "trading_configurations",
)
DISCLOSURES = (
    "is_control_person",
    "is_affiliated_exchange_or_finra",
    "is_politically_exposed",
    "immediate_family_exposed",
)
AGREEMENTS = frozenset(
    {
        "margin_agreement",
        "account_agreement",
        "customer_agreement",
        "crypto_agreement",
        "options_agreement",
        "custodial_customer_agreement",
    }
)
FUNDING_SOURCES = frozenset(
    {"employment_income", "investments", "inheritance", "business_income", "savings", "family"}
)
STREET_LINES_MAX = 3
COUNTRY_LENGTH = 3
AGREEMENTS_MAX = 20


def read_application(fields: Fields) -> dict[str, Any]:
    """The sections that were sent, checked by alpaca.md §2. Raises ``AlpacaRefusal``."""
    check_contact(fields.section("contact"))
    check_identity(fields.section("identity"))
    disclosures = fields.section("disclosures")
    for name in DISCLOSURES:
        disclosures.flag(name)
    for agreement in fields.sections("agreements", count_max=AGREEMENTS_MAX):
        agreement.choice("agreement", AGREEMENTS)
        agreement.text("signed_at")
        agreement.text("ip_address")
    return sent_sections(fields.values)


def sent_sections(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = (*SECTIONS, "account_type", "enabled_assets")
    return {name: values[name] for name in kept if values.get(name) is not None}


def check_contact(contact: Fields) -> None:
    if "@" not in contact.text("email_address"):
        raise Invalid("contact.email_address is invalid")
    _check_lines("contact.street_address", contact.values.get("street_address"), STREET_LINES_MAX)
    contact.text("city")
    if contact.optional("country") == "USA":
        contact.text("state")


def check_identity(identity: Fields) -> None:
    identity.text("given_name")
    identity.text("family_name")
    try:
        date.fromisoformat(identity.text("date_of_birth"))
    except ValueError:
        raise Invalid("identity.date_of_birth must be YYYY-MM-DD") from None
    if identity.text("tax_id_type") != "NOT_SPECIFIED":
        identity.text("tax_id")
    if len(identity.text("country_of_tax_residence")) != COUNTRY_LENGTH:
        raise Invalid("identity.country_of_tax_residence must be an ISO 3166-1 alpha-3 code")
    sources = _check_lines(
        "identity.funding_source", identity.values.get("funding_source"), len(FUNDING_SOURCES)
    )
    if not FUNDING_SOURCES.issuperset(sources):
        raise Invalid("identity.funding_source is invalid")


def _check_lines(name: str, lines: object, count_max: int) -> Iterable[str]:
    if not isinstance(lines, list) or not 1 <= len(lines) <= count_max:
        raise Invalid(f"{name} must hold 1 to {count_max} entries")
    return lines


def verdict(*, email: str, given_name: str) -> str | None:
    """The status that a magic word leads to, or None; the words are this sandbox's, not Alpaca's."""
    words = f"{email} {given_name}".lower()
    if "reject" in words:
        return "REJECTED"
    return "ACTION_REQUIRED" if "action" in words else None


def kyc_results(status: str | None) -> dict[str, Any]:
    """guess: which check failed and the summary's words."""
    finding: dict[str, Any] = {"IDENTITY_VERIFICATION": {}}
    return {
        "accept": {} if status else finding,
        "indeterminate": finding if status == "ACTION_REQUIRED" else {},
        "reject": finding if status == "REJECTED" else {},
        "additional_information": "",
        "summary": "fail" if status else "pass",
    }
