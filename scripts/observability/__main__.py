"""``python -m scripts.observability``: up until Ctrl-C; with ``OBSERVE=pictures`` until they are taken."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys

from entrypoints.local.errors import LocalFailure
from scripts.observability.observe import observe


def main() -> int:
    takes_pictures = os.environ.get("OBSERVE") == "pictures"
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(observe(takes_pictures=takes_pictures, tell=_tell))
    except LocalFailure as failure:
        sys.stderr.write(f"{failure}\n")
        return failure.exit_code
    return 0


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
