"""
Refusals in Circle's words: an HTTP status and ``{"code", "message"}`` (circle.md §8).

guess: Circle publishes the numeric codes but not the HTTP status of each; the statuses in ``Why``
are the suggested ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any


class Why(Enum):
    """Every reason for a refusal: Circle's code, the HTTP status, the message."""

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
    FORBIDDEN = (3, 403, "The API key has no access to this.")
    SUBSCRIPTION_NOT_FOUND = (3, 404, "The notification subscription or key was not found.")
    RATE_LIMITED = (429, 429, "Too many requests.")
    NOT_ENOUGH_FUNDS = (155201, 400, "The wallet does not hold enough funds for the transaction.")
    CALL_REVERTS = (155208, 400, "The contract refuses the call.")
    ABI_MISMATCH = (155209, 400, "The parameters do not fit the function's signature.")
    NFT_COUNT = (155218, 400, "The number of collectibles is invalid.")
    DESTINATION_INVALID = (155219, 400, "The destination address is invalid.")
    CHAIN_MISMATCH = (155220, 400, "The wallet and the token are on different blockchains.")
    AMOUNTS_INVALID = (155221, 400, "The amounts are invalid.")
    AMOUNTS_NOT_DECIMAL = (155224, 400, "The amounts are not decimal numbers.")
    SOURCE_INVALID = (155226, 400, "The source address is not one of your wallets.")
    TOKEN_MISSING = (155228, 400, "A token id or a token address with a blockchain is required.")
    NOT_ELIGIBLE = (155229, 400, "The transaction's state does not allow the operation.")
    FUNCTION_MISSING = (155230, 400, "A function signature or call data is required.")
    FEE_MISSING = (155231, 400, "A fee level or a gas limit with prices is required.")
    SMART_ACCOUNT_NEEDS_FEE_LEVEL = (155232, 400, "A smart contract account needs a fee level.")
    GAS_LIMIT_LOW = (155233, 400, "The gas limit is too low for the transaction.")
    FEE_LEVEL_AND_GAS = (155234, 400, "A fee level excludes fee parameters.")
    PRICES_MISSING = (155235, 400, "The blockchain needs maxFee and priorityFee.")
    FEE_INVALID = (155236, 400, "The fee is invalid.")
    PRIORITY_ABOVE_MAX = (155237, 400, "The priority fee exceeds the maximum fee.")
    TOKEN_ADDRESS_INVALID = (155239, 400, "The token address is invalid.")
    LENGTHS_DIFFER = (155242, 400, "There are not as many amounts as collectibles.")
    WALLET_TWICE = (155244, 400, "Give a wallet id or a wallet address, not both.")
    CALL_AMOUNT_INVALID = (155245, 400, "The amount sent with the call is invalid.")
    CALL_TWICE = (155247, 400, "Call data exclude a function signature and parameters.")
    ASSET_INSUFFICIENT = (155258, 400, "The wallet does not hold as many as it is to send.")
    TOO_MANY_PENDING = (155264, 400, "Wait until the pending transactions are on the blockchain.")
    WALLET_FROZEN = (155501, 403, "The wallet is frozen.")
    WALLET_SET_FULL = (155502, 400, "The wallet set is full.")
    METADATA_LENGTH = (155503, 400, "The length of metadata must equal count.")
    FIRST_TRANSACTION_PENDING = (155505, 400, "The account's first transaction is still pending.")
    SMART_ACCOUNT_UNSUPPORTED = (155507, 400, "The blockchain has no smart contract accounts.")
    OPERATION_UNSUPPORTED = (155510, 400, "The blockchain does not support the operation.")
    ACCOUNT_TYPE_UNSUPPORTED = (155515, 400, "The account type does not support the operation.")
    TRANSACTION_INVALID = (155801, 400, "The transaction to sign is invalid.")
    NOT_A_SIGNER = (155803, 400, "The transaction does not ask for the wallet's signature.")
    CHAIN_ID_MISSING = (155808, 400, "The transaction to sign has no chain id.")
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
    NOT_HEXADECIMAL = (156023, 400, "The message is not hexadecimal, though it says so.")
    DATA_NOT_JSON = (156024, 400, "The typed data are not JSON.")
    TYPED_DATA_INVALID = (156026, 400, "The typed data are invalid.")
    CHAIN_UNSUPPORTED = (156027, 400, "The blockchain is not supported for this.")
    DELEGATE_ACTION_INVALID = (156030, 400, "The unsigned delegate action is invalid.")

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
