"""`isang evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from isang.cli import options as o
from isang.cli.screen import console, print_text, progress

_NOT_IN_PLAN = ("files", "set", "plan", "json", "quiet", "debug")
Detectors = Annotated[
    str | None,
    typer.Option(
        "--detector",
        help="Detectors to compare: a,b (auto and four more).",
        rich_help_panel="Learning",
        metavar="NAME,…",
        show_default=False,
    ),
]
Thresholds = Annotated[
    str | None,
    typer.Option(
        "--threshold",
        help="Rules to compare: quantile:0.99,best_f1 (false_alarms, best_f1).",
        rich_help_panel="Deciding",
        metavar="RULE,…",
        show_default=False,
    ),
]

AsEvaluationJson = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print evaluation.json, and only that, on standard output.",
        rich_help_panel="Output and plan",
        show_default=False,
    ),
]


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
    detector: Detectors = None,
    split: o.Split = None,
    folds: o.Folds = None,
    seed: o.Seed = None,
    set: o.Set = None,
    false_alarms: o.FalseAlarms = None,
    alerts: o.Alerts = None,
    threshold: Thresholds = None,
    cost: o.Cost = None,
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Folder of the results.", rich_help_panel="Output and plan")
    ] = "isang-evaluation",
    json: AsEvaluationJson = False,
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
    from isang.api import evaluation_of
    from isang.reports.console import tell_evaluation
    from isang.reports.evaluation_folder import FILES, MARK, document
    from isang.reports.folder import check_target

    folder = Path(told["out"])
    check_target(folder, FILES, MARK)
    memory = folder.with_name(f".{folder.name}.part")
    with progress(quiet=quiet):
        evaluation = evaluation_of(inputs, told, file, changes, memory=memory)
    lang = told.get("lang") or "en"
    target = evaluation.save(folder, lang)
    if as_json:
        print_text(document(evaluation))
    if not quiet:
        tell_evaluation(evaluation, console(stderr=as_json), target, lang)
