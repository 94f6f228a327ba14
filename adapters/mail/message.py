"""A mail as it goes over the wire (RFC 5322)."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from ports.errors import ProviderRejected
from ports.mail import Mail

PROVIDER, OPERATION = "mail", "send"


def message(mail: Mail, *, sender: str) -> EmailMessage:
    """
    The address is a single one, whatever it looks like. Raises ``ProviderRejected`` for one that is not.

    Two mails of one letter are two: there is no ``Message-ID`` of ours to tell them apart by.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = _address(mail.to)
    made["Subject"] = mail.subject
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    return made


def _address(email: str) -> Address:
    try:
        address = Address(addr_spec=email)
    except (ValueError, IndexError, HeaderParseError):
        raise refused("no mail can be written to such an address") from None
    if address.addr_spec != email:
        # A comment or needless quotes: it would go to an address that looks like another.
        raise refused("the address is not in its plain form")
    return address


def refused(reason: str) -> ProviderRejected:
    return ProviderRejected(reason, provider=PROVIDER, operation=OPERATION)
