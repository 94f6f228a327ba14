"""E-mails as their recipients read them."""

from __future__ import annotations

import email
from email import policy

from ports.mail import Mail


def read(raw: bytes) -> Mail:
    """Parse an e-mail, and check that ``To`` is its only recipient."""
    message = email.message_from_bytes(raw, policy=policy.default)
    assert not {"cc", "bcc"} & {name.lower() for name in message}
    (to,) = message["To"].addresses
    text = message.get_content().replace("\r\n", "\n")
    return Mail(to=to.addr_spec, subject=str(message["Subject"]), text=text)
