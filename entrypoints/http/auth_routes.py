"""The part of the URL table about credentials: registration, sessions, MFA and API keys."""

from __future__ import annotations

from entrypoints.http import contracts
from entrypoints.http.access import Access
from entrypoints.http.handlers import api_keys, auth, closing, factors, recovery, registration
from entrypoints.http.rate_limits import Quota
from entrypoints.http.route import Route

AUTH_ROUTES = (
    Route("POST", "/v1/auth/register", registration.register, contracts.REGISTER, Access.EVERYBODY),
    Route(
        "POST",
        "/v1/auth/verification",
        registration.send_again,
        contracts.SEND_AGAIN,
        Access.EVERYBODY,
    ),
    Route("POST", "/v1/auth/verify", registration.verify, contracts.VERIFY, Access.EVERYBODY),
    Route("POST", "/v1/auth/password/forgot", recovery.forgot, contracts.FORGOT, Access.EVERYBODY),
    Route("POST", "/v1/auth/password/reset", recovery.reset, contracts.RESET, Access.EVERYBODY),
    Route("POST", "/v1/auth/login", auth.log_in, contracts.LOG_IN, Access.EVERYBODY),
    Route("POST", "/v1/auth/refresh", auth.refresh, contracts.REFRESH, Access.EVERYBODY),
    Route(
        "POST", "/v1/auth/logout", auth.log_out, contracts.LOG_OUT, Access.PERSON, quota=Quota.AUTH
    ),
    Route("GET", "/v1/auth/sessions", auth.sessions, contracts.SESSIONS, Access.PERSON),
    Route(
        "DELETE",
        "/v1/auth/sessions/{id}",
        auth.revoke,
        contracts.REVOKE,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/password",
        auth.change_password,
        contracts.PASSWORD,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route("GET", "/v1/auth/factors", factors.show, contracts.FACTORS, Access.PERSON),
    Route(
        "PUT",
        "/v1/auth/passcode",
        factors.set_passcode,
        contracts.SET_PASSCODE,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/authenticator",
        factors.offer,
        contracts.OFFER_AUTHENTICATOR,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/authenticator/confirm",
        factors.confirm,
        contracts.CONFIRM_AUTHENTICATOR,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "DELETE",
        "/v1/auth/authenticator",
        factors.remove,
        contracts.REMOVE_AUTHENTICATOR,
        Access.PERSON,
        step_up=True,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/recovery-codes",
        factors.renew,
        contracts.RENEW_RECOVERY_CODES,
        Access.PERSON,
        step_up=True,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/step-up",
        factors.step_up,
        contracts.STEP_UP,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/api-keys",
        api_keys.make,
        contracts.MAKE_KEY,
        Access.PERSON,
        step_up=True,
        quota=Quota.AUTH,
    ),
    Route("GET", "/v1/api-keys", api_keys.listing, contracts.API_KEYS, Access.PERSON),
    Route(
        "DELETE",
        "/v1/api-keys/{id}",
        api_keys.revoke,
        contracts.REVOKE_KEY,
        Access.PERSON,
        quota=Quota.AUTH,
    ),
    Route(
        "POST",
        "/v1/auth/deactivate",
        closing.deactivate,
        contracts.DEACTIVATE,
        Access.PERSON,
        step_up=True,
        quota=Quota.AUTH,
    ),
)
