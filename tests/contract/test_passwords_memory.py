from __future__ import annotations

import pytest

from adapters.memory.passwords import PlainPasswords
from ports.identity import Passwords
from tests.contract.passwords import PasswordsContract


class TestPlainPasswords(PasswordsContract):
    """The twin."""

    @pytest.fixture
    def passwords(self) -> Passwords:
        return PlainPasswords()
