"""How long `isang evaluate` takes over a folder: `python -m benchmarks.speed.evaluate_folder [--runs 1]`.

The files of NAB in `$ISANG_DATA`, each by itself, with its windows as events and three detectors; the whole command,
from its start to the written report. What else the machine had to do is told as its load before.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.speed.__main__ import measured

_DETECTORS = "auto,robust_zscore,pca_autoencoder"


def main() -> None:
    options = _options()
    folder = Path(os.environ.get("ISANG_DATA", ""), "metrics", "nab")
    if not folder.is_dir():
        sys.exit("benchmarks: set ISANG_DATA to the folder that holds metrics/ and tabular/.")
    print(f"isang evaluate of {folder.name} with {_DETECTORS}, {os.cpu_count()} cores")
    print(f"{'files':>6} {'failed':>7} {'seconds':>9} {'busy s':>8} {'load before':>12}")
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as parent:
            out, load = Path(parent, "out"), os.getloadavg()[0]
            command = [sys.executable, "-m", "isang", "evaluate", str(folder), "--out", str(out), "--quiet"]
            asked = ["--events", str(folder / "combined_windows.json"), "--detector", _DETECTORS]
            seconds, busy, _, why = measured([*command, *asked])
            if why:
                sys.exit(f"benchmarks: isang evaluate failed ({why})")
            told = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
        files = len({row["file"] for row in told["rows"]})
        print(f"{files:6} {len(told['failed']):7} {seconds:9.2f} {busy:8.2f} {load:12.1f}", flush=True)


def _options() -> argparse.Namespace:
    name = "python -m benchmarks.speed.evaluate_folder"
    parser = argparse.ArgumentParser(prog=name, description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
