from __future__ import annotations

import pytest

from adapters.identity.passwords import Argon2Passwords
from ports.identity import Passwords
from tests.contract.passwords import PASSWORD, PasswordsContract


class TestArgon2Passwords(PasswordsContract):
    """Argon2id."""

    @pytest.fixture
    def passwords(self) -> Passwords:
        return Argon2Passwords()

    async def test_hashes_of_one_password_differ_and_hide_it(self, passwords: Passwords) -> None:
        one, other = await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)
        assert one != other
        assert one.startswith("$argon2id$")
        assert PASSWORD not in one
