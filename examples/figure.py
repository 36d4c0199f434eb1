"""From Python: judge a file, look at one entity, keep its figure. `python examples/figure.py servers.csv`."""

from __future__ import annotations

import sys

import isang

result = isang.detect(sys.argv[1])
for incident in result.incidents:
    sys.stdout.write(f"{incident.rank}. {incident.band} {incident.entity} {incident.start}: {incident.title}\n")
if result.incidents:
    result.figure(result.incidents[0].entity).write_html("figure.html", include_plotlyjs="cdn")
