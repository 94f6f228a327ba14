"""What our letters say: the one place where their words are."""

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
    """``link_base_url`` is where the app's pages are; ours is only the API."""

    link_base_url: LinkBaseUrl

    def verification(self, to: str, token: str, *, asked_at: datetime) -> Mail:
        return _mail(
            to,
            "Confirm your e-mail address",
            f"Somebody registered with this e-mail address on {_shown(asked_at)}.",
            f"If it was you, confirm the address within {_HOURS} hours:",
            self._link(EmailPurpose.VERIFICATION, token),
            "If it was not you, do nothing: without this there will be no account.",
        )

    def taken(self, to: str) -> Mail:
        return _mail(
            to,
            "Somebody tried to register with your address",
            "Somebody tried to register with this e-mail address, which has an account already.",
            "If it was you, log in; if you have forgotten the password, ask for a new one.",
            "If it was not you, do nothing: your account is as it was.",
        )

    def recovery(self, to: str, token: str) -> Mail:
        return _mail(
            to,
            "Set a new password",
            "Somebody asked for a new password for the account of this e-mail address.",
            f"If it was you, set one within {_MINUTES} minutes. It ends every session:",
            self._link(EmailPurpose.RECOVERY, token),
            "If it was not you, do nothing: your password is as it was.",
        )

    def address_saved(self, to: str, address: PayoutAddress) -> Mail:
        """The label is left out: it is whatever somebody wrote."""
        return _mail(
            to,
            "An address to withdraw to was saved",
            f"On {_shown(address.created_at)} an address to withdraw to was saved in your account:",
            f"{address.address} on {address.chain.value}",
            f"Money can leave to it from {_shown(address.usable_at)}.",
            "If it was not you, remove the address, set a new password and write to us.",
        )

    def _link(self, purpose: EmailPurpose, token: str) -> str:
        """Behind the ``#`` the token reaches the page, and no server's log on the way."""
        return f"{self.link_base_url}/{_PAGES[purpose]}#token={token}"


def _mail(to: str, subject: str, *paragraphs: str) -> Mail:
    return Mail(to=to, subject=subject, text="\n\n".join(paragraphs) + "\n")


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d at %H:%M:%S} UTC"
