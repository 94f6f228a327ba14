"""What every keeper of passwords must do."""

from __future__ import annotations

from ports.identity import Passwords

PASSWORD = "correct horse battery"


class PasswordsContract:
    """Subclasses provide the fixture ``passwords``."""

    async def test_a_password_matches_its_own_hash(self, passwords: Passwords) -> None:
        hashed = await passwords.hash(PASSWORD)
        assert hashed != PASSWORD
        assert await passwords.matches(PASSWORD, hashed)

    async def test_another_password_does_not(self, passwords: Passwords) -> None:
        hashed = await passwords.hash(PASSWORD)
        assert not await passwords.matches(PASSWORD.upper(), hashed)

    async def test_nothing_matches_no_hash_or_nonsense(self, passwords: Passwords) -> None:
        assert not await passwords.matches(PASSWORD, None)
        assert not await passwords.matches("nobody's password", None)
        assert not await passwords.matches(PASSWORD, "nonsense")
