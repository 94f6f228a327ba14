"""
The proof that a request comes from us: our entity secret, encrypted for Circle.

Circle refuses a ciphertext that it has seen before (circle.md §2), so that each try of each request
needs one of its own; encryption is randomised, which makes it so.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from adapters.circle.errors import reading

_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class EntitySecret:
    """Encrypts the secret; Circle's public key is fetched when it is first needed, and kept."""

    def __init__(self, secret_hex: str, *, fetch_key: Callable[[], Awaitable[str]]) -> None:
        self._secret = bytes.fromhex(secret_hex)
        self._fetch_key = fetch_key
        self._key: RSAPublicKey | None = None

    async def sealing(self) -> Callable[[], str]:
        """A maker of ciphertexts, every one different. Raises ``ProviderError`` without the key."""
        key = self._key = self._key or _read_key(await self._fetch_key())
        return lambda: base64.b64encode(key.encrypt(self._secret, _OAEP)).decode()


def _read_key(pem: str) -> RSAPublicKey:
    with reading("get_entity_public_key"):
        key = load_pem_public_key(pem.encode())
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the entity's public key is not RSA")
        return key
