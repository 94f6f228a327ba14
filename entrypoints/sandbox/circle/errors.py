"""
Refusals as Circle words them: an HTTP status and ``{"code", "message"}`` (circle.md §8).

guess: Circle publishes the numeric codes but not the HTTP status of each; the statuses in ``Why``
are the suggested ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any


class Why(Enum):
    """Every reason this sandbox refuses for: Circle's code, the HTTP status, the message."""

    MALFORMED_AUTHORIZATION = (
        401,
        401,
        "Malformed authorization. Is the authorization header set?",
    )
    INVALID_CREDENTIALS = (401, 401, "Invalid credentials.")
    PATH_NOT_FOUND = (404, 404, "Resource not found.")
    METHOD_NOT_ALLOWED = (405, 405, "Method not allowed.")
    TOO_LARGE = (413, 413, "Request body too large.")
    UNEXPECTED = (-1, 500, "Something went wrong.")
    PARAMETER_INVALID = (2, 400, "API parameter invalid")
    SUBSCRIPTION_NOT_FOUND = (3, 404, "The notification subscription or key was not found.")
    NOT_ENOUGH_FUNDS = (155201, 400, "The wallet does not hold enough funds for the transaction.")
    DESTINATION_INVALID = (155219, 400, "The destination address is invalid.")
    CHAIN_MISMATCH = (155220, 400, "The wallet and the token are on different blockchains.")
    AMOUNTS_INVALID = (155221, 400, "The amounts are invalid.")
    AMOUNTS_NOT_DECIMAL = (155224, 400, "The amounts are not decimal numbers.")
    SOURCE_INVALID = (155226, 400, "The source address is not one of your wallets.")
    TOKEN_MISSING = (155228, 400, "A token id or a token address with a blockchain is required.")
    NOT_ELIGIBLE = (155229, 400, "The transaction's state does not allow the operation.")
    FEE_MISSING = (155231, 400, "A fee level or a gas limit with prices is required.")
    SMART_ACCOUNT_NEEDS_FEE_LEVEL = (155232, 400, "A smart contract account needs a fee level.")
    FEE_LEVEL_AND_GAS = (155234, 400, "A fee level excludes gas parameters.")
    TOKEN_ADDRESS_INVALID = (155239, 400, "The token address is invalid.")
    WALLET_TWICE = (155244, 400, "Give a wallet id or a wallet address, not both.")
    WALLET_FROZEN = (155501, 403, "The wallet is frozen.")
    METADATA_LENGTH = (155503, 400, "The length of metadata must equal count.")
    FIRST_TRANSACTION_PENDING = (155505, 400, "The account's first transaction is still pending.")
    SMART_ACCOUNT_UNSUPPORTED = (155507, 400, "The blockchain has no smart contract accounts.")
    WALLET_NOT_FOUND = (156001, 404, "The wallet was not found.")
    TOKEN_NOT_FOUND = (156002, 404, "The token was not found.")
    TRANSACTION_NOT_FOUND = (156003, 404, "The transaction was not found.")
    CIPHERTEXT_REUSED = (156004, 400, "The entity secret ciphertext was used before.")
    WALLET_SET_NOT_FOUND = (156005, 404, "The wallet set was not found.")
    KEY_CHAIN_MISMATCH = (156006, 400, "TEST keys serve testnets and LIVE keys mainnets only.")
    KEY_INVALID = (156007, 401, "The API key has no TEST_API_KEY or LIVE_API_KEY prefix.")
    PATH_UUID_INVALID = (156009, 400, "The id in the path is not a UUID.")
    CURSOR_NOT_FOUND = (156012, 400, "The page cursor was not found.")
    ENTITY_SECRET_INVALID = (156013, 400, "The entity secret is invalid.")
    PAGE_INVALID = (156014, 400, "The page parameters are invalid.")
    ENTITY_SECRET_SET = (156015, 409, "The entity secret has been set already.")
    ENTITY_SECRET_NOT_SET = (156016, 400, "The entity secret has not been set yet.")
    KEY_REUSED = (156020, 409, "The idempotency key was used for another request.")
    CHAIN_UNSUPPORTED = (156027, 400, "The blockchain is not supported for this.")

    @property
    def code(self) -> int:
        return self.value[0]

    @property
    def status(self) -> int:
        return self.value[1]

    @property
    def message(self) -> str:
        return self.value[2]


class CircleRefusal(Exception):
    """The request was not carried out; nothing changed."""

    def __init__(self, why: Why, **details: Any) -> None:
        super().__init__(why.message)
        self.status = why.status
        self.body: Mapping[str, Any] = {"code": why.code, "message": why.message, **details}


class InvalidParameter(CircleRefusal):
    """One field is wrong: HTTP 400, code 2 and an entry in ``errors`` (circle.md §8)."""

    def __init__(
        self,
        location: str,
        message: str,
        *,
        error: str,
        value: Any = None,
        constraints: Mapping[str, str] | None = None,
    ) -> None:
        entry = {
            "error": error,
            "message": f"{location} {message}",
            "location": location,
            "invalidValue": value,
            **({"constraints": constraints} if constraints else {}),
        }
        super().__init__(Why.PARAMETER_INVALID, errors=[entry])
