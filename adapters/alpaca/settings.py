"""Where Alpaca is, who we are there, and which of its accounts is the firm's."""

from __future__ import annotations

from typing import Literal

import attrs

PROVIDER = "alpaca"


@attrs.frozen(kw_only=True)
class Originator:
    """Who pays for what Alpaca lent to investors, in the words of its settlements (alpaca.md §5)."""

    full_name: str = "Stack Securities LLC"
    street_address: str = "20 N San Mateo Dr"
    city: str = "San Mateo"
    state: str = "CA"
    postal_code: str = "94401"
    country: str = "USA"
    bank_name: str = "Broker Clearing Bank"
    bank_account_number: str = "900000000001"


@attrs.frozen(kw_only=True)
class AlpacaSettings:
    """
    The defaults are Alpaca's own sandbox (alpaca.md §1).

    ``auth`` is ``basic`` for a key and secret sent with every call, ``oauth`` for credentials that are
    exchanged for a short-lived token at ``auth_url``. ``firm_account_id`` is the account that
    journals are paid from and wires leave.
    """

    key: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    firm_account_id: str
    base_url: str = "https://broker-api.sandbox.alpaca.markets"
    data_url: str = "https://data.sandbox.alpaca.markets"
    auth_url: str = "https://authx.sandbox.alpaca.markets"
    auth: Literal["basic", "oauth"] = "basic"
    originator: Originator = Originator()
