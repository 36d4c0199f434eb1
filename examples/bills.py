"""What changed in four months of a cloud bill, and who it was? `python examples/bills.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import isang
from isang.synthetic import bill_files, bills

tables = bill_files(bills(30, 120, faults=15))
for name, table in tables.items():
    table.write_csv(Path(name))

files = [name for name in tables if name.startswith("focus-")]
result = isang.detect(files, events="events.csv")
for incident in result.incidents:
    money = incident.impact or {}
    told = f"{money['value']:+,.0f} {money['unit']}"
    sys.stdout.write(f"{incident.rank}. {incident.band} {incident.entity} {incident.start}: {told}\n")
measured = result.run["measured"]
sys.stdout.write(f"{measured['found']} of {measured['events']} events found\n")
result.figure(result.incidents[0].entity).write_html("bills.html", include_plotlyjs="cdn")
