"""Sends e-mails through an SMTP server, each over its own connection, since there are few."""

from __future__ import annotations

import aiosmtplib

from adapters.mail.message import OPERATION, PROVIDER, message
from adapters.mail.settings import STARTTLS, TLS, MailSettings
from ports.errors import ProviderError, ProviderRejected, ProviderUnavailable
from ports.mail import Mail, Mailer

_PERMANENT = 500
"""Replies from this code on are permanent failures (RFC 5321 §4.2.1)."""


class SmtpMailer(Mailer):
    """Sends nothing to a server that does not support the configured encryption."""

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
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _failure(error.recipients[0]) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _failure(error) from None


def _failure(error: Exception) -> ProviderError:
    """Only the reply code is kept, because servers often repeat the address in their text."""
    match error:
        case aiosmtplib.SMTPRecipientRefused(code=code) | aiosmtplib.SMTPDataError(code=code):
            kind = ProviderRejected if code >= _PERMANENT else ProviderUnavailable
            return kind(f"the server answered {code}", provider=PROVIDER, operation=OPERATION)
        case aiosmtplib.SMTPResponseException(code=code):
            what = f"the server answered {code}"
        case _:
            what = type(error).__name__
    return ProviderUnavailable(what, provider=PROVIDER, operation=OPERATION)
