"""What a command line in the same folder learns about the stack that runs there."""

from __future__ import annotations

import stat
from pathlib import Path

from entrypoints.local import folders, handover

VARIABLES = {
    "DATABASE_URL": "postgresql://127.0.0.1:1/stack",
    "STACK_ENVIRONMENT": "development",
    "STACK_HTTP_PORT": "8080",
}


def adopted(data: Path, **environ: str) -> dict[str, str]:
    handover.adopt(environ, data=data)
    return environ


def test_commands_use_the_stack_while_it_is_up_and_not_after(tmp_path: Path) -> None:
    with folders.locked(tmp_path / handover.LOCK), handover.offered(tmp_path, VARIABLES):
        assert adopted(tmp_path) == VARIABLES
        assert adopted(tmp_path, STACK_HTTP_PORT="81") == VARIABLES | {"STACK_HTTP_PORT": "81"}
    assert adopted(tmp_path) == {}
    assert [file.name for file in tmp_path.iterdir()] == [handover.LOCK]


def test_what_a_killed_stack_left_is_not_used(tmp_path: Path) -> None:
    with handover.offered(tmp_path, VARIABLES):
        assert adopted(tmp_path) == {}
        with folders.locked(tmp_path / handover.LOCK):
            pass
        assert adopted(tmp_path) == {}


def test_a_command_for_another_database_or_environment_gets_nothing(tmp_path: Path) -> None:
    with folders.locked(tmp_path / handover.LOCK), handover.offered(tmp_path, VARIABLES):
        for name, value in (
            ("DATABASE_URL", "postgresql://elsewhere/stack"),
            ("STACK_ENVIRONMENT", "production"),
        ):
            assert adopted(tmp_path, **{name: value}) == {name: value}


def test_nobody_else_can_read_what_is_handed_over(tmp_path: Path) -> None:
    with handover.offered(tmp_path, VARIABLES):
        (file,) = tmp_path.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
