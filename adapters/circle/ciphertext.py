"""
The proof that a request comes from us: our entity secret, encrypted for Circle.

Circle rejects a ciphertext that it has seen before (circle.md §2), so each try of each request needs
a new one. The encryption is randomised, so every ciphertext differs.
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
    """Encrypts the secret with Circle's public key, kept until Circle refuses what it encrypts."""

    def __init__(self, secret_hex: str, *, fetch_key: Callable[[], Awaitable[str]]) -> None:
        self._secret = bytes.fromhex(secret_hex)
        self._fetch_key = fetch_key
        self._key: RSAPublicKey | None = None

    async def encryptor(self) -> Callable[[], str]:
        """A factory of distinct ciphertexts. Raises ``ProviderError`` if the key cannot be fetched."""
        key = self._key = self._key or _read_key(await self._fetch_key())
        return lambda: base64.b64encode(key.encrypt(self._secret, _OAEP)).decode()

    def forget_key(self) -> None:
        """Fetch the key again at the next use."""
        self._key = None


def _read_key(pem: str) -> RSAPublicKey:
    with reading("get_entity_public_key"):
        key = load_pem_public_key(pem.encode())
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the entity's public key is not RSA")
        return key
