"""`auto` beside the nets of others, on the same rows: `python -m benchmarks.speed.detectors [--peer PYTHON]`.

One column of 20,000 rows and 38 columns of 28,000, made; each learns from the first half and scores all rows, in a
process of its own with one thread, in turn. `--peer` is an interpreter that has TSB-AD and PyOD (`pip install
TSB-AD==1.5 pyod torch`); without it they are told as skipped, and so is each that fails there. `--rows` cuts the
input. Prints fit and scores, without imports, and by how much each takes longer than `auto`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.speed.inputs import one_machine, short_series
from isang.words.frame import Floats

_JUDGE = Path(__file__).with_name("_judge.py")
_NETS = ("TSB-AD CNN", "TSB-AD LSTMAD", "PyOD AutoEncoder")
_INPUTS = {
    "one column": (short_series, ("isang auto", "TSB-AD Sub_PCA", "TSB-AD KMeansAD_U", *_NETS)),
    "38 columns": (one_machine, ("isang auto", "TSB-AD PCA", "TSB-AD KMeansAD", *_NETS)),
}


def main() -> None:
    options = _options()
    print(f"{'input':20} {'detector':20} {'seconds':>8} {'CPU s':>8} {'peak MB':>8} {'x auto':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for name, (make, judges) in _INPUTS.items():
            made = make()
            values = made.frame.select(made.frame.columns[-38:] if "38" in name else "value").to_numpy()
            rows = _standardised(values.astype(np.float64)[: options.rows])
            file = Path(folder, "rows.npy")
            np.save(file, rows)
            told = f"{len(rows):,} x {rows.shape[1]}"
            auto = 0.0
            for judge in judges:
                python = sys.executable if judge == "isang auto" else options.peer
                auto = _line(told, judge, python, file, len(rows) // 2, auto) or auto


def _line(told: str, judge: str, python: str | None, file: Path, learnt: int, auto: float) -> float:
    """Print one; the processor seconds of `auto`, 0 for others."""
    spent, why = _measured(judge, python, file, learnt)
    if not spent:
        print(f"{told:20} {judge:20} skipped: {why}", flush=True)
        return 0.0
    seconds, busy, peak = spent
    times = f"{busy / auto:7.1f}" if auto else ""
    print(f"{told:20} {judge:20} {seconds:8.2f} {busy:8.2f} {peak:8.0f} {times}", flush=True)
    return 0.0 if auto else busy


def _measured(judge: str, python: str | None, file: Path, learnt: int) -> tuple[list[float], str]:
    """Seconds, processor seconds and MB; or nothing, and why."""
    if python is None:
        return [], "name an interpreter that has it with --peer"
    one_thread = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    command = [python, str(_JUDGE), judge, str(file), str(learnt)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **one_thread}, check=False)
    if done.returncode:
        return [], (done.stderr.strip().splitlines() or ["it failed"])[-1]
    return [float(one) for one in done.stdout.strip().splitlines()[-1].split()], ""


def _standardised(rows: Floats) -> Floats:
    learnt = rows[: len(rows) // 2]
    spread = learnt.std(axis=0)
    return np.asarray((rows - learnt.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.detectors", description=__doc__)
    parser.add_argument("--peer", help="an interpreter that has TSB-AD and PyOD installed")
    parser.add_argument("--rows", type=int, help="the first so many")
    return parser.parse_args()


if __name__ == "__main__":
    main()
