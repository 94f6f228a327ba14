"""The entity secret: registered once, proven by a new RSA ciphertext in each request (§2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.circle.errors import CircleRefusal, Why
from sandbox.circle.settings import CircleSandboxSettings

SECRET_BYTES = 32
RECOVERY_BYTES = 96
SEEN_MAX = 1_000_000
_OAEP = padding.OAEP(
    mgf=padding.MGF1(algorithm=hashes.SHA256()), algorithm=hashes.SHA256(), label=None
)


class EntitySecret:
    """Holds the RSA key pair, the registered secret and the ciphertexts seen so far."""

    def __init__(self, *, settings: CircleSandboxSettings) -> None:
        self._implicit = settings.implicit_entity_secret
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=settings.rsa_bits)
        self._secret: bytes | None = None
        self._seen: dict[bytes, None] = {}

    @property
    def public_key_pem(self) -> str:
        return (
            self._key.public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            .decode()
        )

    def register(self, ciphertext: str) -> str:
        """Store the secret and return the recovery file, base64. Raises 156015 the second time."""
        if self._secret is not None:
            raise CircleRefusal(Why.ENTITY_SECRET_SET)
        self._secret = self._open(ciphertext)
        return base64.b64encode(os.urandom(RECOVERY_BYTES)).decode()

    def require(self, ciphertext: str) -> None:
        """Accept a ciphertext once. Raises 156004, 156013 or 156016."""
        if self._secret is None and not self._implicit:
            raise CircleRefusal(Why.ENTITY_SECRET_NOT_SET)
        secret = self._open(ciphertext)
        if self._secret is None:
            self._secret = secret
        if not hmac.compare_digest(secret, self._secret):
            raise CircleRefusal(Why.ENTITY_SECRET_INVALID)

    def _open(self, ciphertext: str) -> bytes:
        digest = hashlib.sha256(ciphertext.encode()).digest()
        if digest in self._seen:
            raise CircleRefusal(Why.CIPHERTEXT_REUSED)
        try:
            secret = self._key.decrypt(base64.b64decode(ciphertext, validate=True), _OAEP)
        except (binascii.Error, ValueError):
            raise CircleRefusal(Why.ENTITY_SECRET_INVALID) from None
        if len(secret) != SECRET_BYTES:
            raise CircleRefusal(Why.ENTITY_SECRET_INVALID)
        self._seen[digest] = None
        if len(self._seen) > SEEN_MAX:
            del self._seen[next(iter(self._seen))]
        return secret
