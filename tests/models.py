"""Made data, a small model of it in a folder, and ways to tamper with that folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from safetensors.numpy import load, save

from isang.bundle import MANIFEST, STATE
from isang.sealed import CHECKSUMS, seal

START = datetime(2026, 1, 5, tzinfo=UTC)


def made(rows: int = 500, *, hosts: tuple[str, ...] = ("db", "web"), seed: int = 0, after: int = 0) -> pl.DataFrame:
    """Hourly rows of two columns for each host, on levels far apart; rows begin `after` so many hours."""
    parts = []
    for at, host in enumerate(hosts):
        random = np.random.default_rng(1000 * seed + at)
        hour = np.arange(after, after + rows)
        wave = 10 * np.sin(hour * 2 * np.pi / 24)
        time = pl.Series("time", [START + timedelta(hours=int(one)) for one in hour], dtype=pl.Datetime("us", "UTC"))
        cpu = 100 + 300 * at + wave + random.normal(0, 1, rows)
        memory = 5 + 2 * at + random.normal(0, 0.2, rows)
        parts.append(pl.DataFrame({"time": time, "host": [host] * rows, "cpu": cpu, "memory": memory}))
    return pl.concat(parts)


def spiked(frame: pl.DataFrame, row: int, value: float, column: str = "cpu") -> pl.DataFrame:
    """The frame with one cell changed."""
    return frame.with_columns(pl.when(pl.int_range(pl.len()) == row).then(value).otherwise(column).alias(column))


def reseal(folder: Path) -> None:
    """Checksums that fit whatever lies there: what an attacker would do."""
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name != CHECKSUMS}
    (folder / CHECKSUMS).write_bytes(seal(files))


def with_manifest(folder: Path, change: Callable[[Any], object]) -> None:
    """Change the manifest, and seal the folder anew."""
    manifest = json.loads((folder / MANIFEST).read_text())
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))
    reseal(folder)


def with_arrays(folder: Path, change: Callable[[dict[str, NDArray[Any]]], object], file: str = STATE) -> None:
    """Change the arrays of a file, and seal the folder anew."""
    arrays = dict(load((folder / file).read_bytes()))
    change(arrays)
    (folder / file).write_bytes(save(arrays))
    reseal(folder)
