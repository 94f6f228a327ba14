#!/bin/sh
# Every migration up, down and up again on data, on a database of its own that is dropped afterwards: on the
# server of DATABASE_URL if that is set, else on a PostgreSQL from the wheels. Prints a table.
set -eu
cd "$(dirname "$0")/.."
make --silent .venv/.dev
.venv/bin/python -m scripts.check_migrations
exec .venv/bin/python -m tests.migrations
