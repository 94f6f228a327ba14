"""Encrypts secrets with Fernet (AES-128-CBC, HMAC-SHA256): the newest key encrypts, all decrypt."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import attrs
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ports.identity import SealBroken, SecretCipher

KEY_LENGTH_MIN = 32


@attrs.frozen(kw_only=True)
class CipherSettings:
    """
    ``keys`` by name; the alphabetically last name is the newest key, which encrypts.

    To rotate, add a key under a later name; remove the old one when nothing is encrypted with it any more.
    """

    keys: Mapping[str, str] = attrs.field(repr=False)

    @keys.validator
    def _are_long_enough(self, _: object, keys: Mapping[str, str]) -> None:
        if not keys or any(len(key) < KEY_LENGTH_MIN for key in keys.values()):
            raise ValueError(f"at least one key, each of {KEY_LENGTH_MIN} characters or more")


class FernetCipher(SecretCipher):
    def __init__(self, settings: CipherSettings) -> None:
        newest_first = [settings.keys[name] for name in sorted(settings.keys, reverse=True)]
        self._keys = MultiFernet([Fernet(_key_of(text)) for text in newest_first])

    def seal(self, text: str) -> str:
        return self._keys.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        try:
            return self._keys.decrypt(sealed.encode(errors="replace")).decode()
        except InvalidToken:
            raise SealBroken from None


def _key_of(text: str) -> bytes:
    """A key of 32 bytes from a random text of any length."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
