"""
Wallets' signatures, which can be verified (circle.md §4; Circle's page on how signing APIs work).

guess: a smart account's signature is its owner's, without the wrapping that its contract expects;
messages are signed in base58 on Solana and Aptos, and everything in base64 on NEAR.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import Any

import orjson

from sandbox.circle.crypto import solana_transaction
from sandbox.circle.crypto.base58 import base58
from sandbox.circle.crypto.edwards_key import EdwardsKey
from sandbox.circle.crypto.evm_key import EvmKey
from sandbox.circle.crypto.evm_transaction import EvmTransaction, NotATransaction
from sandbox.circle.crypto.typed_data import (
    NotTypedData,
    message_digest,
    typed_data_digest,
)
from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.fields import Fields
from sandbox.circle.wallet import Wallet

DELEGATE_ACTION_TAG = struct.pack("<I", 2**30 + 366)  # NEP-461
ED25519_TYPE = b"\0"


def sign_message(wallet: Wallet, fields: Fields) -> dict[str, Any]:
    """Sign by EIP-191 on EVM chains, the plain bytes elsewhere. Raises 156023."""
    text = fields.text("message")
    message = text.encode()
    if fields.flag("encodedByHex"):
        try:
            message = bytes.fromhex(text.removeprefix("0x"))
        except ValueError:
            raise CircleRefusal(Why.NOT_HEXADECIMAL) from None
    if isinstance(wallet.key, EvmKey):
        return {"signature": wallet.key.sign(message_digest(message)).hex}
    return {"signature": _written(wallet, wallet.key.sign(message))}


def sign_typed_data(wallet: Wallet, fields: Fields) -> dict[str, Any]:
    """Sign by EIP-712. Raises 155510 on other chains, 156024 or 156026."""
    if not isinstance(wallet.key, EvmKey):
        raise CircleRefusal(Why.OPERATION_UNSUPPORTED)
    try:
        digest = typed_data_digest(orjson.loads(fields.text("data")))
    except orjson.JSONDecodeError:
        raise CircleRefusal(Why.DATA_NOT_JSON) from None
    except NotTypedData:
        raise CircleRefusal(Why.TYPED_DATA_INVALID) from None
    return {"signature": wallet.key.sign(digest).hex}


def sign_transaction(wallet: Wallet, fields: Fields) -> dict[str, Any]:
    """Sign for the developer, who broadcasts. Raises 155515 for a smart account, 155801, 155803, 155808."""
    if wallet.is_smart:
        raise CircleRefusal(Why.ACCOUNT_TYPE_UNSUPPORTED)
    if fields.has("rawTransaction") is fields.has("transaction"):
        raise CircleRefusal(Why.TRANSACTION_INVALID)
    if isinstance(wallet.key, EvmKey):
        return _sign_evm(wallet.key, fields)
    content = _base64(fields, "rawTransaction", Why.TRANSACTION_INVALID)
    if wallet.blockchain.startswith("SOL"):
        return _sign_solana(wallet.key, content)
    signature = wallet.key.sign(hashlib.sha256(content).digest())
    return {
        "signature": _written(wallet, signature),
        "signedTransaction": base64.b64encode(content + ED25519_TYPE + signature).decode(),
    }


def sign_delegate_action(wallet: Wallet, fields: Fields) -> dict[str, Any]:
    """Sign on NEAR. Raises 155510 elsewhere, 156030."""
    if isinstance(wallet.key, EvmKey) or not wallet.blockchain.startswith("NEAR"):
        raise CircleRefusal(Why.OPERATION_UNSUPPORTED)
    action = _base64(fields, "unsignedDelegateAction", Why.DELEGATE_ACTION_INVALID)
    signature = wallet.key.sign(hashlib.sha256(DELEGATE_ACTION_TAG + action).digest())
    return {
        "signature": _written(wallet, signature),
        "signedDelegateAction": base64.b64encode(action + ED25519_TYPE + signature).decode(),
    }


def _sign_evm(key: EvmKey, fields: Fields) -> dict[str, Any]:
    try:
        if fields.has("rawTransaction"):
            unsigned = EvmTransaction.parse(fields.text("rawTransaction"))
        else:
            values = orjson.loads(fields.text("transaction"))
            if not isinstance(values, dict):
                raise CircleRefusal(Why.TRANSACTION_INVALID)
            if "chainId" not in values:
                raise CircleRefusal(Why.CHAIN_ID_MISSING)
            unsigned = EvmTransaction.of(values)
    except (NotATransaction, orjson.JSONDecodeError):
        raise CircleRefusal(Why.TRANSACTION_INVALID) from None
    signed = unsigned.sign(key)
    return {
        "signature": signed.signature.hex,
        "signedTransaction": f"0x{signed.content.hex()}",
        "txHash": signed.hash,
    }


def _sign_solana(key: EdwardsKey, content: bytes) -> dict[str, Any]:
    try:
        signature, signed = solana_transaction.sign(content, key)
    except solana_transaction.NotATransaction:
        raise CircleRefusal(Why.TRANSACTION_INVALID) from None
    except solana_transaction.NotASigner:
        raise CircleRefusal(Why.NOT_A_SIGNER) from None
    return {
        "signature": base58(signature),
        "signedTransaction": base64.b64encode(signed).decode(),
        "txHash": base58(signature),
    }


def _written(wallet: Wallet, signature: bytes) -> str:
    if wallet.blockchain.startswith("NEAR"):
        return base64.b64encode(signature).decode()
    return base58(signature)


def _base64(fields: Fields, name: str, why: Why) -> bytes:
    try:
        return base64.b64decode(fields.text(name), validate=True)
    except (binascii.Error, ValueError):
        raise CircleRefusal(why) from None
