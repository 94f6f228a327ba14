"""The errors of each kind of operation, for the contracts."""

from __future__ import annotations

from domain.accounts.api_key import ApiKeyNotFound, InvalidApiKey, TooManyApiKeys
from domain.accounts.emails import InvalidEmailToken
from domain.accounts.investor import (
    AccountNotActive,
    AccountNotEmpty,
    InvalidCredentials,
    InvalidEmail,
    WeakPassword,
    WrongPassword,
)
from domain.accounts.mfa import (
    FactorsMissing,
    NoAuthenticatorOffered,
    NotACode,
    WeakPasscode,
    WrongFactor,
)
from domain.accounts.onboarding import AlreadyOnboarding, OnboardingRequired
from domain.accounts.roles import StepUpRequired
from domain.accounts.session import (
    InvalidRefreshToken,
    RefreshRaced,
    RefreshTokenReused,
    SessionNotFound,
)
from domain.accounts.staff import StaffAccount
from domain.funding.deposit import InvalidDepositAmount
from domain.funding.withdrawal import AddressCooling, AddressNotSaved, InvalidWithdrawalAmount
from domain.ledger.entry import InsufficientFunds
from domain.limits import LimitExceeded
from domain.money import NotAnAmount, PrecisionLost
from domain.trading.instrument import UnknownBasket, UnknownInstrument
from domain.trading.order import InvalidOrder, OrderNotFound, OrderNotOpen
from domain.trading.reserve import NoPrice
from domain.wallets.chain import InvalidAddress, UnknownChain
from domain.wallets.payout_address import (
    AddressDenied,
    InvalidLabel,
    PayoutAddressNotFound,
    TooManyPayoutAddresses,
)
from domain.wallets.wallet import WalletFrozen, WalletNotReady
from entrypoints.http.bodies import (
    BodyTooLarge,
    BodyTooSlow,
    UnreadableBody,
    UnsupportedMediaType,
)
from entrypoints.http.middleware.deadline import DeadlineExceeded
from entrypoints.http.middleware.idempotency import KeyRequired, KeyReused
from entrypoints.http.middleware.problems import Unexpected
from entrypoints.http.problems import InvalidInput
from entrypoints.http.strict_json import MalformedJson
from ports.errors import (
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    StoreContended,
    StoreOverloaded,
    StoreRefused,
    StoreTimedOut,
    StoreUnavailable,
)
from ports.idempotency import KeyUsed
from ports.identity import InvalidToken, SealBroken
from ports.inbound import (
    ForgedMessage,
    ReplayedMessage,
    SignatureUndecided,
    SourceClosed,
    StaleMessage,
    UnknownSigningKey,
    UnreadableMessage,
    UnsignedMessage,
)
from ports.login_throttle import TooManyAttempts
from ports.nonces import NoncesUnavailable
from ports.processes import StaleVersion, Unstorable
from ports.rate_limit import RateLimited, RateLimiterUnavailable

STORE = (StoreUnavailable, StoreTimedOut, StoreOverloaded, StoreContended, StoreRefused)
ALWAYS = (Unexpected, DeadlineExceeded)
COUNTED = (RateLimited,)
COUNTED_OR_REFUSED = (RateLimiterUnavailable,)
WITH_CALLER = (InvalidToken, *STORE)
WITH_BODY = (BodyTooLarge, BodyTooSlow, UnreadableBody, *STORE)
WITH_ANY_BODY = (*WITH_BODY, MalformedJson)
"""A JSON body is judged also where it is not read."""
WITH_JSON = (*WITH_BODY, UnsupportedMediaType, MalformedJson, InvalidInput, Unstorable)
WITH_KEY = (*WITH_BODY, UnsupportedMediaType, MalformedJson, KeyRequired, KeyReused, KeyUsed)
WITH_QUERY = (InvalidInput,)

PROVIDER = (ProviderUnavailable, ProviderThrottled, ProviderRejected, ProviderOutcomeUnknown)
AMOUNT = (NotAnAmount, PrecisionLost)

REGISTERING = (InvalidEmail, WeakPassword)
ADDRESSING = (InvalidEmail,)
VERIFYING = (InvalidEmailToken, WrongPassword, StaleVersion)
RESETTING = (InvalidEmailToken, WeakPassword, StaleVersion)
LOGGING_IN = (InvalidCredentials, TooManyAttempts, StaleVersion)
REFRESHING = (InvalidRefreshToken, RefreshTokenReused, RefreshRaced, StaleVersion)
REVOKING = (SessionNotFound, StaleVersion)
CHANGING_PASSWORD = (
    *(WrongPassword, WeakPassword, TooManyAttempts),
    *(SessionNotFound, StepUpRequired, StaleVersion),
)
SETTING_UP = (WrongPassword, TooManyAttempts, StepUpRequired, StaleVersion)
SETTING_PASSCODE = (WeakPasscode, *SETTING_UP)
CONFIRMING = (
    *(NotACode, NoAuthenticatorOffered, WrongFactor, TooManyAttempts),
    *(StepUpRequired, SealBroken, StaleVersion),
)
STEPPING_UP = (
    *(NotACode, FactorsMissing, WrongFactor, TooManyAttempts),
    *(SessionNotFound, SealBroken, StaleVersion),
)
CLOSING = (WrongPassword, TooManyAttempts, StaffAccount, AccountNotEmpty, StaleVersion)
ONBOARDING = (InvalidCredentials, AlreadyOnboarding, AccountNotActive)
WALLETS = (UnknownChain, OnboardingRequired, AccountNotActive)
DEPOSITING = (
    *(UnknownChain, *AMOUNT, InvalidDepositAmount),
    *(OnboardingRequired, LimitExceeded, WalletNotReady, WalletFrozen, AccountNotActive),
)
SAVING_ADDRESS = (
    *(UnknownChain, InvalidAddress, AddressDenied, InvalidLabel, TooManyPayoutAddresses),
    *(AccountNotActive, StaleVersion, *PROVIDER),
)
REMOVING_ADDRESS = (PayoutAddressNotFound, StaleVersion)
MAKING_KEY = (InvalidApiKey, TooManyApiKeys, AccountNotActive)
REVOKING_KEY = (ApiKeyNotFound, StaleVersion)
WITHDRAWING = (
    *(AddressNotSaved, AddressCooling, AddressDenied, StaleVersion, *PROVIDER),
    *(UnknownChain, InvalidAddress, *AMOUNT, InvalidWithdrawalAmount),
    *(OnboardingRequired, InsufficientFunds, LimitExceeded, WalletNotReady, WalletFrozen),
    AccountNotActive,
)
ORDERING = (
    *(*AMOUNT, InvalidOrder, UnknownInstrument, UnknownBasket, NoPrice),
    *(OnboardingRequired, InsufficientFunds, LimitExceeded, AccountNotActive, *PROVIDER),
)
CANCELLING = (OrderNotFound, OrderNotOpen, StaleVersion)
WEBHOOK = (ForgedMessage, UnsignedMessage, UnknownSigningKey, UnreadableMessage)
WEBHOOK_FROM_PROVIDER = (*WEBHOOK, SignatureUndecided, *PROVIDER)
FROM_OFFRAMP = (StaleMessage, SourceClosed)
WEBHOOK_FROM_RELAY = (*WEBHOOK, StaleMessage, ReplayedMessage, SourceClosed, NoncesUnavailable)
