"""An e-mail in its transport format (RFC 5322)."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from ports.mail import Mail

PROVIDER, OPERATION = "mail", "send"


def message(mail: Mail, *, sender: str) -> EmailMessage:
    """Marked as generated automatically, so that auto-responders do not answer (RFC 3834)."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = Address(addr_spec=mail.to)
    made["Subject"] = mail.subject
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    return made
