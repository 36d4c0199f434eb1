"""Whole sessions of logs in the job: those unlike all that a model learnt from, or that came at other times."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import isang
from isang.errors import ModelError
from isang.log_ended import Ended, ended
from isang.log_means import Means
from isang.log_parts import clock_of, parts_of
from isang.log_records import LogRecords, read_records
from isang.log_sessions import meet, strange
from isang.logs.mask import Mask
from isang.logs.summed import ENDED, TEXTS
from isang.logs.templates import Templates
from isang.result import Result
from isang.sources._log_blocks import Wish
from isang.sources._log_files import log_files
from models import with_manifest

START = datetime(2026, 1, 5)
SESSION = r"(blk-\d+)"
STEPS = ("receiving {}", "got {}", "stored {}", "checked {}")
UNUSUAL = TEXTS[ENDED]


def session(at: float, number: int, steps: str = "0123") -> list[tuple[float, str]]:
    """A line every 20 ms; `steps` are places in STEPS."""
    return [(at + 0.02 * place, STEPS[int(step)].format(f"blk-{number}")) for place, step in enumerate(steps)]


def usual(hours: float, first: int = 0) -> list[tuple[float, str]]:
    """One every ten seconds or so, of three forms."""
    random = np.random.default_rng(first)
    starts = np.cumsum(random.exponential(10, int(hours * 360))).tolist()
    forms = random.choice(["0123", "01233", "00123"], len(starts))
    return [
        line
        for number, (at, form) in enumerate(zip(starts, forms, strict=True))
        for line in session(at, first + number, form)
    ]


def written(path: Path, lines: list[tuple[float, str]]) -> Path:
    told = [
        f"{(START + timedelta(seconds=at)).isoformat(sep=' ', timespec='milliseconds')} INFO [main] Node - {said}"
        for at, said in sorted(lines)
    ]
    path.write_text("\n".join(told) + "\n")
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sessions")
    return isang.fit(written(folder / "usual.log", usual(6)), session=SESSION).save(folder / "model")


def named(result: Result) -> list[str]:
    """The last lines of the sessions that are told as unusual."""
    rows = result.scores.filter(pl.col("incident").is_not_null())
    frame = result.frame.with_row_index("row", 1).filter(
        pl.col("template") == UNUSUAL, pl.col("row").is_in(rows["row"].implode())
    )
    found = []
    for path, offset in frame.select("file", "byte_offset").iter_rows():
        found.append(Path(path).read_bytes()[offset:].split(b"\n", 1)[0].decode().split(" - ")[1])
    return found


def test_a_session_unlike_those_that_a_model_knows_is_told_at_its_last_line(model: Path, tmp_path: Path) -> None:
    """All of its lines and turns are usual ones: only that they are so many, or so few, is not."""
    more = [*session(3001, 90_001, "0000123"), *session(6001, 90_002, "0123333")]
    found = named(isang.load(model).detect(written(tmp_path / "later.log", [*usual(2, 50_000), *more])))
    assert found == ["checked blk-90001", "checked blk-90002"]


def test_usual_sessions_are_not_told(model: Path, tmp_path: Path) -> None:
    assert not named(isang.load(model).detect(written(tmp_path / "later.log", usual(2, 50_000))))


def test_sessions_that_are_cut_off_are_not_told(model: Path, tmp_path: Path) -> None:
    """The log begins and ends in the middle of one."""
    cut = [*session(0, 90_001, "3"), *usual(2, 50_000), *session(7200.0 + 600, 90_002, "0")]
    assert not named(isang.load(model).detect(written(tmp_path / "later.log", cut)))


def test_threads_are_no_sessions(tmp_path: Path) -> None:
    result = isang.detect(written(tmp_path / "a.log", usual(2)))
    assert UNUSUAL not in set(result.frame["template"])


@pytest.mark.parametrize("how", [{}, {"train_until": "2026-01-05 03:00"}])
def test_a_strange_session_among_usual_ones(tmp_path: Path, how: dict[str, Any]) -> None:
    lines = [*usual(6), *session(18_001, 90_001, "0000123")]
    assert named(isang.detect(written(tmp_path / "a.log", lines), session=SESSION, **how)) == ["checked blk-90001"]


def records_of(path: Path, folder: Path, *, chunk: int = 2_000_000) -> LogRecords:
    folder.mkdir()
    files, _ = log_files([str(path)], "UTC", None, None)
    records = read_records(
        files, Wish("UTC", session=SESSION), Mask(), folder, None, Templates(100, ()), Means(1, chunk)
    )
    records.in_sessions = True
    return records


def slow(records: LogRecords) -> dict[int, tuple[int, dict[int, int]]]:
    """Last record → era and counts of each session, one line at a time; those of the first and last slot too."""
    clock, found = clock_of(records, None), dict[int, list[tuple[int, int, int, int]]]()
    for part in parts_of(records, clock):
        for at, key in enumerate(part.key.tolist()):
            found.setdefault(key, []).append(
                (int(part.time[at]), part.first + at, int(part.era[at]), int(part.template[at]))
            )
    told = {}
    for lines in found.values():
        _, record, era, _ = max(lines)
        counts = [template for *_, template in lines]
        told[record] = era, {one: counts.count(one) for one in counts}
    return told


@pytest.mark.parametrize("chunk", [2_000_000, 777])
def test_sessions_are_counted_as_line_by_line_whatever_the_stretches(tmp_path: Path, chunk: int) -> None:
    path = written(tmp_path / "a.log", [*usual(1), *session(1800, 90_001, "3210"), *session(1801, 90_002, "0123")])
    records = records_of(path, tmp_path / "spool", chunk=chunk)
    clock, count = clock_of(records, None), len(records.templates)
    found, told = ended(records, clock, np.arange(count), count), slow(records)
    assert len(found.record) >= len(told) - 4
    for place, record in enumerate(found.record.tolist()):
        counts = found.counts[found.which[place]]
        assert (int(found.era[place]), {at: int(counts[at]) for at in np.flatnonzero(counts).tolist()}) == told[record]


def test_sessions_that_never_repeat_are_none(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    lines = [
        line
        for number in range(300)
        for line in session(20.0 * number, number, "".join(random.choice(list("0123"), random.integers(5, 60))))
    ]
    records = records_of(written(tmp_path / "a.log", lines), tmp_path / "spool")
    assert not len(ended(records, clock_of(records, None), np.arange(4), 4).which)


def test_none_of_those_learnt_from_is_farther_off_than_the_farthest() -> None:
    """And too few teach nothing."""
    random = np.random.default_rng(0)
    counts = random.integers(0, 4, (40, 5)).astype(np.float64)
    which, zeros = random.integers(0, 40, 400), np.zeros(400, dtype=np.int64)
    sessions = Ended(zeros, np.arange(400), zeros, np.arange(400), which, counts)
    met = meet(sessions, (0,))
    assert met is not None
    assert not len(strange(sessions, {0: met}))
    other = Ended(zeros, np.arange(400), zeros, np.arange(400), which, 9 * counts + 9)
    assert strange(other, {0: met})["lines"].sum() == 400
    assert meet(sessions, (1,)) is None


def _farthest(tree: Any) -> None:
    tree["lines"]["farthest"] = -1.0


def test_a_crafted_memory_of_sessions_is_refused(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    with_manifest(folder, _farthest)
    with pytest.raises(ModelError):
        isang.load(folder)
