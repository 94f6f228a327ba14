"""The demo investor's authenticator app and recovery codes."""

from __future__ import annotations

import time

import attrs
import pyotp

STEP_S = 30


@attrs.define
class Authenticator:
    """
    Codes that the API accepts; each works once.

    When the current code is used, the next one follows, up to 30 s early, and then a recovery code.
    """

    secret: str = attrs.field(repr=False)
    recovery_codes: list[str] = attrs.field(factory=list, repr=False)
    _last_step: int = 0

    def code(self) -> str:
        """An unused code. Raises ``IndexError`` when no recovery code is left."""
        now = int(time.time()) // STEP_S
        step = max(now, self._last_step + 1)
        if step > now + 1:
            return self.recovery_codes.pop()
        self._last_step = step
        return str(pyotp.TOTP(self.secret).at(step * STEP_S))
