"""The command run inside the test's own process, and small files to run it on."""

from __future__ import annotations

import io
import math
import random
import signal
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from isang.cli import main

STEPS = 240
SPIKE = 150


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


def isang(*arguments: object, stdin: bytes = b"") -> Ended:
    """`isang ARGUMENTS`, with what it wrote. A warning of a library becomes an internal error, exit code 70."""
    out, err, given = (io.TextIOWrapper(io.BytesIO(content), "utf-8") for content in (b"", b"", stdin))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "argv", ["isang", *map(str, arguments)])
        patched.setattr(sys, "warnoptions", ["error"])
        for name, stream in (("stdout", out), ("stderr", err), ("stdin", given)):
            patched.setattr(sys, name, stream)
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)
        code = ended.value.code
    for stream in (out, err):
        stream.flush()
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Ended(code if isinstance(code, int) else 0, *said)


def refused(code: int, *arguments: object, stdin: bytes = b"") -> str:
    """The one line that the command says when it refuses, without its name; nothing may be on standard output."""
    ended = isang(*arguments, stdin=stdin)
    assert (ended.code, ended.out) == (code, ""), ended
    assert ended.err.startswith("isang: ")
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err
    return ended.err.removeprefix("isang: ").rstrip("\n")


def lines(name: str = "cpu", rows: int = STEPS, start: datetime = datetime(2024, 1, 1), seed: int = 0) -> list[str]:
    """A header and hourly rows of one metric with one spike, as CSV."""
    levels = usual(seed)
    levels[SPIKE] = 190
    return [f"time,{name}", *(f"{start + timedelta(hours=i):%Y-%m-%d %H:%M:%S},{levels[i]:.3f}" for i in range(rows))]


@cache
def _usual(seed: int) -> tuple[float, ...]:
    noise = random.Random(seed)  # noqa: S311
    return tuple(50 + 10 * math.sin(i / 24 * 2 * math.pi) + noise.gauss(0, 1) for i in range(STEPS))


def usual(seed: int) -> list[float]:
    """A daily wave with noise."""
    return list(_usual(seed))


def level_at(i: int, seed: int) -> float:
    """The usual level of a row, with the spike in its row."""
    return 190 if i == SPIKE else usual(seed)[i]


def write(folder: Path, rows: list[str], name: str = "m.csv", encoding: str = "utf-8") -> Path:
    """A file with these lines."""
    file = folder / name
    file.write_bytes("".join(f"{row}\n" for row in rows).encode(encoding))
    return file


def servers(folder: Path) -> Path:
    """Three servers' cpu, memory and a label; the cpu of `web-2` has the spike."""
    rows = ["time,host,cpu,memory,is_anomaly"]
    hosts = [(host, usual(at), usual(10 + at)) for at, host in enumerate(("web-1", "web-2", "db,1"))]
    hosts[1][1][SPIKE] = 190
    for i in range(STEPS):
        time = datetime(2024, 1, 1) + timedelta(hours=i)
        for host, cpu, memory in hosts:
            cells = [f"{time:%Y-%m-%d %H:%M}", f'"{host}"', f"{cpu[i]:.2f}", f"{memory[i]:.2f}"]
            rows.append(",".join([*cells, str(int(cpu[i] == 190))]))
    return write(folder, rows, "servers.csv")
