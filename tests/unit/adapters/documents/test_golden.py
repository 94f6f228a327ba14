"""What is stored today is read and written for ever, whatever the classes and attributes are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import orjson
import pytest

from adapters.documents import to_document, to_instruction, to_process
from domain.processes.kinds import INSTRUCTIONS, RECORDS
from tests.unit.adapters.documents.golden import FOLDER, Golden, every

READ: list[tuple[str, str, Callable[[str, Any], Any]]] = [
    *(("records", kind, to_process) for kind in RECORDS.values()),
    *(("instructions", kind, to_instruction) for kind in INSTRUCTIONS.values()),
]


@pytest.mark.parametrize("golden", list(every()), ids=lambda golden: golden.kind)
def test_values_are_written_as_ever(golden: Golden) -> None:
    assert golden.path.read_bytes() == golden.written()


@pytest.mark.parametrize(("folder", "kind", "read"), READ)
def test_a_document_is_read_and_written_back(
    folder: str, kind: str, read: Callable[[str, Any], Any]
) -> None:
    for line in (FOLDER / folder / f"{kind}.jsonl").read_bytes().splitlines():
        assert orjson.dumps(to_document(read(kind, orjson.loads(line)))) == line


@pytest.mark.parametrize("kind", RECORDS.values())
def test_a_record_of_an_earlier_release_lacks_what_came_later_and_is_read(kind: str) -> None:
    for line in (FOLDER / "records" / f"{kind}.jsonl").read_bytes().splitlines():
        record = to_process(kind, orjson.loads(line))
        for field in attrs.fields(type(record)):
            document = orjson.loads(line)
            if field.default is not attrs.NOTHING:
                document.pop(field.name, None)
                to_process(kind, document)


def test_each_kind_has_a_file_and_each_file_a_kind() -> None:
    assert {golden.path for golden in every()} == set(FOLDER.rglob("*.*"))
