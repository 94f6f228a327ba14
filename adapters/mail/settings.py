"""How mail goes out."""

from __future__ import annotations

from pathlib import Path

import attrs

MAILDIR, SMTP = "maildir", "smtp"
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"


@attrs.frozen(kw_only=True)
class MailSettings:
    """
    ``maildir`` puts mail into ``folder``, for a developer to read; ``smtp`` gives it to a server.

    ``sender`` is whom it is from and ``link_base_url`` where the app's pages are. A password is never sent
    without encryption.
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
            raise ValueError("mail.host is needed where mail.kind is smtp")

    @password.validator
    def _is_hidden(self, _: object, value: str | None) -> None:
        if value and self.encryption == PLAIN:
            raise ValueError("mail.password is not sent where mail.encryption is none")
