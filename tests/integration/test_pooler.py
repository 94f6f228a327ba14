"""A connection pooler between us and PostgreSQL is refused with a sentence. Debian's PgBouncer plays it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.postgres.pool import open_pool
from adapters.postgres.settings import PostgresSettings
from entrypoints.local import folders
from entrypoints.local.ports import LOOPBACK, free_port
from ports.errors import StoreUnsuitable
from tests.support.waiting import wait_until

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
IGNORED = "jit, statement_timeout, lock_timeout, idle_in_transaction_session_timeout"
CONFIGURATION = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
auth_type = any
pool_mode = {mode}
default_pool_size = 2
ignore_startup_parameters = extra_float_digits{ignored}
"""

pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed")


@pytest.fixture(params=["session", "transaction"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["", f", {IGNORED}"], ids=["strict", "lenient"])
def pooled_url(request: pytest.FixtureRequest, mode: str, database_url: str) -> Iterator[str]:
    """The address of the database through a pooler."""
    server, listen, account = urllib.parse.urlsplit(database_url), free_port(), None
    with tempfile.TemporaryDirectory() as name:
        folder, file = Path(name), Path(name) / "pgbouncer.ini"
        file.write_text(
            CONFIGURATION.format(
                host=server.hostname,
                port=server.port,
                user=server.username,
                password=server.password,
                listen=listen,
                mode=mode,
                ignored=request.param,
            )
        )
        folder.chmod(0o755)
        account = folders.server_account()
        with (folder / "log").open("wb") as log:
            pooler = subprocess.Popen(
                [PGBOUNCER or "", str(file)],
                stdout=log,
                stderr=log,
                user=account.uid if account else None,
            )
        try:
            wait_until(lambda: b"process up" in (folder / "log").read_bytes(), "PgBouncer")
            yield server._replace(netloc=f"{server.username}:any@{LOOPBACK}:{listen}").geturl()
        finally:
            pooler.terminate()
            pooler.wait()


@pytest.mark.situation(
    "PgBouncer is between us and PostgreSQL",
    must="the product does not start, and says why: it would lose its time limits",
)
async def test_a_pooler_is_refused_with_a_sentence(
    pooled_url: str, was: Callable[[str], None]
) -> None:
    with pytest.raises(StoreUnsuitable) as refused:
        async with open_pool(PostgresSettings(dsn=pooled_url), application="test"):
            """Never reached."""
    was(refused.value.detail)


@pytest.mark.soak
@pytest.mark.situation("a process starts behind a connection pooler", must="it says so, and ends")
@pytest.mark.parametrize(("mode", "pooled_url"), [("transaction", "")], indirect=True)
def test_the_process_says_so(pooled_url: str, redis_url: str) -> None:
    environ = {
        "STACK_ENVIRONMENT": "development",
        "STACK_HTTP_PORT": "0",
        "STACK_SANDBOX_URL": "http://127.0.0.1:1",
        "STACK__TOKENS__SECRET": "a secret that only this test has, long enough",
        "STACK__VAULT__KEYS__TEST": "a key that only this test has, long enough",
        "STACK__CIRCLE__ENTITY_SECRET": "0f" * 32,
        "DATABASE_URL": pooled_url,
        "REDIS_URL": redis_url,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "entrypoints.http"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("postgres.dsn: A pooler, such as PgBouncer")
