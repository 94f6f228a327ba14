#!/bin/sh
# Applies every migration, rolls it back and applies it again, on data, and prints a table. It uses a database
# of its own, dropped afterwards, on the server of DATABASE_URL if that is set, else on a PostgreSQL from the
# wheels.
set -eu
cd "$(dirname "$0")/.."
make --silent .venv/.dev
.venv/bin/python -m scripts.check_migrations
exec .venv/bin/python -m tests.migrations
