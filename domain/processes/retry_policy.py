"""How long to wait before an instruction is carried out or repeated."""

from __future__ import annotations

import attrs

from domain.processes.instructions import Instruction, LookUp, SendUsdc, WatchDeadline


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """
    Effects are carried out at once, a retry follows shortly, a look-up when a report is overdue.

    ``lookup_s`` doubles with every attempt up to ``lookup_max_s``. An effect is attempted for more than
    six hours before it counts as unknown, so that an outage of a provider over night needs no person.
    A step that is attempted under a new reference waits twice as long each time, up to ``again_max_s``.
    ``quiet_scale`` multiplies the quiet times of providers, for tests.
    """

    lookup_s: float = 10.0
    lookup_max_s: float = 300.0
    lookups_max: int = 200
    retry_s: float = 2.0
    retry_max_s: float = 120.0
    again_max_s: float = 1800.0
    attempts_max: int = 200
    quiet_scale: float = 1.0

    def before(self, instruction: Instruction) -> float:
        """Seconds from the decision to the first attempt."""
        match instruction:
            case LookUp():
                return self.lookup_s
            case WatchDeadline(after_s=after_s):
                return float(after_s)
            case SendUsdc(pays=str()):
                # The offer that it pays has waited already, and lapses within minutes.
                return 0.0
            case _:
                nth = int(instruction.reference.rpartition(":")[2])
                again_s = self.retry_s * 2 ** min(nth - 2, 16)
                return 0.0 if nth == 1 else float(min(again_s, self.again_max_s))

    def before_retry(self, attempts: int) -> float:
        """Seconds to wait after the ``attempts``-th failed attempt."""
        return float(min(self.retry_s * 2 ** min(attempts - 1, 16), self.retry_max_s))

    def before_lookup(self, tries: int) -> float:
        """Seconds to wait after the ``tries``-th look-up without a result."""
        return float(min(self.lookup_s * 2 ** min(tries, 16), self.lookup_max_s))
