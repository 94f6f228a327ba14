from __future__ import annotations

import pytest

from adapters.memory.vault import OpenVault
from ports.identity import Vault
from tests.contract.vault import VaultContract


class TestOpenVault(VaultContract):
    """In memory."""

    @pytest.fixture
    def vault(self) -> Vault:
        return OpenVault()
