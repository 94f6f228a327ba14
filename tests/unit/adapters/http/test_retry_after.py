"""What a provider asks us to wait is read in every form, and clamped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.http.message import Response
from adapters.http.retry_after import WAIT_MAX_S

DATE = "Sun, 06 Nov 1994 08:49:37 GMT"

READ = {
    "0": 0.0,
    "7": 7.0,
    " 7 ": 7.0,
    "1.5": 1.5,
    "+2": 2.0,
    "-5": 0.0,
    "3600": WAIT_MAX_S,
    "31536000": WAIT_MAX_S,
    "99999999999999": WAIT_MAX_S,
    "9" * 400: WAIT_MAX_S,
    "Sun, 06 Nov 1994 08:49:42 GMT": 5.0,
    "Sunday, 06-Nov-94 08:49:42 GMT": 5.0,
    "Sun Nov  6 08:49:42 1994": 5.0,
    "Sun, 06 Nov 1994 08:49:30 GMT": 0.0,
    "Mon, 06 Nov 1995 08:49:37 GMT": WAIT_MAX_S,
    "Sun, 06 Nov 9999 08:49:37 GMT": WAIT_MAX_S,
    "": None,
    "soon": None,
    "1e9": None,
    "nan": None,
    "inf": None,
    "٣": None,
    "Sun, 99 Nov 1994 08:49:42 GMT": None,
}


@pytest.mark.situation(
    "a provider asks to wait a fraction, a date, a negative time, a year, 14 or 400 digits",
    must="a time from nothing to an hour, or as without the header",
)
def test_every_form_is_read_and_clamped(was: Callable[[str], None]) -> None:
    found = {}
    for text in READ:
        response = Response(status=429, headers={"Retry-After": text, "Date": DATE}, body=b"")
        found[text] = response.retry_after_s
    was(f"{len(found)} forms, at most {max(filter(None, found.values())):g} s")
    assert found == READ


def test_a_date_without_the_providers_own_is_not_understood() -> None:
    headers = {"Retry-After": "Sun, 06 Nov 1994 08:49:42 GMT"}
    assert Response(status=429, headers=headers, body=b"").retry_after_s is None
