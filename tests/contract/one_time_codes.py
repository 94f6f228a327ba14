"""What every keeper of one-time codes must do."""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta
from typing import Protocol

from ports.identity import OneTimeCodes
from tests.support.builders import AT

INTERVAL = timedelta(seconds=30)


class CodesRig(Protocol):
    """Codes, and an authenticator that shows them."""

    @property
    @abstractmethod
    def codes(self) -> OneTimeCodes: ...

    @abstractmethod
    def shown(self, secret: str, *, later: timedelta = timedelta(0)) -> str:
        """What an authenticator with the secret shows at ``AT``, or later."""


class OneTimeCodesContract:
    """Subclasses provide the fixture ``rig``."""

    def test_what_the_authenticator_shows_is_the_code_of_that_moment(self, rig: CodesRig) -> None:
        secret = rig.codes.new_secret()
        step = rig.codes.step_of(secret, rig.shown(secret), at=AT)
        assert step is not None
        following = rig.shown(secret, later=INTERVAL)
        assert rig.codes.step_of(secret, following, at=AT + INTERVAL) == step + 1

    def test_a_clock_may_be_one_step_off_and_not_two(self, rig: CodesRig) -> None:
        secret = rig.codes.new_secret()
        now = rig.codes.step_of(secret, rig.shown(secret), at=AT)
        assert now is not None
        for steps in (-1, 1):
            code = rig.shown(secret, later=steps * INTERVAL)
            assert rig.codes.step_of(secret, code, at=AT) == now + steps
        for steps in (-2, 2):
            code = rig.shown(secret, later=steps * INTERVAL)
            assert rig.codes.step_of(secret, code, at=AT) is None

    def test_another_secret_has_other_codes(self, rig: CodesRig) -> None:
        one, other = rig.codes.new_secret(), rig.codes.new_secret()
        assert one != other
        assert rig.codes.step_of(one, rig.shown(other), at=AT) is None

    def test_what_is_no_code_is_none(self, rig: CodesRig) -> None:
        secret = rig.codes.new_secret()
        for code in ("", "12345", "1234567", "abcdef", "\udcff", "٣٣٣٣٣٣"):
            assert rig.codes.step_of(secret, code, at=AT) is None

    def test_the_address_has_the_account_and_the_secret(self, rig: CodesRig) -> None:
        secret = rig.codes.new_secret()
        uri = rig.codes.uri(secret, account="ada")
        assert uri.startswith("otpauth://totp/")
        assert "ada" in uri
        assert f"secret={secret}" in uri
