"""Lines as Spring Boot writes them: time, level, process, thread, logger and message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

import numpy as np
import polars as pl

from isang.synthetic._log_lines import Lines
from isang.synthetic._log_load import SECOND
from isang.synthetic._log_template import Template, texts
from isang.words.frame import Integers

_THREAD = 15  # a thread's name has so many characters, its last ones


def write(
    file: IO[bytes], lines: Lines, templates: Sequence[Template], threads: Sequence[str], started: Integers
) -> None:
    """Write lines that are in the order of time; `started` says when processes began, each has a number of its own."""
    levels = pl.Series([template.level.rjust(5) for template in templates])
    columns = [_stamps(lines.time), levels.gather(lines.template), _places(lines, threads, started)]
    pl.DataFrame([*columns, texts(lines, templates)], [*"tlpm"]).write_csv(
        file, include_header=False, separator=" ", quote_style="never"
    )


def _stamps(time: Integers) -> pl.Series:
    """(n,) `2025-11-03 00:00:00.000`; each second is written out once."""
    second, ms = np.divmod(time, SECOND)
    known, which = np.unique(second, return_inverse=True)
    written = pl.Series(known * 1_000_000).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M:%S")
    return _joined(written.gather(which), _MS.gather(ms))


def _places(lines: Lines, threads: Sequence[str], started: Integers) -> pl.Series:
    """(n,) process and thread: `4711 --- [nio-8080-exec-1]`."""
    run = np.searchsorted(started, lines.time, side="right")
    names = [name[-_THREAD:].rjust(_THREAD) for name in threads]
    places = [f"{_pid(at)} --- [{name}]" for at in range(len(started) + 1) for name in names]
    return pl.Series(places).gather(run * len(threads) + lines.thread)


def _pid(run: int) -> int:
    return 1000 + run * 7919 % 31_000


def _joined(*parts: pl.Series) -> pl.Series:
    return pl.select(pl.concat_str([pl.lit(part) for part in parts])).to_series()


_MS = pl.Series([f".{ms:03}" for ms in range(SECOND)])
