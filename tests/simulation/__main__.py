"""``python -m tests.simulation``: random lives of the application."""

import sys

from tests.simulation.run import main

sys.exit(main())
