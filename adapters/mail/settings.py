"""How e-mails are sent."""

from __future__ import annotations

from pathlib import Path

import attrs

MAILDIR, SMTP = "maildir", "smtp"
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"


@attrs.frozen(kw_only=True)
class MailSettings:
    """
    ``kind`` is ``maildir``, which writes e-mails to ``folder`` for development, or ``smtp``.

    ``sender`` is the From address, and ``link_base_url`` the address of the app's pages. A password is
    never sent without encryption.
    """

    kind: str = attrs.field(validator=attrs.validators.in_((MAILDIR, SMTP)))
    sender: str
    link_base_url: str
    folder: Path = Path(".data/mail")
    host: str = attrs.field(default="")
    port: int = 587
    encryption: str = attrs.field(
        default=STARTTLS, validator=attrs.validators.in_((STARTTLS, TLS, PLAIN))
    )
    user: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    timeout_s: float = attrs.field(default=10.0, validator=attrs.validators.gt(0))

    @host.validator
    def _has_host(self, _: object, value: str) -> None:
        if self.kind == SMTP and not value:
            raise ValueError("mail.host is required when mail.kind is smtp")

    @password.validator
    def _is_hidden(self, _: object, value: str | None) -> None:
        if value and self.encryption == PLAIN:
            raise ValueError("mail.password must not be set when mail.encryption is none")
