#!/bin/sh
# The upgrade from the release before, with traffic and open processes, and the way back, on throw-away
# servers. REHEARSE_FROM=<commit> names the release; else it is that of migrations/released.txt.
set -eu
cd "$(dirname "$0")/.."
make --silent .venv/.dev
exec .venv/bin/python -m tests.rehearsal
