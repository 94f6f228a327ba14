"""A key of Solana, Aptos or NEAR, and its address on each of them."""

from __future__ import annotations

import hashlib
from random import Random

import attrs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.circle.crypto.base58 import base58

USUAL_DIGITS = 44
SEED_BYTES = 32


@attrs.frozen
class EdwardsKey:
    seed: bytes

    @classmethod
    def new(cls, random: Random) -> EdwardsKey:
        """A key whose base58 form has 44 digits, as most keys have."""
        key = cls(random.randbytes(SEED_BYTES))
        while len(base58(key.public)) != USUAL_DIGITS:
            key = cls(random.randbytes(SEED_BYTES))
        return key

    @property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def address(self, blockchain: str) -> str:
        match blockchain.partition("-")[0]:
            case "APTOS":
                return f"0x{hashlib.sha3_256(self.public + bytes(1)).hexdigest()}"
            case "NEAR":
                return self.public.hex()
        return base58(self.public)

    def sign(self, content: bytes) -> bytes:
        return self._private.sign(content)
