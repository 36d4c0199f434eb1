"""How fast the nets are beside Keras 3 and eager PyTorch: `python -m benchmarks.speed.nets [--keras PYTHON]`.

Three jobs, each with its rivals in turn, round by round, so that a busy machine slows all of them; medians are told.
`--keras` names the interpreter of an environment with `pip install keras==3.15.1 tensorflow-cpu==2.21.0`; without it
the rows of Keras are left out. Where there is a CUDA device the same is done there.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.speed.eager import EagerNet, scores
from benchmarks.speed.farm import WINDOW_ROWS, farm
from isang.detectors.lstm_autoencoder import LstmAutoencoder
from isang.nets.base import Net
from isang.nets.dense import DenseNet
from isang.nets.device import pick, seeded, threads
from isang.nets.lstm import LstmNet
from isang.nets.training import Training
from isang.nets.windows import Windows
from isang.windows import window_ends
from isang.words.frame import Flags, Floats

_DEVICES = ("cpu", *(("cuda",) if torch.cuda.is_available() else ()))
_KERAS = Path(__file__).with_name("keras_nets.py")


def main() -> None:
    options = _options()
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, devices: {', '.join(_DEVICES)}", flush=True)
    for job in (_epoch, _score, _dense):
        if options.only in job.__name__:
            job(options.keras, options.rounds)


def _epoch(keras: str | None, rounds: int) -> None:
    """An epoch of S2's net, its validation included; and that faster is not worse."""
    rows, truth = farm()
    epochs = rounds + 1  # the first is a warm-up
    found: dict[str, tuple[list[float], float]] = {}
    for device in _DEVICES:
        net, seconds = _trained(LstmNet(50, [128, 64], 64, 0.0), rows, WINDOW_ROWS, 0.2, epochs, device)
        found[f"isang {device}"] = seconds[1:], _event_f1(rows, _written(net, rows, device), truth)
    if keras:
        told, last = _by_keras(keras, "epoch", rows, epochs)
        found["keras 3"] = told["seconds"][1:], _event_f1(rows, last, truth)
    print(
        f"\none epoch of 168 187 windows of 5 x 50, 128-64-64-128, and validation on 42 047; after {epochs}: event F1"
    )
    for name, (seconds, f1) in found.items():
        _line(name, seconds, found.get("keras 3", ([],))[0], f"event F1 {f1:.3f}")


def _score(keras: str | None, rounds: int) -> None:
    """Scores of 20 000 rows by S1's net: windows of 50, hidden 64, latent 32, two layers."""
    rows = np.sin(np.arange(20_049) / 20)[:, None] + np.random.default_rng(0).normal(0, 0.1, (20_049, 1))
    tensor, eager = torch.from_numpy(rows.astype(np.float32)), EagerNet()
    jobs: dict[str, Callable[[], object]] = {
        "eager PyTorch": lambda: scores(eager, tensor),
        "eager PyTorch, one thread": lambda: _on_one_thread(eager, tensor),
    }
    for device in _DEVICES:
        for hindsight in (False, True):
            training = Training(epochs=1, device=device)
            fitted = LstmAutoencoder(50, [64, 64], 32, hindsight=hindsight, training=training).fit(rows[:500])
            jobs[f"isang {device}{', hindsight' * hindsight}"] = partial(fitted.anomaly_score, rows)
    seconds = _in_turn(jobs, rounds)
    print("\nscores of 20 000 windows of 50 rows, hidden 64, latent 32, 2 layers; times the faster of the two rivals")
    rival = min((seconds[name] for name in list(jobs)[:2]), key=statistics.median)
    for name, taken in seconds.items():
        _line(name, taken, rival, f"{20_000 / statistics.median(taken):,.0f} windows a second")


def _dense(keras: str | None, rounds: int) -> None:
    """200 epochs of S4's net on 10 274 rows, 4 000 to validate; a batch twice as large takes a higher rate."""
    rows = _sensors()
    found: dict[str, tuple[list[float], float]] = {}
    for device in _DEVICES:
        fresh = DenseNet(59, 1, [32, 24, 16], 8, 0.0)
        net, seconds = _trained(fresh, rows, 1, 4000 / len(rows), 200, device, rate=3e-3)
        found[f"isang {device}"] = [sum(seconds)], _error(net, rows[-4000:], device)
    if keras:
        told, _ = _by_keras(keras, "dense", rows, 200)
        found["keras 3"] = [sum(told["seconds"])], min(told["validation_loss"])
    print("\ndense 59-32-24-16-8-16-24-32-59, 200 epochs of 10 274 rows, validation on 4 000")
    for name, (taken, loss) in found.items():
        _line(name, taken, found.get("keras 3", ([],))[0], f"best validation loss {loss:.4f}")


def _trained(
    net: Net, rows: Floats, window_rows: int, validation: float, epochs: int, device: str, rate: float = 1e-3
) -> tuple[Net, list[float]]:
    """The net after so many epochs by the product's loop, and the seconds of each."""
    windows = Windows(rows, np.ones_like(rows, dtype=bool), window_rows, pick(device))
    training = Training(epochs=epochs, validation=validation, patience=epochs, plateau=16, learning_rate=rate)
    with seeded(0), _timed() as seconds:
        training.run(net.to(pick(device)), windows, window_ends(rows, window_rows))
    return net, seconds


class _Clock(logging.Handler):
    """The seconds between one epoch's log record and the next."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._last = time.perf_counter()

    def emit(self, record: logging.LogRecord) -> None:
        now = time.perf_counter()
        self.seconds.append(now - self._last)
        self._last = now


@contextmanager
def _timed() -> Iterator[list[float]]:
    log, clock = logging.getLogger("isang"), _Clock()
    log.addHandler(clock)
    log.setLevel(logging.INFO)
    try:
        yield clock.seconds
    finally:
        log.removeHandler(clock)


def _written(net: Net, rows: Floats, device: str) -> Floats:
    """(n - 4, 50) what the net makes of the last row of each window."""
    windows = Windows(rows, np.ones_like(rows, dtype=bool), WINDOW_ROWS, pick(device))
    with torch.inference_mode():
        parts = [
            net.decode(net.encode(windows.at(ends)[0]), 1)[:, 0].cpu().numpy()
            for ends in windows.chunks(window_ends(rows, WINDOW_ROWS))
        ]
    return np.concatenate(parts).astype(np.float64)


def _event_f1(rows: Floats, written: Floats, truth: Flags) -> float:
    """F1 of rows (each event is one row) on the second year, at the threshold that was best on the first."""
    error = np.square(written - rows[WINDOW_ROWS - 1 :]).mean(axis=1)
    label, half = truth[WINDOW_ROWS - 1 :], len(error) // 2
    order = np.argsort(-error[:half])
    hits, flagged = np.cumsum(label[:half][order]), np.arange(1, half + 1)
    below = np.append(error[:half][order][1:], -np.inf)  # what exceeds the next score: it is flagged itself
    threshold = below[np.argmax(2 * hits / (flagged + label[:half].sum()))]
    flag = error[half:] > threshold
    return float(2 * (flag & label[half:]).sum() / max(flag.sum() + label[half:].sum(), 1))


def _error(net: Net, rows: Floats, device: str) -> float:
    x = torch.from_numpy(rows.astype(np.float32)).to(device)[:, None]
    with torch.inference_mode():
        return float(net.loss(x, None))


def _sensors() -> Floats:
    """18 274 rows of 59 sensors that hang together, without the 4 000 of a test part."""
    random = np.random.default_rng(0)
    latent = np.cumsum(random.normal(size=(18_274, 12)), axis=0)
    latent = (latent - latent.mean(axis=0)) / latent.std(axis=0)
    rows = latent @ random.normal(size=(12, 59)) + 0.5 * random.normal(size=(18_274, 59))
    rows = ((rows - rows.mean(axis=0)) / rows.std(axis=0))[random.permutation(len(rows))]
    return np.asarray(rows[4000:])


def _by_keras(python: str, job: str, rows: Floats, epochs: int) -> tuple[dict[str, Any], Floats]:
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder, "rows.npy"), Path(folder, "out.npz")
        np.save(data, rows.astype(np.float32))
        command = [python, str(_KERAS), job, str(data), str(out), str(epochs)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"keras failed: {done.stderr.strip().splitlines()[-1]}")
        last = np.load(out)["last"].astype(np.float64) if out.exists() else np.empty(0)
        return json.loads(done.stdout.strip().splitlines()[-1]), last


def _on_one_thread(net: EagerNet, rows: Tensor) -> Tensor:
    with threads(0.0):
        return scores(net, rows)


def _in_turn(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each job, all of them in turn, after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(rounds + 1):
        for name, job in jobs.items():
            began = time.perf_counter()
            job()
            if number:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def _line(name: str, seconds: list[float], rival: list[float], told: str) -> None:
    median = statistics.median(seconds)
    times = f"{statistics.median(rival) / median:5.2f} x" if rival else "       "
    print(f"  {name:24} {median:8.2f} s  {times}  {told}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.nets", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--keras", help="interpreter of an environment with Keras 3")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many")
    parser.add_argument("--only", default="", help="epoch, score or dense")
    return parser.parse_args()


if __name__ == "__main__":
    main()
