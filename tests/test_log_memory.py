"""What a model remembers of logs: later lines are judged by it, and by nothing of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import isang
from command import isang as run
from isang.bundle import LINES
from isang.errors import InputError, ModelError
from isang.synthetic import log_files
from models import with_arrays, with_manifest

START = datetime(2026, 1, 2)


def lines(
    hours: int, first: int = 0, *, wrong: float = 0.05, minutes: float = 0.5, order: tuple[int, ...] = (0, 1, 2)
) -> bytes:
    """Requests of three lines on two threads; of one in twenty (`wrong`) the last says that it failed."""
    random, made = np.random.default_rng(first), []
    for number in range(int(hours * 60 / minutes)):
        at = START + timedelta(hours=first, minutes=number * minutes)
        texts = [f"GET /orders/{number}", f"order {number} found", f"answered {number}"]
        if random.random() < wrong:
            texts[2] = f"order {number} failed"
        for step, place in enumerate(order):
            made.append(
                f"{at + timedelta(seconds=step):%Y-%m-%d %H:%M:%S} [t-{number % 2}] INFO c.e.Shop - {texts[place]}\n"
            )
    return "".join(made).encode()


def written(folder: Path, **logs: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, data in logs.items():
        (folder / f"{name}.log").write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of four days; not to be changed."""
    folder = tmp_path_factory.mktemp("kept")
    return isang.fit(written(folder / "logs", shop=lines(96))).save(folder / "model")


def of_failures(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("template").str.contains("failed"), pl.col("lines") > 0)


def test_what_was_usual_is_told_by_the_model_and_not_by_the_lines_themselves(model: Path, tmp_path: Path) -> None:
    """A log in which every other order fails, all day long, is as usual as can be by itself."""
    folder = written(tmp_path / "later", shop=lines(24, 96, wrong=0.5))
    by_itself, by_model = isang.detect(folder), isang.load(model).detect(folder)
    assert not [one for one in by_itself.incidents if "failed" in one.entity]
    assert [one for one in by_model.incidents if "failed" in one.entity]
    due = of_failures(by_model.frame)
    assert (due["lines"] / due["expected"]).median() == pytest.approx(10, rel=0.3)  # 1 of 20 then, 1 of 2 now


def test_usual_lines_are_usual_however_few_they_are(model: Path, tmp_path: Path) -> None:
    told = isang.load(model).detect(written(tmp_path / "later", other=lines(2, 96)))
    assert not told.incidents


def test_the_order_of_lines_is_that_which_the_model_knows(model: Path, tmp_path: Path) -> None:
    """All requests in another order, so that it is the usual one of these logs."""
    folder = written(tmp_path / "later", shop=lines(24, 96, order=(1, 0, 2)))
    by_itself, by_model = isang.detect(folder), isang.load(model).detect(folder)
    assert by_itself.frame["odd"].sum() == 0
    assert by_model.frame["odd"].sum() > 500
    assert by_model.incidents


def test_a_kind_keeps_its_name_when_later_lines_would_widen_it(model: Path, tmp_path: Path) -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
    more = b"".join(
        f"2026-01-06 0{n}:30:00 [t-0] INFO c.e.Shop - order {w} found\n".encode() for n, w in enumerate(words[:9])
    )
    folder = written(tmp_path / "later", shop=lines(24, 96) + more)
    told = isang.load(model).detect(folder)
    assert "order <*> found" in {*told.frame["template"]}
    assert not [one for one in told.incidents if "never seen" in one.title]


def test_a_memory_is_the_same_after_it_was_saved(model: Path, tmp_path: Path) -> None:
    before, after = isang.fit(written(tmp_path / "logs", shop=lines(96))).lines, isang.load(model).lines
    assert before is not None
    assert after is not None
    assert (before.templates, before.exceptions, before.logs) == (after.templates, after.exceptions, after.logs)
    for name in ("log", "kind", "lines", "odd", "dispersion", "odd_dispersion", "totals"):
        np.testing.assert_array_equal(getattr(before.usual, name), getattr(after.usual, name))
    np.testing.assert_array_equal(before.limits, after.limits)
    assert before.behind == after.behind
    for name in ("totals", "log", "kind", "slot", "lines", "silences", "turns"):
        np.testing.assert_array_equal(getattr(before.before, name), getattr(after.before, name))
    np.testing.assert_array_equal(before.before.dispersions.of, after.before.dispersions.of)
    np.testing.assert_array_equal(before.before.pauses.turns, after.before.pauses.turns)
    np.testing.assert_array_equal(before.before.pauses.longest, after.before.pauses.longest)
    assert len(after.before.turns) > 3
    assert len(after.before.pauses.turns) > 1


def test_several_logs_are_not_judged_by_a_model_of_one(model: Path, tmp_path: Path) -> None:
    folder = written(tmp_path / "later", shop=lines(4, 96), bank=lines(4, 96))
    with pytest.raises(InputError, match="2 logs came and the model knows one: name that one, or learn anew from all"):
        isang.load(model).detect(folder)


def test_logs_are_known_again_by_the_ends_of_their_paths(tmp_path: Path) -> None:
    both = written(tmp_path / "before", shop=lines(48), bank=lines(48, wrong=0.5))
    model = isang.fit(both).save(tmp_path / "model")
    told = isang.load(model).detect(written(tmp_path / "later", bank=lines(24, 96, wrong=0.5)))
    assert {*told.frame["log"]} == {"bank.log"}
    assert not told.incidents


def test_usual_later_lines_raise_as_few_false_alarms_by_a_model_as_in_one_run(tmp_path: Path) -> None:
    """Four days without incidents, of which a model judges the last two."""
    log_files(tmp_path / "all", 100_000, 4, services=2, incidents=0, random_state=1)
    for name in ("order.log", "payment.log"):
        whole = (tmp_path / "all" / name).read_bytes()
        cut = whole.index(b"\n2025-11-05") + 1
        written(tmp_path / "first", **{name.removesuffix(".log"): whole[:cut]})
        written(tmp_path / "last", **{name.removesuffix(".log"): whole[cut:]})
    by_model = isang.fit(tmp_path / "first").detect(tmp_path / "last")
    in_one_run = isang.detect(tmp_path / "all", train_until="2025-11-05")
    assert len(in_one_run.incidents) <= 2
    assert len(by_model.incidents) <= 2


def test_a_log_that_the_model_was_not_fitted_on_is_told(model: Path, tmp_path: Path) -> None:
    other = b"".join(
        f"2026-01-06 {n // 60:02}:{n % 60:02}:00 [w-0] INFO c.e.Mill - {text}\n".encode()
        for n in range(600)
        for text in (f"saw {n} turned", "dust was blown out")
    )
    folder = written(tmp_path / "other", mill=other)
    for lang, told in (
        ("en", "100% of the lines have templates that the model does not know of their log: it was probably fitted on"),
        ("ko", "줄의 100%는 그 로그에서 모델이 모르는 템플릿입니다."),
    ):
        ended = run("detect", folder, "--model", model, "--lang", lang, "--out", tmp_path / lang)
        assert ended.code == 0
        assert told in " ".join(ended.out.split())
        assert told in (tmp_path / lang / "report.html").read_text()


def test_a_log_that_the_model_knows_is_not_said_to_be_another(model: Path, tmp_path: Path) -> None:
    told = isang.load(model).detect(written(tmp_path / "later", shop=lines(24, 96)))
    assert not [one for one in told.run["warnings"] if "does not know" in one]


def test_a_log_of_another_name_is_told(tmp_path: Path) -> None:
    model = isang.fit(written(tmp_path / "before", shop=lines(48), bank=lines(48)))
    (folder := tmp_path / "later").mkdir()
    (folder / "mill.log").write_bytes(lines(24, 96))
    assert [one for one in model.detect(folder).run["warnings"] if "does not know of their log" in one]


def _kinds(tree: Any) -> None:
    tree["lines"]["exceptions"] = []


def _templates(tree: Any) -> None:
    tree["lines"]["templates"] = tree["lines"]["templates"][:-5]


def _logs(tree: Any) -> None:
    tree["lines"]["logs"] += ["another"]


def _nothing(tree: Any) -> None:
    tree["lines"] = None


def _older(tree: Any) -> None:
    del tree["lines"]["before"]


@pytest.mark.parametrize("damage", [_kinds, _templates, _logs, _nothing, _older])
def test_a_crafted_memory_is_refused(model: Path, tmp_path: Path, damage: Callable[[Any], None]) -> None:
    with_manifest(copied(model, tmp_path), damage)
    with pytest.raises(ModelError):
        isang.load(tmp_path / "model")


@pytest.mark.parametrize(
    ("array", "value", "told"),
    [
        ("/before/slot", 10**6, "logs and slots that there are"),
        ("/before/log", 1, "logs and slots that there are"),
        ("/before/kind", 10**6, "other templates"),
        ("/before/lines", 0, "no kind, or none"),
        ("/before/turns", 10**6, "other templates"),
        ("/before/turns", 1 << 40, "other logs"),
        ("/before/pauses/turns", -5, "other logs"),
        ("/before/pauses/longest", np.nan, "not finite"),
        ("/before/dispersions/of", 0.5, "from 1 on"),
        ("/before/silences", 0.5, "no kind, or none"),
    ],
)
def test_a_crafted_array_is_refused_in_one_line(
    model: Path, tmp_path: Path, array: str, value: float, told: str
) -> None:
    def craft(arrays: dict[str, Any]) -> None:
        arrays[array].flat[0] = value

    with_arrays(copied(model, tmp_path), craft, LINES)
    with pytest.raises(ModelError, match=told) as refused:
        isang.load(tmp_path / "model")
    assert "\n" not in str(refused.value)
    assert LINES in str(refused.value)


def copied(model: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_earlier_lines_alone_judge_in_a_causal_run(tmp_path: Path) -> None:
    """What comes later is of no weight for what was before: half of the orders fail from the third day on."""
    calm = written(tmp_path / "calm", shop=lines(48) + lines(48, 48))
    ill = written(tmp_path / "ill", shop=lines(48) + lines(48, 48, wrong=0.5))
    due = []
    for folder in (calm, ill):
        told = isang.detect(folder, train_until="2026-01-03")
        earlier = of_failures(told.frame).filter(pl.col("time") < pl.datetime(2026, 1, 3, 12, time_zone="UTC"))
        due.append(earlier.select("time", "lines", "expected", "unusual").sort("time"))
    assert len(due[0]) > 5
    assert due[0].equals(due[1])
