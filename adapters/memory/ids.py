"""Sequential ids, which a test can predict."""

from __future__ import annotations

import itertools
import uuid

from domain.ids import ProcessId
from ports.ids import Ids

_FIRST = uuid.UUID("00000000-0000-7000-8000-000000000000").int


class SequentialIds(Ids):
    """Ascending UUIDs in the form of version 7, numbered secrets, and 0.0 as every random fraction."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._secrets = itertools.count(1)

    def new(self) -> ProcessId:
        return ProcessId(str(uuid.UUID(int=_FIRST + next(self._numbers))))

    def secret(self) -> str:
        return f"secret-{next(self._secrets):036d}"

    def fraction(self) -> float:
        return 0.0
