"""What went wrong in four weeks of thirteen servers? `python examples/counters.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import isang
from isang.synthetic import counter_files, counters

tables = counter_files(counters(days=28))
for name, table in tables.items():
    table.write_csv(Path(name))

files = [name for name in tables if name.startswith("Media_")]
result = isang.detect(files, pack="counters", events="events.csv")
for incident in result.incidents:
    servers = ", ".join([incident.entity, *incident.also])
    sys.stdout.write(f"{incident.rank}. {incident.band} {servers} {incident.start}: {incident.title}\n")
measured = result.run["measured"]
sys.stdout.write(f"{measured['found']} of {measured['events']} events found\n")
result.figure(result.incidents[0].entity).write_html("counters.html", include_plotlyjs="cdn")
