from __future__ import annotations

import mailbox
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.mail.maildir import MaildirMailer
from ports.errors import ProviderUnavailable
from ports.mail import Mail, Mailer
from tests.contract.mailer import MAIL, SENDER, MailerContract, MailerRig
from tests.support.emails import read


class MaildirRig(MailerRig):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def mailer(self) -> Mailer:
        return MaildirMailer(self._folder, sender=SENDER)

    def arrived(self) -> Sequence[Mail]:
        return [read(bytes(letter)) for letter in mailbox.Maildir(self._folder, create=False)]


class TestMaildirMailer(MailerContract):
    """A folder."""

    @pytest.fixture
    def rig(self, tmp_path: Path) -> MailerRig:
        return MaildirRig(tmp_path / "data" / "mail")

    async def test_nobody_else_on_the_machine_reads_it(
        self, rig: MailerRig, tmp_path: Path
    ) -> None:
        await rig.mailer.send(MAIL)
        folder = tmp_path / "data" / "mail"
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IRWXU

    async def test_a_folder_that_cannot_be_is_tried_again_later(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        mailer = MaildirMailer(tmp_path / "file" / "mail", sender=SENDER)
        with pytest.raises(ProviderUnavailable):
            await mailer.send(MAIL)
