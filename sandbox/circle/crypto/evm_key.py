"""A key on Ethereum's curve, its address, and signatures from which the address can be recovered."""

from __future__ import annotations

import hashlib
import hmac
from random import Random

import attrs
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.circle.crypto.keccak import keccak256

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
LEGACY_V = 27


@attrs.frozen
class EvmSignature:
    """``parity`` is that of the point behind ``r``: it selects the signing key of two candidates."""

    r: int
    s: int
    parity: int

    @property
    def hex(self) -> str:
        """65 bytes with v = 27 or 28, as contracts and libraries take it."""
        return f"0x{self.r:064x}{self.s:064x}{LEGACY_V + self.parity:02x}"


@attrs.frozen
class EvmKey:
    """The secret number; the sandbox's state has it in plain text, since its coins are worth nothing."""

    secret: int

    @classmethod
    def new(cls, random: Random) -> EvmKey:
        return cls(random.randrange(1, ORDER))

    @property
    def address(self) -> str:
        x, y = _point(self.secret)
        return f"0x{keccak256(x.to_bytes(32, 'big') + y.to_bytes(32, 'big'))[12:].hex()}"

    @property
    def smart_address(self) -> str:
        """The address of a contract that this key would own; not the key's own address."""
        return (
            f"0x{keccak256(b'sandbox smart account' + bytes.fromhex(self.address[2:]))[12:].hex()}"
        )

    def sign(self, digest: bytes) -> EvmSignature:
        """Sign 32 bytes; the same bytes get the same signature, with the lower of two ``s``."""
        seed = self.secret.to_bytes(32, "big")
        nonce = int.from_bytes(hmac.digest(seed, digest, hashlib.sha256), "big") % (ORDER - 1) + 1
        x, y = _point(nonce)
        r = x % ORDER
        s = pow(nonce, -1, ORDER) * (int.from_bytes(digest, "big") + r * self.secret) % ORDER
        if s > ORDER // 2:
            return EvmSignature(r, ORDER - s, 1 - y % 2)
        return EvmSignature(r, s, y % 2)


def _point(secret: int) -> tuple[int, int]:
    numbers = ec.derive_private_key(secret, ec.SECP256K1()).public_key().public_numbers()
    return numbers.x, numbers.y
