"""The contract of each operation: its body, its answers and its refusals. The routes name these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from domain.accounts.mfa import FactorsMissing
from domain.errors import DomainError
from domain.funding.deposit import DepositNotExpected, DepositNotFound
from domain.funding.withdrawal import WithdrawalNotFound
from domain.services.operations.trails import TrailNotFound
from domain.trading.instrument import UnknownBasket
from domain.trading.order import OrderNotFound
from entrypoints.http import error_sets
from entrypoints.http.handlers import (
    api_keys,
    auth,
    catalogue,
    closing,
    deposits,
    documentation,
    factors,
    health,
    onboarding,
    orders,
    payout_addresses,
    portfolio,
    recovery,
    registration,
    wallets,
    webhooks,
    withdrawals,
)
from entrypoints.http.handlers.budgets import BudgetsView
from entrypoints.http.handlers.onboarding import OnboardingBody
from entrypoints.http.handlers.orders import BasketOrderView, OrderView
from entrypoints.http.handlers.trails import TrailView
from entrypoints.http.paging import Listing
from entrypoints.http.parameters import BASKET_ORDER, PAGING, SEARCH, Query
from entrypoints.http.views.limits import LimitsView
from ports.error_budgets import ErrorBudgetsUnavailable
from ports.processes import StaleVersion


@attrs.frozen
class File:
    """An answer of another media type than JSON."""

    media_type: str


@attrs.frozen(kw_only=True)
class Contract:
    """
    ``takes`` is the class of the body, ``gives`` the class of the answer by status.

    ``refuses`` are the errors of this operation, in addition to those of every operation of its kind.
    """

    takes: Any = None
    gives: Mapping[int, Any]
    refuses: Sequence[type[DomainError]] = ()
    queries: Sequence[Query] = ()


LIVENESS = Contract(gives={200: health.LivenessView})
READINESS = Contract(gives={200: health.ReadinessView, 503: health.ReadinessView})

REGISTER = Contract(
    takes=auth.Credentials, gives={202: registration.PostedView}, refuses=error_sets.REGISTERING
)
SEND_AGAIN = Contract(
    takes=registration.AddressBody,
    gives={202: registration.PostedView},
    refuses=error_sets.ADDRESSING,
)
VERIFY = Contract(
    takes=registration.VerificationBody,
    gives={200: auth.InvestorView},
    refuses=error_sets.VERIFYING,
)
FORGOT = Contract(
    takes=registration.AddressBody,
    gives={202: registration.PostedView},
    refuses=error_sets.ADDRESSING,
)
RESET = Contract(takes=recovery.ResetBody, gives={204: None}, refuses=error_sets.RESETTING)
LOG_IN = Contract(
    takes=auth.Credentials, gives={200: auth.TokenView}, refuses=error_sets.LOGGING_IN
)
REFRESH = Contract(
    takes=auth.RefreshBody, gives={200: auth.TokenView}, refuses=error_sets.REFRESHING
)
LOG_OUT = Contract(gives={204: None}, refuses=(StaleVersion,))
SESSIONS = Contract(gives={200: Listing[auth.SessionView]})
REVOKE = Contract(gives={204: None}, refuses=error_sets.REVOKING)
PASSWORD = Contract(
    takes=auth.PasswordBody, gives={204: None}, refuses=error_sets.CHANGING_PASSWORD
)

FACTORS = Contract(gives={200: factors.FactorsView})
SET_PASSCODE = Contract(
    takes=factors.PasscodeBody, gives={204: None}, refuses=error_sets.SETTING_PASSCODE
)
OFFER_AUTHENTICATOR = Contract(
    takes=factors.OfferBody, gives={200: factors.OfferView}, refuses=error_sets.SETTING_UP
)
CONFIRM_AUTHENTICATOR = Contract(
    takes=factors.CodeBody, gives={200: factors.RecoveryCodesView}, refuses=error_sets.CONFIRMING
)
REMOVE_AUTHENTICATOR = Contract(gives={204: None}, refuses=(StaleVersion,))
RENEW_RECOVERY_CODES = Contract(
    gives={200: factors.RecoveryCodesView}, refuses=(FactorsMissing, StaleVersion)
)
STEP_UP = Contract(
    takes=factors.StepUpBody, gives={200: factors.StepUpView}, refuses=error_sets.STEPPING_UP
)

MAKE_KEY = Contract(
    takes=api_keys.ApiKeyBody, gives={201: api_keys.MadeKeyView}, refuses=error_sets.MAKING_KEY
)
API_KEYS = Contract(gives={200: Listing[api_keys.ApiKeyView]})
REVOKE_KEY = Contract(gives={204: None}, refuses=error_sets.REVOKING_KEY)

DEACTIVATE = Contract(
    takes=closing.ClosingBody,
    gives={200: closing.ClosedView, 204: None},
    refuses=error_sets.CLOSING,
)

ONBOARD = Contract(
    takes=OnboardingBody,
    gives={202: onboarding.OnboardingView},
    refuses=error_sets.ONBOARDING,
)
ONBOARDING = Contract(
    gives={200: onboarding.OnboardingView}, refuses=(onboarding.OnboardingNotFound,)
)

OPEN_WALLET = Contract(
    takes=wallets.WalletBody,
    gives={201: wallets.WalletView, 202: wallets.WalletView},
    refuses=error_sets.WALLETS,
)
WALLETS = Contract(gives={200: Listing[wallets.WalletView]})

DEPOSIT = Contract(
    takes=deposits.DepositBody, gives={201: deposits.DepositView}, refuses=error_sets.DEPOSITING
)
DEPOSITS = Contract(gives={200: Listing[deposits.DepositView]}, queries=PAGING)
ONE_DEPOSIT = Contract(gives={200: deposits.DepositView}, refuses=(DepositNotFound,))
WITHDRAW_DEPOSIT = Contract(
    gives={200: deposits.DepositView}, refuses=(DepositNotFound, DepositNotExpected, StaleVersion)
)

SAVE_ADDRESS = Contract(
    takes=payout_addresses.PayoutAddressBody,
    gives={201: payout_addresses.PayoutAddressView},
    refuses=error_sets.SAVING_ADDRESS,
)
ADDRESSES = Contract(gives={200: Listing[payout_addresses.PayoutAddressView]})
REMOVE_ADDRESS = Contract(gives={204: None}, refuses=error_sets.REMOVING_ADDRESS)

WITHDRAW = Contract(
    takes=withdrawals.WithdrawalBody,
    gives={202: withdrawals.WithdrawalView},
    refuses=error_sets.WITHDRAWING,
)
WITHDRAWALS = Contract(gives={200: Listing[withdrawals.WithdrawalView]}, queries=PAGING)
ONE_WITHDRAWAL = Contract(gives={200: withdrawals.WithdrawalView}, refuses=(WithdrawalNotFound,))

ASSETS = Contract(
    gives={200: Listing[catalogue.AssetView]},
    queries=(SEARCH, *PAGING),
    refuses=error_sets.PROVIDER,
)
ONE_ASSET = Contract(
    gives={200: catalogue.AssetView}, refuses=(catalogue.AssetNotFound, *error_sets.PROVIDER)
)
BASKETS = Contract(gives={200: Listing[catalogue.BasketView]})
ONE_BASKET = Contract(gives={200: catalogue.BasketView}, refuses=(UnknownBasket,))

ORDER = Contract(
    takes=orders.OrderBody | orders.BasketOrderBody,
    gives={202: OrderView | BasketOrderView},
    refuses=error_sets.ORDERING,
)
ORDERS = Contract(
    gives={200: Listing[OrderView]}, queries=(BASKET_ORDER, *PAGING), refuses=(OrderNotFound,)
)
ONE_ORDER = Contract(gives={200: OrderView}, refuses=(OrderNotFound,))
CANCEL = Contract(gives={202: OrderView}, refuses=error_sets.CANCELLING)

BALANCES = Contract(gives={200: Listing[portfolio.BalanceView]})
PORTFOLIO = Contract(gives={200: portfolio.PortfolioView}, refuses=error_sets.PROVIDER)
LIMITS = Contract(gives={200: LimitsView})
BUDGETS = Contract(gives={200: BudgetsView}, refuses=(ErrorBudgetsUnavailable,))
TRAIL = Contract(gives={200: TrailView}, refuses=(TrailNotFound,))

WEBHOOK = Contract(
    takes=Any, gives={200: webhooks.ReceivedView}, refuses=error_sets.WEBHOOK_FROM_PROVIDER
)
OFFRAMP_WEBHOOK = Contract(
    takes=Any,
    gives={200: webhooks.ReceivedView},
    refuses=(*error_sets.WEBHOOK_FROM_PROVIDER, *error_sets.FROM_OFFRAMP),
)
PUSH = Contract(
    takes=Any, gives={200: webhooks.ReceivedView}, refuses=error_sets.WEBHOOK_FROM_RELAY
)
REACHABLE = Contract(gives={200: None})

OPENAPI = Contract(gives={200: Mapping[str, Any]})
DOCS = Contract(gives={200: File("text/html")})
DOCS_FILE = Contract(gives={200: File("*/*")}, refuses=(documentation.DocumentationNotFound,))
