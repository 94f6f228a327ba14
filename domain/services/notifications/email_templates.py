"""The texts of our e-mails."""

from __future__ import annotations

from datetime import datetime
from typing import NewType

import attrs

from domain.accounts.emails import EmailPurpose
from domain.accounts.password_reset import PASSWORD_RESET_LIFETIME
from domain.accounts.registration import REGISTRATION_LIFETIME
from domain.wallets.payout_address import PayoutAddress
from ports.mail import Mail

_HOURS = int(REGISTRATION_LIFETIME.total_seconds()) // 3600
_MINUTES = int(PASSWORD_RESET_LIFETIME.total_seconds()) // 60
_PAGES = {EmailPurpose.VERIFICATION: "verify-email", EmailPurpose.RECOVERY: "reset-password"}


LinkBaseUrl = NewType("LinkBaseUrl", str)


@attrs.frozen(kw_only=True)
class EmailTemplates:
    """``link_base_url`` is the address of the app's pages, which are not part of this service."""

    link_base_url: LinkBaseUrl

    def verification(self, to: str, token: str, *, asked_at: datetime) -> Mail:
        return _mail(
            to,
            "Confirm your e-mail address",
            f"Someone registered with this e-mail address on {_shown(asked_at)}.",
            f"If it was you, confirm the address within {_HOURS} hours:",
            self._link(EmailPurpose.VERIFICATION, token),
            "If it was not you, do nothing: without this confirmation no account is opened.",
        )

    def taken(self, to: str) -> Mail:
        return _mail(
            to,
            "Someone tried to register with your address",
            "Someone tried to register with this e-mail address, which already has an account.",
            "If it was you, log in. If you have forgotten your password, reset it.",
            "If it was not you, do nothing: your account has not changed.",
        )

    def recovery(self, to: str, token: str) -> Mail:
        return _mail(
            to,
            "Set a new password",
            "Someone asked to reset the password of the account with this e-mail address.",
            f"If it was you, set a new password within {_MINUTES} minutes. This ends every session:",
            self._link(EmailPurpose.RECOVERY, token),
            "If it was not you, do nothing: your password has not changed.",
        )

    def address_saved(self, to: str, address: PayoutAddress) -> Mail:
        """Omits the label, which is free text of the requester."""
        return _mail(
            to,
            "A payout address was saved",
            f"On {_shown(address.created_at)} a payout address was saved in your account:",
            f"{address.address} on {address.chain.value}",
            f"Withdrawals to it are possible from {_shown(address.usable_at)}.",
            "If it was not you, remove the address, change your password and contact us.",
        )

    def _link(self, purpose: EmailPurpose, token: str) -> str:
        """The token is in the fragment, which browsers do not send, so it is in no server's log."""
        return f"{self.link_base_url}/{_PAGES[purpose]}#token={token}"


def _mail(to: str, subject: str, *paragraphs: str) -> Mail:
    return Mail(to=to, subject=subject, text="\n\n".join(paragraphs) + "\n")


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d at %H:%M:%S} UTC"
