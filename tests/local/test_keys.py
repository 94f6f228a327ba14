"""A local stack's own secrets: made once, kept, and added to when a new version needs another."""

from __future__ import annotations

import json
from pathlib import Path

from entrypoints.local.keys import NAMES, OWNER_ONLY, local_keys


def test_keys_are_made_once_and_are_long_enough(tmp_path: Path) -> None:
    made = local_keys(tmp_path)
    assert set(made) == set(NAMES)
    assert len(set(made.values())) == len(NAMES)
    assert all(len(key) >= 32 for key in made.values())
    assert local_keys(tmp_path) == made


def test_a_folder_of_an_older_version_gets_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({NAMES[0]: "as it was"}))
    keys = local_keys(tmp_path)
    assert keys[NAMES[0]] == "as it was"
    assert local_keys(tmp_path) == keys
    assert set(keys) == set(NAMES)


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    local_keys(tmp_path)
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == OWNER_ONLY
