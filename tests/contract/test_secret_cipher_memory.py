from __future__ import annotations

import pytest

from adapters.memory.secret_cipher import NoCipher
from ports.identity import SecretCipher
from tests.contract.secret_cipher import SecretCipherContract


class TestOpenVault(SecretCipherContract):
    """In memory."""

    @pytest.fixture
    def vault(self) -> SecretCipher:
        return NoCipher()
