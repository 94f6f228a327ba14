"""Mail through an SMTP server: a connection for each, since there are few."""

from __future__ import annotations

import aiosmtplib

from adapters.mail.message import OPERATION, PROVIDER, message, refused
from adapters.mail.settings import STARTTLS, TLS, MailSettings
from ports.errors import ProviderUnavailable
from ports.mail import Mail, Mailer

_PERMANENT = 500
"""RFC 5321 §4.2.1: a reply from here on will be the same the next time."""


class SmtpMailer(Mailer):
    """A server that cannot encrypt as the settings want gets nothing."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, mail: Mail) -> None:
        settings = self._settings
        made = message(mail, sender=settings.sender)
        try:
            await aiosmtplib.send(
                made,
                recipients=[mail.to],
                hostname=settings.host,
                port=settings.port,
                username=settings.user,
                password=settings.password,
                use_tls=settings.encryption == TLS,
                start_tls=settings.encryption == STARTTLS,
                timeout=settings.timeout_s,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _failure(error) from None


def _failure(error: Exception) -> Exception:
    """Servers like to repeat the address in what they say, so only their codes are told."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused(recipients=[first, *_]):
            return _failure(first)
        case aiosmtplib.SMTPRecipientRefused(code=code) | aiosmtplib.SMTPDataError(code=code) if (
            code >= _PERMANENT
        ):
            return refused(f"the server answered {code}")
        case ValueError():
            return refused("no mail can be sent to such an address")
        case aiosmtplib.SMTPResponseException(code=code):
            what = f"the server answered {code}"
        case _:
            what = type(error).__name__
    return ProviderUnavailable(what, provider=PROVIDER, operation=OPERATION)
