"""
Stand-ins for the stack's own processes: ``python -m tests.local.standin NAME [options]``.

``stack`` runs the real supervisor on the folder given, with the others in place of the product.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from entrypoints.local.__main__ import main
from entrypoints.local.ports import LOOPBACK
from entrypoints.local.stack import Programs


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


def _program(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", __spec__.name, name)


def _stack(data: str) -> int:
    programs = Programs(
        **{name: _program(name) for name in ("migrate", "sandbox", "http", "worker", "demo")}
    )
    return main(data=Path(data), programs=programs)


def _serve(variable: str, *_: str) -> int:
    if os.environ.get("STANDIN_BROKEN") == variable:
        sys.exit("the configuration is wrong")
    HTTPServer((LOOPBACK, int(os.environ[variable])), Healthy).serve_forever()
    return 0


def _wait(*_: str) -> int:
    time.sleep(3600)
    return 0


def _migrate() -> int:
    return 0 if os.environ["DATABASE_URL"].startswith("postgresql://") else 1


def _demo() -> int:
    print("demo walked", flush=True)  # noqa: T201 - the demo writes to the terminal
    return int(os.environ.get("STANDIN_DEMO_CODE", "0"))


if __name__ == "__main__":
    roles: dict[str, Callable[..., int]] = {
        "stack": _stack,
        "migrate": _migrate,
        "sandbox": functools.partial(_serve, "STACK_SANDBOX_PORT"),
        "http": functools.partial(_serve, "STACK_HTTP_PORT"),
        "worker": _wait,
        "demo": _demo,
    }
    sys.exit(roles[sys.argv[1]](*sys.argv[2:]))
