"""What usually follows the line before one that is out of order: counted, and told in the report."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from fake_result import fake_result
from isang.log_means import Means
from isang.log_next import usual_next
from isang.log_records import LogRecords, read_records
from isang.logs.mask import Mask
from isang.logs.templates import Templates
from isang.reports.usual_turn import usual_turn
from isang.sources._log_blocks import Wish
from isang.sources._log_files import log_files

BEGIN = datetime(2026, 1, 2)
SAID = ("GET /orders {n}", "order {n} found", "answered in {n} ms", "retried {n}")


def written(folder: Path, seed: int, rows: int = 400) -> list[tuple[int, int, int]]:
    """Lines of three threads in two files; of each its file, thread and what it says."""
    random = np.random.default_rng(seed)
    made = [
        (at * 2 // rows, int(random.integers(3)), int(random.choice(4, p=(0.4, 0.3, 0.2, 0.1)))) for at in range(rows)
    ]
    for number, name in enumerate(("a.log", "b.log")):
        lines = [
            f"{BEGIN + timedelta(seconds=at):%Y-%m-%d %H:%M:%S} INFO [t-{thread}] Shop - {SAID[what].format(n=at)}\n"
            for at, (file, thread, what) in enumerate(made)
            if file == number
        ]
        (folder / name).write_text("".join(lines))
    return made


def records_of(folder: Path, chunk: int) -> LogRecords:
    spool = folder / "spool"
    spool.mkdir()
    means = Means(1, chunk)
    return read_records(log_files([str(folder)])[0], Wish(), Mask(), spool, None, Templates(100), means)


def row(file: str, offset: int, odd: int) -> dict[str, Any]:
    return {"odd": odd, "file": file, "byte_offset": offset}


def places(folder: Path) -> list[tuple[str, int]]:
    found = []
    for name in ("a.log", "b.log"):
        path, at = folder / name, 0
        for line in path.read_bytes().splitlines(keepends=True):
            found.append((str(path), at))
            at += len(line)
    return found


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_followers_are_those_of_the_thread(tmp_path: Path, seed: int) -> None:
    made = written(tmp_path, seed)
    where, texts = places(tmp_path), [text.replace("{n}", "<*>") for text in SAID]
    frame = pl.DataFrame([row(*where[at], odd=2) for at in (50, 333)])
    found = {one["byte_offset"]: one for one in usual_next(records_of(tmp_path, 10_000), frame).to_dicts()}
    after = Counter[tuple[int, int]]()
    before: dict[int, int] = {}
    last: dict[int, int | None] = {}
    for at, (file, thread, what) in enumerate(made):
        key = file * 3 + thread
        last[at] = before.get(key)
        if key in before:
            after[before[key], what] += 1
        before[key] = what
    for at in (50, 333):
        one, came = found[where[at][1]], last[at]
        assert came is not None
        assert (one["file"], one["before"], one["came"]) == (where[at][0], texts[came], texts[made[at][2]])
        own = {what: count for (first, what), count in after.items() if first == came}
        likeliest = sorted(own.values(), reverse=True)[:3]
        assert one["share"] == [count / sum(own.values()) for count in likeliest]
        assert [own[texts.index(text)] for text in one["usual"]] == likeliest


def test_single_odd_lines_and_rows_without_a_place_are_not_looked_at(tmp_path: Path) -> None:
    written(tmp_path, 0)
    where = places(tmp_path)
    records = records_of(tmp_path, 10_000)
    frame = pl.DataFrame([row(*where[5], odd=1), {"odd": 3, "file": None, "byte_offset": None}])
    assert usual_next(records, frame).is_empty()
    assert usual_next(records, frame.with_columns(file=pl.lit("elsewhere"), odd=pl.lit(9))).is_empty()


def test_only_stretches_with_such_lines_are_counted(tmp_path: Path) -> None:
    made = written(tmp_path, 0)
    found = usual_next(records_of(tmp_path, 100), pl.DataFrame([row(*places(tmp_path)[150], odd=2)])).to_dicts()[0]
    threads = [[what for _, one, what in made[100:200] if one == thread] for thread in range(3)]
    before = SAID.index(found["before"].replace("<*>", "{n}"))
    own = [what for lines in threads for first, what in pairwise(lines) if first == before]
    assert found["share"][0] == pytest.approx(max(Counter(own).values()) / len(own))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_report_shows_it_beside_what_came(lang: str) -> None:
    """Nothing in a template is run."""
    result = fake_result()
    incident = result.incidents[0]
    place: dict[str, str | int] = {"file": "a.log", "line": 3, "byte_offset": 70}
    odd = replace(incident, lines=(place,))
    turns = pl.DataFrame(
        {
            "file": ["a.log"],
            "byte_offset": [70],
            "before": ["order <*> found"],
            "came": ["<script>alert(1)</script>"],
            "usual": [["answered in <*> ms", "retried <*>"]],
            "share": [[0.9, 0.1]],
        }
    )
    told = replace(result, frame=result.frame.with_columns(odd=pl.lit(2)), turns=turns)
    said = usual_turn(odd, told, lang)
    assert {"en": "What usually follows “order &lt;*&gt; found”:", "ko": "다음에 보통 오는 줄"}[lang] in said
    assert "<i>90%</i>answered in &lt;*&gt; ms" in said
    assert '<span class="hit">' in said
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said
    assert usual_turn(incident, told, lang) == ""
    assert usual_turn(replace(incident, lines=({**place, "byte_offset": 7},)), told, lang) == ""
    usual = replace(told, frame=told.frame.with_columns(odd=pl.lit(1)))
    assert usual_turn(odd, usual, lang) == ""
    likeliest = replace(told, turns=turns.with_columns(came=pl.lit("answered in <*> ms")))
    itself = usual_turn(odd, likeliest, lang)
    assert {"en": "most often follows “order &lt;*&gt; found” (90%)", "ko": "가장 자주 오는 줄(90%)"}[lang] in itself
    assert "retried" not in itself
    assert "retried" in usual_turn(odd, replace(told, turns=turns.with_columns(came=pl.lit("retried <*>"))), lang)
