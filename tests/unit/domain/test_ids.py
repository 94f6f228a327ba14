"""References and the ids in them: what we write is read back, and nothing else is taken for ours."""

from __future__ import annotations

import ast
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.system.ids import SystemIds
from domain.ids import ProcessId, born_at, parse_reference, process_of, reference, step_of
from domain.processes.instructions import LookUp, LookupKind
from tests.support import builders as a

ROOT = Path(__file__).parents[3]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UUID7 = "0192abcd-0000-7000-8000-000000000011"
REF = reference(ProcessId(UUID7), "payment")
LAST_MS = (datetime(9999, 12, 31, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)

uuids7 = st.builds(
    lambda milliseconds, chance: ProcessId(
        str(uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | chance))
    ),
    st.integers(0, LAST_MS),
    st.integers(0, 2**62 - 1),
)
steps = st.from_regex(r"[a-z]{1,12}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)


def _steps_in_the_code() -> Iterator[str]:
    """The step of every call of ``reference``; a number takes the place of what is filled in."""
    for path in sorted((ROOT / "domain").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            match node:
                case ast.Call(
                    func=ast.Name(id="reference"), args=[_, ast.Constant(value=step), *_]
                ):
                    yield str(step)
                case ast.Call(func=ast.Name(id="reference"), args=[_, ast.JoinedStr() as step, *_]):
                    yield "".join(
                        str(part.value) if isinstance(part, ast.Constant) else "7"
                        for part in step.values
                    )


@given(uuids7, steps, st.integers(1, 10**9 - 1))
def test_what_we_write_is_read_back(process_id: ProcessId, step: str, attempt: int) -> None:
    ref = reference(process_id, step, attempt)
    assert parse_reference(str(ref)) == ref
    assert (process_of(ref), step_of(ref)) == (process_id, step)


def test_every_step_of_ours_is_read_back() -> None:
    named = set(_steps_in_the_code())
    assert {"payment", "offramp", "letter-7", "inquire-7", "refund"} <= named
    for step in named:
        assert parse_reference(reference(SystemIds().new(), step)) is not None, step


def test_an_inquiry_has_a_reference_like_any_other() -> None:
    lookup = LookUp.into(LookupKind.PAYMENT, REF)
    assert lookup.reference == f"{UUID7}:inquire-payment-1:1"
    assert parse_reference(lookup.reference) == lookup.reference
    assert parse_reference(lookup.renewed().reference) == lookup.renewed().reference


@pytest.mark.parametrize(
    "text",
    [
        *(None, 7, b"payment", "", "hello", "dep-42", "a:b", "a:b:c", "lunch:friday:1"),
        *(f"{UUID7}", f"{UUID7}:payment", f"{UUID7}::1", f"{UUID7}:payment:", f"{REF}:1"),
        *(f"{UUID7}:pay_ment:1", f"{UUID7}:Payment:1", f"{UUID7}:pay ment:1", f"{UUID7}:-a:1"),
        *(f"{UUID7}:payment:0", f"{UUID7}:payment:01", f"{UUID7}:payment:-1"),
        *(f"{UUID7}:payment:٣", f"{UUID7}:payment:{10**9}"),
        *(f"{REF}x", f"{REF}\n", f" {REF}", REF[1:], REF.upper(), REF.replace("-", "")),
        f"{uuid.UUID(int=0)}:payment:1",
        "00000000-0000-4000-8000-000000000001:payment:1",
        f"{{{UUID7}}}:payment:1",
    ],
)
def test_what_others_write_is_no_reference(text: object) -> None:
    assert parse_reference(text) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_failure(text: str) -> None:
    assert parse_reference(text) in {None, text}


@given(st.integers(0, LAST_MS), st.integers(0, 2**62 - 1))
def test_an_id_tells_when_it_was_made(milliseconds: int, chance: int) -> None:
    made = uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | chance)
    assert born_at(ProcessId(str(made))) == EPOCH + timedelta(milliseconds=milliseconds)


def test_a_new_id_was_made_now() -> None:
    first, second = SystemIds().new(), SystemIds().new()
    made = [born_at(first), born_at(second)]
    assert None not in made
    assert made == sorted(made, key=str)
    assert born_at(a.process_id(7)) == EPOCH


@pytest.mark.parametrize(
    "process_id",
    [
        *("", "firm", "no-process", UUID7.upper(), UUID7.replace("-", ""), f"{UUID7}0"),
        *(str(uuid.UUID(int=0)), "00000000-0000-4000-8000-000000000001"),
        "ffffffff-ffff-7fff-bfff-ffffffffffff",
    ],
)
def test_other_ids_tell_no_time(process_id: str) -> None:
    assert born_at(ProcessId(process_id)) is None
