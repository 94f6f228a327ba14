from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from domain.timestamps import rfc3339


def test_a_time_is_written_in_utc_to_the_millisecond() -> None:
    at = datetime(2026, 1, 5, 14, 30, 0, 999_999, tzinfo=UTC)
    assert rfc3339(at) == "2026-01-05T14:30:00.999Z"
    assert rfc3339(at.astimezone(timezone(timedelta(hours=5, minutes=30)))) == rfc3339(at)
