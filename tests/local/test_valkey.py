from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest
import redis

from entrypoints.local.ports import LOOPBACK
from entrypoints.local.valkey import ValkeyServer, local_valkey


def test_keys_survive_a_stop_and_the_server_asks_for_a_password(data: Path) -> None:
    with ValkeyServer(data / "valkey") as server, redis.Redis.from_url(server.url) as client:
        client.set("answer", "42")
    with ValkeyServer(data / "valkey") as server, redis.Redis.from_url(server.url) as client:
        assert client.get("answer") == b"42"
        open_url = f"redis://{server.url.partition('@')[2]}"
        with redis.Redis.from_url(open_url) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.get("answer")


def test_a_killed_server_starts_again(data: Path) -> None:
    with ValkeyServer(data / "valkey") as server:
        os.kill(server.pid, signal.SIGKILL)
    with ValkeyServer(data / "valkey") as server, redis.Redis.from_url(server.url) as client:
        assert client.ping()


def test_the_environment_names_another_server(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        given = f"redis://{LOOPBACK}:{server.getsockname()[1]}/0"
        monkeypatch.setenv("REDIS_URL", given)
        with local_valkey(data / "valkey") as url:
            assert url == given
    assert not (data / "valkey").exists()
