from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.memory.mailer import InMemoryMailer
from ports.mail import Mail, Mailer
from tests.contract.mailer import MailerContract, MailerRig


class InMemoryRig(MailerRig):
    def __init__(self) -> None:
        self._mailer = InMemoryMailer()

    @property
    def mailer(self) -> Mailer:
        return self._mailer

    def arrived(self) -> Sequence[Mail]:
        return self._mailer.sent


class TestInMemoryMailer(MailerContract):
    """The twin."""

    @pytest.fixture
    def rig(self) -> MailerRig:
        return InMemoryRig()
