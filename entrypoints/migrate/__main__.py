"""``python -m entrypoints.migrate``: bring the database of ``DATABASE_URL`` to head."""

from __future__ import annotations

import asyncio
import os
import sys

from adapters.postgres.migrator import CannotMigrate, migrate


def main() -> int:
    dsn = os.environ.get("DATABASE_URL")
    if not dsn:
        print("DATABASE_URL is not set", file=sys.stderr)
        return 2
    try:
        applied = asyncio.run(migrate(dsn))
    except CannotMigrate as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(f"applied {name}" for name in applied) or "the schema is at head")
    return 0


if __name__ == "__main__":
    sys.exit(main())
