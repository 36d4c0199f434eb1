"""Print the table of checks and members: `PYTHONPATH=tests python -m contracts`."""

from __future__ import annotations

import sys

from contracts.table import table

sys.stdout.write(table() + "\n")
