from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from adapters.mail.settings import PLAIN, SMTP, STARTTLS, TLS, MailSettings
from adapters.mail.smtp import SmtpMailer
from entrypoints.local.ports import LOOPBACK, free_port
from ports.errors import ProviderError, ProviderRejected, ProviderUnavailable
from ports.mail import Mail, Mailer
from tests.contract.mailer import MAIL, SENDER, MailerContract, MailerRig
from tests.support.emails import read

TAKEN = "250 taken"


@attrs.define
class Server:
    """A server of mail; ``to_recipient`` and ``to_data`` are its answers."""

    envelopes: list[Envelope] = attrs.field(factory=list)
    to_recipient: str = TAKEN
    to_data: str = TAKEN
    port: int = attrs.field(factory=free_port)

    async def handle_RCPT(  # noqa: N802 - the library's name for it
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802 - the library's name for it
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        if self.to_data == TAKEN:
            self.envelopes.append(envelope)
        return self.to_data


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    controller = Controller(server, hostname=LOOPBACK, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


class SmtpRig(MailerRig):
    def __init__(self, server: Server) -> None:
        self.server = server

    @property
    def mailer(self) -> Mailer:
        return mailer(self.server.port)

    def arrived(self) -> Sequence[Mail]:
        read_ones = []
        for envelope in self.server.envelopes:
            assert isinstance(envelope.content, bytes)
            mail = read(envelope.content)
            assert envelope.rcpt_tos == [mail.to]
            read_ones.append(mail)
        return read_ones


def mailer(port: int, *, encryption: str = PLAIN) -> Mailer:
    return SmtpMailer(
        MailSettings(
            kind=SMTP,
            sender=SENDER,
            link_base_url="https://app.test",
            host=LOOPBACK,
            port=port,
            encryption=encryption,
            timeout_s=2.0,
        )
    )


class TestSmtpMailer(MailerContract):
    """A server on this machine."""

    @pytest.fixture
    def rig(self, server: Server) -> MailerRig:
        return SmtpRig(server)

    async def test_it_is_from_whom_the_settings_say(self, rig: SmtpRig) -> None:
        await rig.mailer.send(MAIL)
        (envelope,) = rig.server.envelopes
        assert envelope.mail_from == "no-reply@stack.example"

    @pytest.mark.parametrize(
        ("answers", "failure"),
        [
            ({"to_recipient": "550 no ada@example.org here"}, ProviderRejected),
            ({"to_recipient": "450 ada@example.org is busy"}, ProviderUnavailable),
            ({"to_data": "554 no such mail for ada@example.org"}, ProviderRejected),
            ({"to_data": "451 not now, ada@example.org"}, ProviderUnavailable),
            ({"to_data": "421 closing for ada@example.org"}, ProviderUnavailable),
        ],
    )
    async def test_a_refusal_is_for_ever_or_for_now_and_names_nobody(
        self, rig: SmtpRig, answers: dict[str, str], failure: type[ProviderError]
    ) -> None:
        for name, answer in answers.items():
            setattr(rig.server, name, answer)
        with pytest.raises(failure) as refused:
            await rig.mailer.send(MAIL)
        assert type(refused.value) is failure
        assert "ada" not in refused.value.detail
        assert list(rig.arrived()) == []

    async def test_a_server_that_is_not_there_is_tried_again_later(self) -> None:
        with pytest.raises(ProviderUnavailable):
            await mailer(free_port()).send(MAIL)

    @pytest.mark.parametrize("encryption", [STARTTLS, TLS])
    async def test_a_server_that_does_not_encrypt_gets_nothing(
        self, rig: SmtpRig, encryption: str
    ) -> None:
        with pytest.raises(ProviderUnavailable):
            await mailer(rig.server.port, encryption=encryption).send(MAIL)
        assert list(rig.arrived()) == []
