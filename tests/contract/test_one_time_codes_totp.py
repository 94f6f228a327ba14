from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from adapters.identity.one_time_codes import TotpCodes
from ports.identity import OneTimeCodes
from tests.contract.one_time_codes import CodesRig, OneTimeCodesContract
from tests.support.builders import AT


class TotpRig(CodesRig):
    @property
    def codes(self) -> OneTimeCodes:
        return TotpCodes()

    def shown(self, secret: str, *, later: timedelta = timedelta(0)) -> str:
        return pyotp.TOTP(secret).at(AT + later)


class TestTotpCodes(OneTimeCodesContract):
    """RFC 6238."""

    @pytest.fixture
    def rig(self) -> CodesRig:
        return TotpRig()

    def test_the_codes_are_those_of_the_rfc(self) -> None:
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the RFC's, in base 32
        at = AT.fromtimestamp(59, tz=AT.tzinfo)
        assert TotpCodes().step_of(secret, "287082", at=at) == 1
