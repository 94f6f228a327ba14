#!/bin/sh
# Rehearses the upgrade from the previous release, with traffic and open processes, and the roll-back, on
# temporary servers. REHEARSE_FROM=<commit> names the release; the default is in migrations/released.txt.
set -eu
cd "$(dirname "$0")/.."
make --silent .venv/.dev
exec .venv/bin/python -m tests.rehearsal
