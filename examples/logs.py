"""What went wrong in two days of two services, by their logs? `python examples/logs.py`."""

from __future__ import annotations

import sys

import isang
from isang.synthetic import log_files

events = log_files("logs", 60_000, days=2, services=2, incidents=8, random_state=3)
events.write_csv("events.csv")

result = isang.detect("logs", events="events.csv")
for incident in result.incidents:
    worst = result.frame.row(incident.peak_row - 1, named=True)
    sys.stdout.write(f"{incident.rank}. {incident.band} {incident.entity} {incident.start}: {incident.title}\n")
    sys.stdout.write(f"   {worst['file']}, line {worst['line']}\n")
measured = result.run["measured"]
sys.stdout.write(f"{measured['found']} of {measured['events']} events found\n")
