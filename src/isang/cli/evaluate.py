"""`isang evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from isang.cli import options as o
from isang.cli.screen import console, in_own_folder, print_text, progress

_NOT_IN_PLAN = ("files", "set", "plan", "json", "quiet", "debug")
_FOLDER = "isang-evaluation"


def evaluate(
    files: o.Files = None,
    pack: o.Pack = None,
    preset: o.Preset = None,
    time: o.Time = None,
    key: o.Key = None,
    value: o.Value = None,
    label: o.Label = None,
    positive: o.Positive = None,
    events: o.Events = None,
    lead: o.Lead = None,
    recovery: o.Recovery = None,
    where: o.Where = None,
    step: o.Step = None,
    tz: o.Tz = None,
    encoding: o.Encoding = None,
    strict: o.Strict = None,
    apart: o.Apart = None,
    max_fill: o.MaxFill = None,
    holidays: o.Holidays = None,
    session: o.Session = None,
    max_files: o.MaxFiles = None,
    sample_lines: o.SampleLines = None,
    memory: o.Memory = None,
    mask: o.Mask = None,
    protect: o.Protect = None,
    detector: o.Detectors = None,
    split: o.Split = None,
    folds: o.Folds = None,
    seed: o.Seed = None,
    set: o.Set = None,
    false_alarms: o.FalseAlarms = None,
    alerts: o.Alerts = None,
    threshold: o.Thresholds = None,
    cost: o.Cost = None,
    out: Annotated[str | None, o.folder(_FOLDER)] = None,
    json: o.AsEvaluationJson = False,
    lang: o.Lang = None,
    plan: o.PlanFile = None,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """How well would it do? Measured on files with known events.

    Detectors and thresholds are compared on the training and calibration
    parts; the best pair is tested once, on later rows, and what that comes to
    is said in words. Several files, or those of a folder, are evaluated side
    by side; a run that was stopped goes on where it was.

    For example:

      isang evaluate sensors.csv --label y --cost miss=100,alarm=5,unit=USD
      isang evaluate sensors.csv --label y --lead 4min --folds 5
      isang evaluate nyc_taxi.csv --events combined_windows.json --detector auto,knn
      isang evaluate metrics/ --events combined_windows.json
    """
    told = {name: given for name, given in locals().items() if given is not None and name not in _NOT_IN_PLAN}
    _run(files, told, plan, set or [], as_json=json, quiet=quiet)


def _run(
    inputs: list[str] | None, told: dict[str, Any], file: str | None, changes: list[str], *, as_json: bool, quiet: bool
) -> None:
    from isang.api import asked
    from isang.evaluating import evaluate_plan
    from isang.reports.console import tell_evaluation
    from isang.reports.evaluation_folder import FILES, MARK, document
    from isang.reports.folder import check_target

    plan, wanted, rerun = asked(inputs, told, file, changes)
    plan = in_own_folder(plan, told, _FOLDER)
    folder = Path(plan.out)
    check_target(folder, FILES, MARK)
    memory = folder.with_name(f".{folder.name}.part")
    with progress(quiet=quiet):
        evaluation = evaluate_plan(plan, wanted, {**rerun, "out": plan.out}, memory=memory)
    target = evaluation.save(folder, plan.lang)
    if as_json:
        print_text(document(evaluation))
    if not quiet:
        tell_evaluation(evaluation, console(stderr=as_json), target, plan.lang)
