"""Circle's own client against the sandbox: signatures, each verified by other code than made it."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sandbox.chain import BASE58
from tests.sandbox.circle_customer import SOME_ADDRESS
from tests.sandbox.circle_sdk import Developer, dev, open_developer
from tests.sandbox.evm_recovery import keccak256, recover

MAIL = {
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"},
            {"name": "verifyingContract", "type": "address"},
        ],
        "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
        "Mail": [
            {"name": "from", "type": "Person"},
            {"name": "to", "type": "Person"},
            {"name": "contents", "type": "string"},
        ],
    },
    "primaryType": "Mail",
    "domain": {
        "name": "Ether Mail",
        "version": "1",
        "chainId": 1,
        "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
    },
    "message": {
        "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
        "contents": "Hello, Bob!",
    },
}
# The hash that the text of EIP-712 gives for its own example.
MAIL_DIGEST = "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"


def from_base58(text: str) -> bytes:
    number = 0
    for digit in text:
        number = number * 58 + BASE58.index(digit)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def verify(address: str, signature: bytes, content: bytes) -> None:
    """Raises when the Solana address did not sign the content."""
    key = from_base58(address).rjust(32, b"\0")
    Ed25519PublicKey.from_public_bytes(key).verify(signature, content)


async def message(developer: Developer, wallet: Any, text: str, **body: Any) -> str:
    request = dev.SignMessageRequest.from_dict({"walletId": wallet.id, "message": text, **body})
    return str((await developer.ask(developer.signing.sign_message, request)).signature)


async def test_a_message_is_signed_by_the_wallets_own_address() -> None:
    async with open_developer() as developer:
        wallet, smart = await developer.wallet(), await developer.wallet(accountType="SCA")
        digest = keccak256(b"\x19Ethereum Signed Message:\n5hello")
        assert recover(digest, await message(developer, wallet, "hello")) == wallet.address
        as_hex = await message(developer, wallet, "0x68656c6c6f", encodedByHex=True)
        assert recover(digest, as_hex) == wallet.address
        named = dev.SignMessageRequest.from_dict(
            {
                "walletAddress": wallet.address,
                "blockchain": wallet.blockchain.value,
                "message": "hello",
            }
        )
        again = (await developer.ask(developer.signing.sign_message, named)).signature
        assert recover(digest, again) == wallet.address
        owner = recover(digest, await message(developer, smart, "hello"))
        assert owner not in {smart.address, wallet.address}
        bad = dev.SignMessageRequest.from_dict(
            {"walletId": wallet.id, "message": "zz", "encodedByHex": True}
        )
        assert await developer.refused(developer.signing.sign_message, bad) == (400, 156023)


async def test_a_message_is_signed_on_solana() -> None:
    async with open_developer() as developer:
        wallet = await developer.wallet(blockchains=["SOL-DEVNET"])
        signature = await message(developer, wallet, "hello")
        verify(wallet.address, from_base58(signature).rjust(64, b"\0"), b"hello")


async def test_typed_data_are_signed_under_the_hash_of_the_standard() -> None:
    async with open_developer() as developer:
        wallet, sign = await developer.wallet(), developer.signing.sign_typed_data

        def asked(data: str) -> Any:
            return dev.SignTypedDataRequest.from_dict({"walletId": wallet.id, "data": data})

        signed = await developer.ask(sign, asked(orjson.dumps(MAIL).decode()))
        assert recover(bytes.fromhex(MAIL_DIGEST), signed.signature) == wallet.address
        assert await developer.refused(sign, asked("{")) == (400, 156024)
        assert await developer.refused(sign, asked("{}")) == (400, 156026)


def transaction_of(wallet: Any, **body: Any) -> Any:
    return dev.SignTransactionRequest.from_dict({"walletId": wallet.id, **body})


async def test_a_transaction_of_an_evm_chain_is_signed_whole() -> None:
    async with open_developer() as developer:
        wallet, sign = await developer.wallet(), developer.signing.sign_transaction
        values = {
            "nonce": 1,
            "to": SOME_ADDRESS,
            "value": "10000000000000000",
            "gas": "21000",
            "maxFeePerGas": "42000000000",
            "maxPriorityFeePerGas": "25000000000",
            "chainId": 80002,
        }
        text = orjson.dumps(values).decode()
        signed = await developer.ask(sign, transaction_of(wallet, transaction=text))
        # Type 2, chain 80002, nonce 1, tip, most, gas, to, value, no data, no access list.
        body = (
            "83013882" "01" "8505d21dba00" "8509c7652400" "825208"
            f"94{SOME_ADDRESS[2:]}" "872386f26fc10000" "80" "c0"
        )  # fmt: skip
        unsigned = bytes.fromhex(f"02{0xC0 + len(body) // 2:02x}{body}")
        assert recover(keccak256(unsigned), signed.signature) == wallet.address
        assert signed.signed_transaction.startswith("0x02f8")
        assert body in signed.signed_transaction
        assert (
            signed.tx_hash == f"0x{keccak256(bytes.fromhex(signed.signed_transaction[2:])).hex()}"
        )
        raw = await developer.ask(
            sign, transaction_of(wallet, rawTransaction=f"0x{unsigned.hex()}")
        )
        assert raw == signed

        smart = await developer.wallet(accountType="SCA")
        bodies = [
            (wallet, {"rawTransaction": "0x02c0"}, 155801),
            (wallet, {"transaction": "{}"}, 155808),
            (smart, {"transaction": text}, 155515),
        ]
        for signer, body_, code in bodies:
            assert await developer.refused(sign, transaction_of(signer, **body_)) == (400, code)


async def test_a_transaction_of_solana_gets_its_signature_in_its_place() -> None:
    async with open_developer() as developer:
        wallet, other = await developer.make(blockchains=["SOL-DEVNET"], count=2)
        keys = [from_base58(each.address).rjust(32, b"\0") for each in (other, wallet)]
        note = bytes([2, 0, 0, 2, *keys[0], *keys[1], *bytes(32), 0])
        unsigned = bytes([2, *bytes(128)]) + note
        sign = developer.signing.sign_transaction
        request = transaction_of(wallet, rawTransaction=base64.b64encode(unsigned).decode())
        signed = await developer.ask(sign, request)

        content = base64.b64decode(signed.signed_transaction)
        assert content[:65] == unsigned[:65]
        verify(wallet.address, content[65:129], note)
        assert from_base58(signed.signature).rjust(64, b"\0") == content[65:129]
        stranger = await developer.wallet(blockchains=["SOL-DEVNET"])
        request = transaction_of(stranger, rawTransaction=base64.b64encode(unsigned).decode())
        assert await developer.refused(sign, request) == (400, 155803)


@pytest.mark.parametrize(("chain", "refusal"), [("NEAR-TESTNET", None), ("SOL-DEVNET", 155510)])
async def test_a_delegate_action_is_signed_on_near_only(chain: str, refusal: int | None) -> None:
    async with open_developer() as developer:
        wallet = await developer.wallet(blockchains=[chain])
        request = dev.SignDelegateActionRequest.from_dict(
            {"walletId": wallet.id, "unsignedDelegateAction": base64.b64encode(b"act").decode()}
        )
        sign = developer.signing.sign_delegate_action
        if refusal:
            assert await developer.refused(sign, request) == (400, refusal)
            return
        signed = await developer.ask(sign, request)
        content = base64.b64decode(signed.signed_delegate_action)
        assert content[:4] == b"act\0"
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(wallet.address))
        tagged = struct.pack("<I", 2**30 + 366) + b"act"
        key.verify(content[4:], hashlib.sha256(tagged).digest())
