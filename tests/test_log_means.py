"""`--memory`: what is done at once on logs, so that a job keeps to it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import isang
from isang.errors import UsageError
from isang.log_means import Means, least_mb, means_for, usual_mb, usual_means
from isang.logs import slots
from isang.logs.steps import step_within
from oracles import quick

LARGE = 8_000_000


@pytest.mark.parametrize("lines", [1000, 2_000_000, 33_000_000])
def test_the_least_memory_is_enough_and_less_is_not(lines: int) -> None:
    least = least_mb(lines)
    assert means_for(least, lines).workers == 1
    with pytest.raises(UsageError, match=f"--memory {least - 1:,.0f}MB: about {lines:,} lines need {least:,.0f}MB"):
        means_for(least - 1, lines)


def test_more_memory_is_more_at_once_up_to_what_is_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    made = [means_for(memory, LARGE) for memory in (550, 700, 1000, 64_000)]
    for name in ("workers", "chunk_rows", "most_rows"):
        told = [getattr(one, name) for one in made]
        assert told == sorted(told)
    assert (made[-1].workers, made[-1].chunk_rows) == (usual_means().workers, usual_means().chunk_rows)
    assert made[0].workers < made[-1].workers


@pytest.mark.parametrize(("lines", "took"), [(300_000, 395), (1_938_963, 711), (7_750_421, 794), (33_000_000, 920)])
def test_what_a_job_is_said_to_take_is_what_it_took(lines: int, took: float) -> None:
    assert usual_mb(lines) == pytest.approx(took, rel=0.1)


SECOND = 1_000_000
DAY = 86_400 * SECOND


@quick
@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(1, 5), st.sampled_from([1, 20, 200]))
def test_the_step_is_the_shortest_in_which_rows_are_few_enough(seed: int, number: int, parts: int, most: int) -> None:
    random = np.random.default_rng(seed)
    time = random.integers(0, 2 * DAY, number) + 1_767_225_600 * SECOND
    log, kind = random.integers(0, 2, number), random.integers(0, 4, number)
    step = step_within(
        [(log[at], kind[at], time[at]) for at in np.array_split(np.arange(number), parts)], 10 * SECOND, most
    )

    def rows(step: int) -> int:
        return len({*zip(log.tolist(), kind.tolist(), (time // step).tolist(), strict=True)})

    allowed = [one * SECOND for one in slots.STEPS_S if one >= 10]
    assert step == next((one for one in allowed if rows(one) <= most), DAY)


def written(file: Path, records: int) -> Path:
    """Requests of four threads over a day."""
    random, begin = np.random.default_rng(0), datetime(2026, 1, 2)
    seconds = np.sort(random.uniform(0, 86_400, records)).tolist()
    said = ("GET /orders {n}", "order {n} found", "answered in {n} ms", "basket of {n} shown")
    file.write_text(
        "".join(
            f"{begin + timedelta(seconds=second):%Y-%m-%d %H:%M:%S.%f} INFO [t-{at % 4}] c.e.Shop - "
            f"{said[int(random.integers(4))].format(n=at)}\n"
            for at, second in enumerate(seconds)
        )
    )
    return file


def test_what_is_done_at_once_changes_nothing_else(tmp_path: Path) -> None:
    log = written(tmp_path / "shop.log", 5000)
    usual, kept = isang.detect(log), isang.detect(log, memory="1GB")
    assert kept.scores.equals(usual.scores)
    assert kept.plan["memory"] == "1GB"


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "counted in slots of 15 min, not 1 min, as"), ("ko", "줄을 1분이 아니라 15분 간격으로 셌습니다")],
)
def test_longer_slots_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, told: str) -> None:
    monkeypatch.setattr("isang.log_files.means_for", lambda *_: Means(1, 1000, 500))
    result = isang.detect(written(tmp_path / "shop.log", 5000), memory="500MB", lang=lang)
    assert result.run["recognised"]["step_s"] == 900
    assert "lines are counted in slots of 15 min, not 1 min, as --memory says." in result.run["warnings"]
    page = result.save(tmp_path / "out", lang).joinpath("report.html").read_text()
    assert told in page


def test_what_it_keeps_to_is_said_first(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "isang")
    isang.detect(written(tmp_path / "shop.log", 500), memory="500MB")
    said = [record.getMessage() for record in caplog.records]
    assert said[0].startswith("1 logs, 0 MB, about 500 lines; about 300 MB of memory are needed, kept to 500 MB (")


def test_a_job_keeps_to_it(tmp_path: Path) -> None:
    """The most memory that a process of its own ever has."""
    log, memory = written(tmp_path / "shop.log", 60_000), 480
    command = [
        sys.executable,
        "-m",
        "isang",
        "detect",
        str(log),
        "--memory",
        f"{memory}MB",
        "--out",
        str(tmp_path / "o"),
    ]
    # By a shell that lives on: a process begins with the peak of the one that it was made from.
    subprocess.run(["sh", "-c", '"$@"; exit $?', "sh", *command], check=True, capture_output=True)
    assert json.loads((tmp_path / "o" / "run.json").read_text())["peak_mb"] < memory
