"""What everybody who sends mail must do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

import pytest

from domain.accounts.investor import InvalidEmail
from ports.mail import Mail, Mailer

SENDER = "Stack <no-reply@stack.example>"
MAIL = Mail(to="ada@example.org", subject="A subject", text="A line.\n\nAnother one.\n")


class MailerRig(Protocol):
    """A mailer, and the eyes of whoever gets what it sends."""

    @property
    @abstractmethod
    def mailer(self) -> Mailer: ...

    @abstractmethod
    def arrived(self) -> Sequence[Mail]:
        """In the order in which it was sent."""


class MailerContract:
    """Subclasses provide the fixture ``rig``."""

    @pytest.mark.parametrize(
        "text",
        [MAIL.text, f"{'long ' * 100}\n", f"https://x.test/#token={'a' * 200}\n", "Grüße, 👋\n"],
        ids=["lines", "a long line", "a long word", "not ASCII"],
    )
    async def test_a_mail_arrives_as_it_was_written(self, rig: MailerRig, text: str) -> None:
        mail = Mail(to=MAIL.to, subject="Ein Gruß", text=text)
        await rig.mailer.send(mail)
        assert list(rig.arrived()) == [mail]

    @pytest.mark.parametrize("to", ["o'neil+tag@example.org", "a.{b}=c@x-1.example.org"])
    async def test_every_address_that_we_take_can_be_written_to(
        self, rig: MailerRig, to: str
    ) -> None:
        await rig.mailer.send(Mail(to=to, subject="A subject", text="A line.\n"))
        assert [mail.to for mail in rig.arrived()] == [to]

    async def test_what_is_sent_twice_arrives_twice(self, rig: MailerRig) -> None:
        for _ in range(2):
            await rig.mailer.send(MAIL)
        assert list(rig.arrived()) == [MAIL, MAIL]

    @pytest.mark.parametrize(
        "to",
        [
            "ada@example.org, eve@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            "Ada <ada@example.org>",
            "ada@example.org>",
            '"ada"@example.org',
            "(eve)ada@example.org",
            "@eve.example:ada@example.org",
            "ADA@example.org",
            "ada@example..org",
        ],
    )
    def test_what_is_not_one_plain_address_is_none(self, to: str) -> None:
        with pytest.raises(InvalidEmail):
            Mail(to=to, subject="A subject", text="A line.\n")
