"""The Python doors: `isang.detect`, `isang.fit`, `isang.selftest`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from isang.candidates import Candidates, candidates
from isang.evaluating import evaluate_plan
from isang.evaluation import Evaluation
from isang.fitting import learn
from isang.intake import paths_of
from isang.learnt import Learnt
from isang.model import IN_MEMORY, Model
from isang.plan import Plan
from isang.proving import prove
from isang.result import Result
from isang.running import run, yaml_ready
from isang.self_test import SelfTest, self_test
from isang.settling import load_plan, make_plan


def detect(
    source: Any = None,
    *,
    plan: str | Path | Mapping[str, Any] | None = None,
    pack: str | None = None,
    preset: str | None = None,
    time: str | None = None,
    key: str | Sequence[str] | None = None,
    value: str | Sequence[str] | None = None,
    label: str | None = None,
    positive: str | None = None,
    events: str | None = None,
    lead: str | None = None,
    recovery: str | None = None,
    where: str | Sequence[str] | None = None,
    step: str | None = None,
    tz: str | None = None,
    encoding: str | None = None,
    strict: bool | None = None,
    apart: bool | None = None,
    max_fill: str | None = None,
    holidays: str | None = None,
    detector: str | Mapping[str, Any] | None = None,
    train_until: str | None = None,
    split: str | None = None,
    walk_forward: str | None = None,
    model: str | Path | Learnt | None = None,
    false_alarms: str | None = None,
    alerts: str | None = None,
    threshold: str | Mapping[str, Any] | None = None,
    cost: str | None = None,
    direction: str | None = None,
    min_change: str | None = None,
    min_size: float | None = None,
    since: str | None = None,
    top: int | None = None,
    predictions: bool | None = None,
    mature: str | None = None,
    session: str | None = None,
    max_files: int | None = None,
    sample_lines: int | None = None,
    memory: str | None = None,
    mask: str | Sequence[str] | None = None,
    protect: str | Sequence[str] | None = None,
    seed: int | None = None,
    fail_on: str | None = None,
    lang: str | None = None,
    explain: str | Mapping[str, Any] | None = None,
    out: str | None = None,
    set: str | Sequence[str] = (),
) -> Result:
    """Find the anomalies in files (a path, several, `-`), a frame (pandas, polars, Arrow) or an array.

    Without `train_until`, `split` or `model` (what `fit` learnt, or its folder) every row is judged in hindsight;
    with one of them causally, and with `walk_forward` ("week", "month", "quarter") learning anew as time goes on.
    What is not told is found out from the data and stands in `Result.run["recognised"]`. `plan` is a plan file or its
    keys; options win over it, and `set` ("features.fill.max_rows=9", any path of the plan) over both. `explain` ("llm",
    "openai:MODEL") has a language model word the riskiest incidents; without it nothing is sent anywhere. `scores`
    and `anomalies` of the result are frames of the caller's kind. Nothing is written: see `Result.save`. Raises
    IsangError: UsageError for options, InputError for data.
    """
    told = {name: value for name, value in locals().items() if name in Plan.model_fields and value is not None}
    paths, given = _parted(source)
    if model is not None:
        told["model"] = _named(model)
    settled = settle(paths, told, plan, [set] if isinstance(set, str) else set)
    return run(settled, given, model if isinstance(model, Learnt) else None).like(given)


def fit(
    source: Any = None,
    *,
    plan: str | Path | Mapping[str, Any] | None = None,
    pack: str | None = None,
    preset: str | None = None,
    time: str | None = None,
    key: str | Sequence[str] | None = None,
    value: str | Sequence[str] | None = None,
    label: str | None = None,
    positive: str | None = None,
    events: str | None = None,
    lead: str | None = None,
    recovery: str | None = None,
    where: str | Sequence[str] | None = None,
    step: str | None = None,
    tz: str | None = None,
    encoding: str | None = None,
    strict: bool | None = None,
    apart: bool | None = None,
    max_fill: str | None = None,
    holidays: str | None = None,
    session: str | None = None,
    max_files: int | None = None,
    sample_lines: int | None = None,
    memory: str | None = None,
    mask: str | Sequence[str] | None = None,
    protect: str | Sequence[str] | None = None,
    detector: str | Mapping[str, Any] | None = None,
    false_alarms: str | None = None,
    alerts: str | None = None,
    threshold: str | Mapping[str, Any] | None = None,
    cost: str | None = None,
    seed: int | None = None,
    set: str | Sequence[str] = (),
) -> Model:
    """Learn what is usual in all rows of a source, to judge later ones: the last quarter sets the threshold.

    The keywords are those of `detect` that concern reading, learning and deciding. Nothing is written: see
    `Model.save`. Raises IsangError: UsageError for options, InputError for data.
    """
    told = {name: value for name, value in locals().items() if name in Plan.model_fields and value is not None}
    paths, given = _parted(source)
    settled = settle(paths, told, plan, [set] if isinstance(set, str) else set)
    return Model(**vars(learn(settled, datetime.now(UTC), given)[0]))


def selftest(
    source: Any = None,
    *,
    plan: str | Path | Mapping[str, Any] | None = None,
    pack: str | None = None,
    preset: str | None = None,
    time: str | None = None,
    key: str | Sequence[str] | None = None,
    value: str | Sequence[str] | None = None,
    label: str | None = None,
    positive: str | None = None,
    where: str | Sequence[str] | None = None,
    step: str | None = None,
    tz: str | None = None,
    encoding: str | None = None,
    strict: bool | None = None,
    apart: bool | None = None,
    max_fill: str | None = None,
    holidays: str | None = None,
    detector: str | Mapping[str, Any] | None = None,
    train_until: str | None = None,
    split: str | None = None,
    model: str | Path | Learnt | None = None,
    false_alarms: str | None = None,
    alerts: str | None = None,
    threshold: str | Mapping[str, Any] | None = None,
    require: str | None = None,
    seed: int | None = None,
    set: str | Sequence[str] = (),
) -> SelfTest:
    """Put faults of known kind and size into the last part of a source, and see which would be caught.

    The keywords are those of `detect` that concern reading, learning and deciding; the rows before the last part
    (three tenths, or what `split` or `train_until` leave) are learnt from. `require` ("70%", "spike=90%,drift=50%")
    says what share must be caught. Nothing is written: see `SelfTest.save`. Raises IsangError: UsageError for options,
    InputError for data.
    """
    told = {name: value for name, value in locals().items() if name in Plan.model_fields and value is not None}
    paths, given = _parted(source)
    if model is not None:
        told["model"] = _named(model)
    settled = settle(paths, told, plan, [set] if isinstance(set, str) else set)
    return self_test(prove(settled, given, model if isinstance(model, Learnt) else None), given)


def evaluate(
    source: Any = None,
    *,
    plan: str | Path | Mapping[str, Any] | None = None,
    pack: str | None = None,
    preset: str | None = None,
    time: str | None = None,
    key: str | Sequence[str] | None = None,
    value: str | Sequence[str] | None = None,
    label: str | None = None,
    positive: str | None = None,
    events: str | None = None,
    lead: str | None = None,
    recovery: str | None = None,
    where: str | Sequence[str] | None = None,
    step: str | None = None,
    tz: str | None = None,
    encoding: str | None = None,
    strict: bool | None = None,
    apart: bool | None = None,
    max_fill: str | None = None,
    holidays: str | None = None,
    session: str | None = None,
    max_files: int | None = None,
    sample_lines: int | None = None,
    memory: str | None = None,
    mask: str | Sequence[str] | None = None,
    protect: str | Sequence[str] | None = None,
    detector: str | None = None,
    split: str | None = None,
    folds: int | None = None,
    seed: int | None = None,
    false_alarms: str | None = None,
    alerts: str | None = None,
    threshold: str | None = None,
    cost: str | None = None,
    set: str | Sequence[str] = (),
) -> Evaluation:
    """How well would it do? Detectors and thresholds side by side on data with known events (`label` or `events`).

    `detector` and `threshold` are names parted by commas. They are compared on training and calibration rows, and the
    best pair is tested once, on later rows (60/20/20 in time; `folds=5` again and again as time goes on;
    `split="random:60/20/20"` for tables without time). Every input file, and every table of a folder, is evaluated
    by itself. Nothing is written: see `Evaluation.save`. Raises IsangError.
    """
    told = {name: value for name, value in locals().items() if name in Plan.model_fields and value is not None}
    paths, given = _parted(source)
    settled, wanted, rerun = asked(paths, told, plan, [set] if isinstance(set, str) else set)
    return evaluate_plan(settled, wanted, rerun, given)


def asked(
    inputs: Sequence[str] | None,
    told: Mapping[str, Any],
    plan: str | Path | Mapping[str, Any] | None = None,
    changes: Sequence[str] = (),
) -> tuple[Plan, Candidates, dict[str, Any]]:
    """What an evaluation is asked: the plan, what is compared, and the keys of the plan that reruns it."""
    base = dict(load_plan(Path(plan)) if isinstance(plan, str | Path) else (plan or {}))
    lists = {name: told.get(name, base.get(name)) for name in ("detector", "threshold")}
    own = {name: value for name, value in told.items() if name not in lists}
    settled = settle(inputs, own, {name: value for name, value in base.items() if name not in lists}, changes)
    if lists["detector"] is None and settled.preset is not None:
        lists["detector"] = settled.detector
    rerun = {**yaml_ready(settled), **{name: value for name, value in lists.items() if value is not None}}
    if "detector" in rerun:
        rerun.pop("detectors", None)  # the pack's, whose settings are found again
    return settled, candidates(lists["detector"], lists["threshold"], settled), rerun


def settle(
    inputs: Sequence[str] | None,
    told: Mapping[str, Any],
    plan: str | Path | Mapping[str, Any] | None = None,
    changes: Sequence[str] = (),
) -> Plan:
    """The checked plan of these inputs and options: `changes` win over options, options over the plan (file)."""
    base = load_plan(Path(plan)) if isinstance(plan, str | Path) else (plan or {})
    return make_plan({**told, **({"inputs": list(inputs)} if inputs else {})}, base, changes)


def _named(model: str | Path | Learnt) -> str:
    """A model as a plan names it."""
    return (model.folder or IN_MEMORY) if isinstance(model, Learnt) else str(model)


def _parted(source: Any) -> tuple[list[str], Any]:
    """The paths of a source, or else what was given in their place."""
    paths = paths_of(source)
    return paths, None if paths else source
