"""
Whatever is sent, the API answers as it says it does: no defect, no status or body beside the document.

The cases are made from the document, good ones and bad ones.
"""

from __future__ import annotations

import os
from typing import Any, cast

import hypothesis
import orjson
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as described

from domain.accounts.roles import StepUpRequired
from entrypoints.http.openapi.document import served
from ports.identity import InvalidToken
from tests.fuzz.live_api import ADMIN_PATHS, LiveApi

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
IS_LONG = "FUZZ_EXAMPLES" in os.environ
PER_SETTLING = 20
CHECKS = [
    checks.not_a_server_error,
    described.status_code_conformance,
    described.content_type_conformance,
    described.response_headers_conformance,
    described.response_schema_conformance,
    described.negative_data_rejection,
]
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=not IS_LONG,
    suppress_health_check=list(hypothesis.HealthCheck),
)


def _without_security() -> dict[str, Any]:
    """Who calls is decided here: a made-up token would hide everything behind it."""
    found: dict[str, Any] = orjson.loads(served())
    for item in found["paths"].values():
        for operation in item.values():
            operation["security"] = []
    return found


SCHEMA = schemathesis.openapi.from_dict(_without_security())
OPERATIONS = [cast(Any, found).ok() for found in SCHEMA.get_all_operations()]


def _can_be_wrong(operation: Any) -> bool:
    """Whether something beside the path could be against the document."""
    raw = operation.definition.raw
    forms = [parameter["schema"] for parameter in raw["parameters"] if parameter["in"] != "path"]
    content = raw.get("requestBody", {}).get("content", {})
    return any([*forms, *(body["schema"] for body in content.values())])


CASES = [
    pytest.param(operation, mode, id=f"{operation.label} {mode.value}")
    for operation in OPERATIONS
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE or _can_be_wrong(operation)
]


@pytest.mark.parametrize(("operation", "mode"), CASES)
def test_an_operation_answers_as_it_is_described(
    api: LiveApi, operation: Any, mode: GenerationMode
) -> None:
    sent = 0

    @SETTINGS
    @hypothesis.given(
        case=operation.as_strategy(generation_mode=mode),
        is_known=st.booleans(),
        is_stranger=st.sampled_from([False] * 9 + [True]),
    )
    def hold(case: Any, *, is_known: bool, is_stranger: bool) -> None:
        nonlocal sent
        sent += 1
        aim(api, case, is_known=is_known)
        token = {} if is_stranger else dict(api.headers(case.path))
        response = case.call(base_url=api.url, headers=token, timeout=30)
        case.validate_response(response, checks=CHECKS)
        api.answered[response.status_code] += 1
        keep_going(api, response, case.path, sent)

    hold()
    api.sent += sent


def aim(api: LiveApi, case: Any, *, is_known: bool) -> None:
    """Half of the cases name something that exists."""
    known = next((v for path, v in api.known.items() if case.path.startswith(path)), None)
    if is_known and known and case.path_parameters:
        case.path_parameters = dict.fromkeys(case.path_parameters, known)


def keep_going(api: LiveApi, response: Any, path: str, sent: int) -> None:
    """Time passes, proofs become old, and whoever was logged out is followed by somebody else."""
    if sent % PER_SETTLING == 0:
        api.settle()
    shown = response.request.headers.get("Authorization")
    is_out = shown == api.headers(path)["Authorization"] and InvalidToken.code in response.text
    is_stale = StepUpRequired.code in response.text
    if path.startswith(ADMIN_PATHS):
        if is_out or is_stale:
            api.log_in_administrator()
    elif is_out:
        api.replace_investor()
    elif is_stale:
        api.prove_freshly()
