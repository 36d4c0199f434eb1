"""Print one table: `python -m benchmarks.speed [--runs 1] [--only TEXT]`.

Each job runs in a process of its own, reads the same CSV file, and is told with its wall time, processor time and peak
memory. `isang detect` is the whole default job: read, learn, judge, explain, write the report. This process imports
nothing large: a child's peak counts what its parent held when it was started.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

# The inputs, how each is made, and what issue 2 asks of the default job on two cores: seconds, and MB where it says so.
_INPUTS = {
    "1 000 000 rows x 1": ("one_series", 20.0, 1000.0),
    "28 000 rows x 38": ("one_machine", 20.0, None),
    "10 000 entities x 180 rows": ("many_entities", 30.0, None),
}


def main() -> None:
    options = _options()
    print(f"{'input':28} {'job':22} {'seconds':>8} {'CPU s':>8} {'peak MB':>8}  asked")
    with tempfile.TemporaryDirectory() as folder:
        for name, (maker, *asked) in _INPUTS.items():
            if options.only in name:
                path = Path(folder, f"{maker}.csv")
                subprocess.run([sys.executable, "-m", "benchmarks.speed.inputs", maker, str(path)], check=True)
                for job, command in _jobs(path).items():
                    _line(name, job, command, options.runs, asked if job == "isang detect" else [])
    if options.only in "start":
        _line("start", "isang --help", [sys.executable, "-m", "isang", "--help"], max(5, options.runs))
        _line("start", "bare interpreter", [sys.executable, "-c", "pass"], max(5, options.runs))


def _jobs(path: Path) -> dict[str, list[str]]:
    baseline = [sys.executable, "-m", "benchmarks.speed.baselines"]
    out = str(path.with_suffix(""))
    return {
        "isang detect": [sys.executable, "-m", "isang", "detect", str(path), "--out", out, "--quiet"],
        "isolation forest": [*baseline, "forest", str(path)],
        "rolling median, MAD": [*baseline, "rolling", str(path)],
    }


def _line(name: str, job: str, command: list[str], runs: int, asked: Sequence[float | None] = ()) -> None:
    done = [measured(command) for _ in range(runs)]
    failed = next((why for *_, why in done if why), "")
    seconds, busy, peak_mb = (statistics.median(each) for each in list(zip(*done, strict=True))[:3])
    told = ", ".join(f"{limit:.0f} {unit}" for limit, unit in zip(asked, ("s", "MB"), strict=False) if limit)
    print(
        f"{name:28} {job:22} {seconds:8.2f} {busy:8.2f} {peak_mb:8.0f}  {told}{failed and f' FAILED: {failed}'}",
        flush=True,
    )


def measured(command: list[str]) -> tuple[float, float, float, str]:
    """Wall seconds, processor seconds (all cores), peak MB, and the last line of standard error if it failed."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        # wait4 tells this one child's peak; getrusage(RUSAGE_CHILDREN) only the largest of all.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        lines = errors.read().strip().splitlines()
    why = f"exit {child.returncode}: {lines[-1] if lines else ''}" if child.returncode else ""
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, why


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description="Time and memory of the default job."
    )
    parser.add_argument("--runs", type=int, default=1, help="the median of so many")
    parser.add_argument("--only", default="", help="inputs whose name holds this; 'start' is the command's own start")
    return parser.parse_args()


if __name__ == "__main__":
    main()
