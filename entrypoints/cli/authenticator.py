"""An authenticator, as an investor has one in the pocket, and the recovery codes in the drawer."""

from __future__ import annotations

import time

import attrs
import pyotp

STEP_S = 30


@attrs.define
class Authenticator:
    """
    Codes that are good: each is once.

    The next code is taken a little early, if it must be, and then those for recovering.
    """

    secret: str = attrs.field(repr=False)
    recovery_codes: list[str] = attrs.field(factory=list, repr=False)
    _last_step: int = 0

    def code(self) -> str:
        """Raises ``IndexError`` when there is none left for now."""
        now = int(time.time()) // STEP_S
        step = max(now, self._last_step + 1)
        if step > now + 1:
            return self.recovery_codes.pop()
        self._last_step = step
        return str(pyotp.TOTP(self.secret).at(step * STEP_S))
