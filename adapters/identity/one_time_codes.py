"""TOTP (RFC 6238) by pyotp, with the parameters that every authenticator app supports."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

from ports.identity import OneTimeCodes

ISSUER = "Stack"
WINDOW_STEPS = 1
"""How many time steps the authenticator's clock may be off in either direction."""


class TotpCodes(OneTimeCodes):
    def new_secret(self) -> str:
        return pyotp.random_base32()

    def uri(self, secret: str, *, account: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)

    def step_of(self, secret: str, code: str, *, at: datetime) -> int | None:
        totp = pyotp.TOTP(secret)
        now = int(at.timestamp()) // totp.interval
        for step in range(now - WINDOW_STEPS, now + WINDOW_STEPS + 1):
            if hmac.compare_digest(
                totp.generate_otp(step), code.encode("ascii", "replace").decode()
            ):
                return step
        return None
