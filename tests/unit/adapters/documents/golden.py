"""
One file of stored documents for each kind, a document a line, as they were written once.

They are what a database holds, so code changes and they do not. ``python -m
tests.unit.adapters.documents.golden`` writes those that are missing, and no other: to change a file on
purpose, delete it first, and say in the commit how what is stored already is still read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import orjson

from adapters.documents import history_of, to_document
from domain.processes.kinds import FACTS, INSTRUCTIONS, RECORDS
from tests.unit.adapters.documents.samples import samples

FOLDER = Path(__file__).parent / "golden"


@attrs.frozen
class Golden:
    """The documents of one kind."""

    path: Path
    cls: type[Any]
    write: Callable[[Any], Mapping[str, Any]]

    @property
    def kind(self) -> str:
        return self.path.stem

    def written(self) -> bytes:
        """As today's code writes the samples."""
        return b"".join(orjson.dumps(self.write(each)) + b"\n" for each in samples(self.cls))


def every() -> Iterator[Golden]:
    yield from _of("records", RECORDS, to_document)
    yield from _of("facts", FACTS, history_of)
    yield from _of("instructions", INSTRUCTIONS, to_document)


def _of(
    folder: str, kinds: Mapping[Any, str], write: Callable[[Any], Mapping[str, Any]]
) -> Iterator[Golden]:
    for cls, kind in kinds.items():
        yield Golden(FOLDER / folder / f"{kind}.jsonl", cls, write)


if __name__ == "__main__":
    for missing in (each for each in every() if not each.path.exists()):
        missing.path.parent.mkdir(parents=True, exist_ok=True)
        missing.path.write_bytes(missing.written())
