"""``python -m tests.simulation``: random lives of the application."""

from __future__ import annotations

import sys

from tests.simulation.run import main

sys.exit(main())
