"""Due's address, our credentials there, and the bank account that receives its dollars."""

from __future__ import annotations

import attrs

PROVIDER = "due"


@attrs.frozen(kw_only=True)
class FirmBank:
    """The firm's account at the broker, in the fields of Due's ``bank_us`` (due.md §5)."""

    routing_number: str = "121000358"
    account_number: str = "900000000001"
    bank_name: str = "Broker Clearing Bank"
    company_name: str = "Stack Securities LLC"
    street: str = "20 N San Mateo Dr"
    city: str = "San Mateo"
    state: str = "CA"
    postal_code: str = "94401"


@attrs.frozen(kw_only=True)
class DueSettings:
    """The defaults are Due's own sandbox (due.md §1). Investors are sent to ``app_url``."""

    api_key: str = attrs.field(repr=False)
    base_url: str = "https://api.sandbox.due.network"
    app_url: str = "https://app.sandbox.due.network"
    firm: FirmBank = FirmBank()
