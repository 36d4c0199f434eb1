"""Labelled stretches of logs, from which `log_robust` learns."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import isang
from isang.detectors.log_anomaly import LogAnomaly
from isang.events import Period
from isang.intake import _labelled
from isang.log_files import LogWish, read_logs
from isang.settling import make_plan

BEGIN = datetime(2026, 1, 2)
SAID = ("GET /orders {n}", "order {n} found", "answered in {n} ms")


def micros(minute: float) -> int:
    return (BEGIN - datetime(1970, 1, 1)) // timedelta(microseconds=1) + int(minute * 60_000_000)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Two logs of an hour, a line each second by turns of three threads."""
    for name in ("shop", "pay"):
        said = [(BEGIN + timedelta(seconds=at), at % 3, SAID[at // 3 % 3].format(n=at)) for at in range(3600)]
        lines = [f"{time:%Y-%m-%d %H:%M:%S} INFO [t-{thread}] c.e.Shop - {text}" for time, thread, text in said]
        (tmp_path / f"{name}.log").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.mark.parametrize(
    ("keys", "count"),
    [
        ({}, 2 * 61),
        ({"log": "shop.log"}, 61),
        ({"log": "pay.log", "template": "order <*> found"}, 19),
        ({"log": "x"}, 0),
    ],
)
def test_lines_of_a_labelled_stretch_are_learnt_as_such(
    logs: Path, monkeypatch: pytest.MonkeyPatch, keys: dict[str, str], count: int
) -> None:
    fit, seen = LogAnomaly.fit, list[Any]()

    def watched(self: LogAnomaly, X: Any, y: Any = None) -> LogAnomaly:
        seen.append((np.array(X)[:, 0], None if y is None else np.array(y)))
        return fit(self, X)

    monkeypatch.setattr(LogAnomaly, "fit", watched)
    labelled = (Period(micros(10), micros(11), "anomaly", keys),)
    wish = LogWish("UTC", None, (), None, None, {"name": "log_anomaly"}, labelled=labelled)
    read_logs([str(logs)], wish)
    assert sum(0 if y is None else int(y.sum()) for _, y in seen) == count
    for X, y in seen:
        assert y is not None
        assert len(y) == len(X)
        assert not y[X < 0].any()


def asked(tmp_path: Path, **more: Any) -> tuple[Period, ...]:
    events = tmp_path / "events.csv"
    events.write_text(
        "start,end,kind,log\n2026-01-02 00:10,2026-01-02 00:11,anomaly,shop.log\n"
        "2026-01-02 00:20,2026-01-02 00:21,planned,\n2026-01-02 00:40,2026-01-02 00:41,anomaly,\n"
    )
    told = {"inputs": ["logs"], "pack": "logs", "events": str(events), "detector": "log_robust", **more}
    return _labelled(make_plan(told, {}))


def test_anomalous_periods_are_labels(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    assert [one.start for one in asked(tmp_path)] == [micros(10), micros(40)]
    assert asked(tmp_path)[0] == Period(micros(10), micros(11), "anomaly", {"log": "shop.log"})
    assert asked(tmp_path, tz="Asia/Seoul")[0].start == micros(10 - 9 * 60)


def test_what_judges_is_never_learnt_from(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    assert [one.start for one in asked(tmp_path, train_until="2026-01-02 00:30")] == [micros(10)]
    assert asked(tmp_path, split="60/20/20") == ()
    assert asked(tmp_path, threshold="best_f1") == ()
    assert asked(tmp_path, detector="log_anomaly") == ()


def test_a_net_learns_from_labels_and_it_is_told(logs: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    events = tmp_path / "events.csv"
    events.write_text("start,end\n2026-01-02 00:10,2026-01-02 00:11\n")
    small = ["lines.hidden=4", "lines.width=4", "lines.most_windows=200", "lines.training.epochs=1"]
    result = isang.detect(str(logs / "shop.log"), events=str(events), detector="log_robust", set=small)
    [said] = [one for one in result.run["warnings"] if "labelled lines" in one]
    assert said.startswith("61 labelled lines were learnt from")
