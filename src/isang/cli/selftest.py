"""`isang selftest`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from isang.cli import options as o
from isang.cli.screen import command_line, console, in_own_folder, print_plan, print_text, progress

_NOT_IN_PLAN = ("files", "set", "plan", "json", "dry_run", "quiet", "debug")
_FOLDER = "isang-selftest"


def selftest(
    files: o.Files = None,
    pack: o.Pack = None,
    preset: o.Preset = None,
    time: o.Time = None,
    key: o.Key = None,
    value: o.Value = None,
    label: o.Label = None,
    positive: o.Positive = None,
    where: o.Where = None,
    step: o.Step = None,
    tz: o.Tz = None,
    encoding: o.Encoding = None,
    strict: o.Strict = None,
    apart: o.Apart = None,
    max_fill: o.MaxFill = None,
    holidays: o.Holidays = None,
    detector: o.Detector = None,
    train_until: o.TrainUntil = None,
    split: o.Split = None,
    model: o.Model = None,
    effort: o.Effort = None,
    seed: o.Seed = None,
    set: o.Set = None,
    false_alarms: o.FalseAlarms = None,
    alerts: o.Alerts = None,
    threshold: o.Threshold = None,
    require: o.Require = None,
    out: Annotated[str | None, o.folder(_FOLDER)] = None,
    json: o.AsSelftestJson = False,
    lang: o.Lang = None,
    plan: o.PlanFile = None,
    dry_run: o.DryRun = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """What would be caught in your own data? Faults are put into them.

    Half of the rows, in time, train, a fifth sets the threshold, and the rest
    gets faults of known kind and size: spikes, dips, shifts, drifts, stuck
    and missing values … Told are what share of each was caught and how soon,
    false alarms without faults, and defects. No labels are needed. Exit code
    1: too little is caught, too many false alarms, or a defect.

    For example:

      isang selftest metrics.csv
      isang selftest metrics.csv --require spike=90%,drift=50%
      isang selftest metrics.csv --model isang-model
    """
    told = {name: given for name, given in locals().items() if given is not None and name not in _NOT_IN_PLAN}
    _run(files, told, plan, set or (), json=json, dry_run=dry_run, quiet=quiet)


def _run(
    inputs: list[str] | None,
    told: dict[str, Any],
    file: str | None,
    changes: Sequence[str],
    *,
    json: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    from isang.api import settle
    from isang.intake import rerunnable
    from isang.proving import parted, prove
    from isang.reports.trials_documents import selftest_json
    from isang.reports.trials_files import check_trials_target, write_trials
    from isang.running import model_of, reading_in

    plan = in_own_folder(parted(settle(inputs, told, file, changes)), told, _FOLDER)
    if dry_run:
        reading = reading_in(plan, model_of(plan))
        print_plan(reading, rerunnable(plan, reading), plan.lang)
        return
    check_trials_target(Path(plan.out))
    with progress(quiet=quiet):
        trials = prove(plan)
    trials = replace(trials, run={**trials.run, "command": command_line()})
    folder = write_trials(trials, Path(plan.out), plan.lang)
    if json:
        print_text(selftest_json(trials))
    if not quiet:
        _tell(trials, folder, plan.lang, stderr=json)
    raise typer.Exit(trials.run["exit"])


def _tell(trials: Any, folder: Path, lang: str, *, stderr: bool) -> None:
    from isang.reports.console import tell_recognised
    from isang.reports.trials_screen import tell_trials

    screen = console(stderr=stderr)
    tell_recognised(trials.run["recognised"], [], screen, lang)
    tell_trials(trials, screen, folder, lang)
