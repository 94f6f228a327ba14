"""What every source of identity must do."""

from __future__ import annotations

import re
import uuid

from ports.ids import Ids

MANY = 200


class IdsContract:
    """Subclasses provide the fixture ``ids``."""

    def test_an_identity_is_new_each_time(self, ids: Ids) -> None:
        assert len({ids.new() for _ in range(MANY)}) == MANY

    def test_an_identity_is_a_uuid_of_version_7(self, ids: Ids) -> None:
        value = ids.new()
        parsed = uuid.UUID(value)
        assert (str(parsed), parsed.version, parsed.variant) == (value, 7, uuid.RFC_4122)

    def test_a_secret_is_new_each_time_and_long_enough(self, ids: Ids) -> None:
        secrets = {ids.secret() for _ in range(MANY)}
        assert len(secrets) == MANY
        assert all(re.fullmatch(r"[\w-]{43,}", secret) for secret in secrets)

    def test_a_chance_lies_between_nought_and_one(self, ids: Ids) -> None:
        assert all(0 <= ids.fraction() <= 1 for _ in range(MANY))
