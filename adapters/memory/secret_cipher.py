"""A secret cipher without encryption, so that a test can read the secrets."""

from __future__ import annotations

from ports.identity import SealBroken, SecretCipher

_SEAL = "sealed:"


class NoCipher(SecretCipher):
    """For tests only."""

    def seal(self, text: str) -> str:
        return _SEAL + text

    def open(self, sealed: str) -> str:
        if not sealed.startswith(_SEAL):
            raise SealBroken
        return sealed.removeprefix(_SEAL)
