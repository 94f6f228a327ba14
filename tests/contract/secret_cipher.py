"""What every vault must do."""

from __future__ import annotations

import pytest

from ports.identity import SealBroken, SecretCipher


class SecretCipherContract:
    """Subclasses provide the fixture ``vault``."""

    @pytest.mark.parametrize("text", ["", "a secret", "ключ\n\U0001f511"])
    def test_what_is_sealed_can_be_opened(self, vault: SecretCipher, text: str) -> None:
        assert vault.open(vault.seal(text)) == text

    @pytest.mark.parametrize("sealed", ["", "a secret", "\udcff"])
    def test_what_was_not_sealed_is_refused(self, vault: SecretCipher, sealed: str) -> None:
        with pytest.raises(SealBroken):
            vault.open(sealed)
