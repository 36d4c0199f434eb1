"""Do alarms before the sheet breaks of a paper machine pay? `python examples/process.py`."""

from __future__ import annotations

import sys

import isang
from isang.synthetic import paper_machine

found = isang.evaluate(
    paper_machine().frame,
    pack="process",
    label="y",
    lead="20min",
    recovery="30min",
    folds=5,
    detector="robust_zscore",
    cost="miss=100,alarm=5,hit=5,unit=USD",
)
for row in found.rows:
    costs = f"{row['cost']:.0f} USD, doing nothing {row['cost_nothing']:.0f}"
    sys.stdout.write(f"{row['reported_on']}, {row['threshold_from']}: {costs}\n")
sys.stdout.write(f"{found.conclusion}\n")
found.figure("cost").write_html("cost.html", include_plotlyjs="cdn")
