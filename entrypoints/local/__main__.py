"""`make run`: starts everything on this machine, runs the demo, and stays until Ctrl-C."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from entrypoints.local.errors import EXIT_FAILED, LocalFailure
from entrypoints.local.handover import DATA
from entrypoints.local.stack import Programs, run
from entrypoints.local.stopping import StopRequested


def main(*, data: Path = DATA, programs: Programs | None = None) -> int:
    """Run the stack and return the exit code; a failure prints a message, not a traceback."""
    try:
        return run(data.absolute(), environment=os.environ, programs=programs)
    except StopRequested:
        return 0
    except LocalFailure as failure:
        print(f"\n{failure.headline}: {failure}", file=sys.stderr)
        return failure.exit_code
    except OSError as error:
        print(
            f"\nThe local stack cannot run: {error}\nIf the folder {data} belongs to another account,"
            " delete it with `make clean-data`.",
            file=sys.stderr,
        )
        return EXIT_FAILED


if __name__ == "__main__":
    sys.exit(main())
