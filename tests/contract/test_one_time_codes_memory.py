from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.memory.one_time_codes import PlainCodes
from ports.identity import OneTimeCodes
from tests.contract.one_time_codes import CodesRig, OneTimeCodesContract
from tests.support.builders import AT


class PlainRig(CodesRig):
    def __init__(self) -> None:
        self._codes = PlainCodes()

    @property
    def codes(self) -> OneTimeCodes:
        return self._codes

    def shown(self, secret: str, *, later: timedelta = timedelta(0)) -> str:
        return self._codes.shown(secret, at=AT + later)


class TestPlainCodes(OneTimeCodesContract):
    """In memory."""

    @pytest.fixture
    def rig(self) -> CodesRig:
        return PlainRig()
