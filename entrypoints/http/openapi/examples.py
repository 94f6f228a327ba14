"""Example requests, which a test sends as an onboarded investor with money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entrypoints.http.handlers.admin_breaks import AssignBody, CapitalBody, HealBody
from entrypoints.http.handlers.admin_investors import ReasonBody, RoleBody, TierBody
from entrypoints.http.handlers.admin_reviews import RulingBody
from entrypoints.http.handlers.api_keys import ApiKeyBody
from entrypoints.http.handlers.auth import Credentials, PasswordBody, RefreshBody
from entrypoints.http.handlers.closing import ClosingBody
from entrypoints.http.handlers.deposits import DepositBody
from entrypoints.http.handlers.factors import CodeBody, OfferBody, PasscodeBody, StepUpBody
from entrypoints.http.handlers.onboarding import OnboardingBody
from entrypoints.http.handlers.orders import BasketOrderBody, OrderBody
from entrypoints.http.handlers.payout_addresses import PayoutAddressBody
from entrypoints.http.handlers.recovery import ResetBody
from entrypoints.http.handlers.registration import AddressBody, VerificationBody
from entrypoints.http.handlers.wallets import WalletBody
from entrypoints.http.handlers.withdrawals import WithdrawalBody

_ID = "01a20d5e-6f78-7aa7-956f-3382ae63f7f5"
_EMAIL_TOKEN = f"{_ID}.q0Zk3nT8yV1xw7Jc5mB2pRk9uE4hG6sD8fA1lO0iYzQ"

BODIES: Mapping[Any, Mapping[str, Any]] = {
    Credentials: {"credentials": {"email": "ann@example.com", "password": "correct horse battery"}},
    AddressBody: {"address": {"email": "ann@example.com"}},
    VerificationBody: {"letter": {"token": _EMAIL_TOKEN, "password": "correct horse battery"}},
    ResetBody: {"letter": {"token": _EMAIL_TOKEN, "new_password": "a longer horse and a battery"}},
    RefreshBody: {"newest": {"refresh_token": "wq1c9Y6cJ0Yk2u0r0T4m3pTj8yq7o2xv5bXkQm1zN4A"}},
    PasswordBody: {
        "change": {
            "current_password": "correct horse battery",
            "new_password": "a longer horse and a battery",
        }
    },
    OnboardingBody: {
        "profile": {
            "given_name": "Ann",
            "family_name": "Lee",
            "date_of_birth": "1990-01-01",
            "phone": "+15556667788",
            "street": "20 N San Mateo Dr",
            "city": "San Mateo",
            "state": "CA",
            "postal_code": "94401",
            "country": "USA",
            "tax_id": "666-55-4321",
            "agreements": True,
        }
    },
    WalletBody: {"polygon": {"chain": "polygon"}},
    DepositBody: {"usdc": {"chain": "polygon", "amount": "250.00"}},
    PasscodeBody: {
        "passcode": {"password": "correct horse battery", "passcode": "271828"},
    },
    OfferBody: {"password": {"password": "correct horse battery"}},
    CodeBody: {"shown": {"code": "493817"}},
    StepUpBody: {
        "authenticator": {"passcode": "271828", "code": "493817"},
        "recovery": {"passcode": "271828", "code": "0b9e-61f4-7c3d-a852-16e0"},
    },
    ApiKeyBody: {
        "partner": {
            "name": "Ledger export",
            "scopes": ["read", "trade"],
            "expires_in_days": 90,
        }
    },
    PayoutAddressBody: {
        "cold": {
            "chain": "polygon",
            "address": "0xabababababababababababababababababababab",
            "label": "Cold wallet",
        }
    },
    WithdrawalBody: {
        "usdc": {
            "amount": "50.00",
            "chain": "polygon",
            "destination": "0xabababababababababababababababababababab",
        }
    },
    OrderBody | BasketOrderBody: {
        "market": {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "20.00"},
        "limit": {
            "symbol": "AAPL",
            "side": "buy",
            "type": "limit",
            "quantity": "0.1",
            "limit_price": "150.00",
        },
        "basket": {"basket": "big-tech", "notional": "50.00"},
    },
    ClosingBody: {"password": {"password": "correct horse battery"}},
    ReasonBody: {"reason": {"reason": "The owner called and asked for it."}},
    RoleBody: {"support": {"role": "support", "reason": "Begins on Monday."}},
    TierBody: {"plus": {"tier": "plus", "reason": "The papers are in order."}},
    AssignBody: {
        "to": {
            "assignee": "01a20d5e-5a11-7f0c-9a1e-0c4e2f0a7b11",
            "reason": "Knows the broker's desk.",
        }
    },
    HealBody: {
        "dividend": {
            "action": "heal",
            "healing": "investor",
            "reason": "A dividend, as the broker's statement shows.",
        },
        "known": {"action": "explain", "reason": "The broker corrects it tomorrow."},
    },
    CapitalBody: {
        "put in": {
            "asset": "USD",
            "amount": "1000.00",
            "reason": "The float for the first week.",
        }
    },
    RulingBody: {
        "did not happen": {
            "action": "did_not_happen",
            "reason": "The broker's console has no journal of this description.",
        },
        "happened": {
            "action": "happened",
            "reason": "The broker's console shows it executed.",
            "provider_id": "9a8b7c6d-0000-4000-8000-000000000001",
        },
    },
}
"""Named examples by the class of the body. Their tokens are placeholders."""

_IN_PATHS = {
    "/docs/{name}": "start.js",
    "/v1/assets/{symbol}": "AAPL",
    "/v1/baskets/{id}": "big-tech",
}


def in_path(path: str) -> str:
    """An example of the parameter of a path."""
    return _IN_PATHS.get(path, _ID)
