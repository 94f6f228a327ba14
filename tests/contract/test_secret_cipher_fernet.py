from __future__ import annotations

import pytest

from adapters.identity.secret_cipher import CipherSettings, FernetCipher
from ports.identity import SealBroken, SecretCipher
from tests.contract.secret_cipher import SecretCipherContract

OLD, NEW = "an old key that is long enough for it", "a new key that is long enough for it!"


def vault_of(**keys: str) -> FernetCipher:
    return FernetCipher(CipherSettings(keys=keys))


class TestFernetVault(SecretCipherContract):
    """AES and HMAC."""

    @pytest.fixture
    def vault(self) -> SecretCipher:
        return vault_of(one=OLD)

    def test_a_seal_hides_and_is_another_each_time(self, vault: SecretCipher) -> None:
        one, other = vault.seal("a secret"), vault.seal("a secret")
        assert one != other
        assert "a secret" not in one

    def test_a_changed_letter_breaks_it(self, vault: SecretCipher) -> None:
        sealed = vault.seal("a secret")
        changed = sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:]
        with pytest.raises(SealBroken):
            vault.open(changed)

    def test_a_new_key_seals_and_the_old_one_still_opens(self) -> None:
        before, both, after = vault_of(k1=OLD), vault_of(k1=OLD, k2=NEW), vault_of(k2=NEW)
        assert both.open(before.seal("a secret")) == "a secret"
        assert after.open(both.seal("a secret")) == "a secret"
        with pytest.raises(SealBroken):
            after.open(before.seal("a secret"))

    @pytest.mark.parametrize("keys", [{}, {"one": "short"}])
    def test_a_key_that_can_be_guessed_is_none(self, keys: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="32 characters"):
            CipherSettings(keys=keys)
