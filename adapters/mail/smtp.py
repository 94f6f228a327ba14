"""Mail through an SMTP server: a connection for each, since there are few."""

from __future__ import annotations

import aiosmtplib

from adapters.mail.message import OPERATION, PROVIDER, message
from adapters.mail.settings import STARTTLS, TLS, MailSettings
from ports.errors import ProviderError, ProviderRejected, ProviderUnavailable
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
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _failure(error.recipients[0]) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _failure(error) from None


def _failure(error: Exception) -> ProviderError:
    """Servers like to repeat the address in what they say, so only their codes are told."""
    match error:
        case aiosmtplib.SMTPRecipientRefused(code=code) | aiosmtplib.SMTPDataError(code=code):
            kind = ProviderRejected if code >= _PERMANENT else ProviderUnavailable
            return kind(f"the server answered {code}", provider=PROVIDER, operation=OPERATION)
        case aiosmtplib.SMTPResponseException(code=code):
            what = f"the server answered {code}"
        case _:
            what = type(error).__name__
    return ProviderUnavailable(what, provider=PROVIDER, operation=OPERATION)
