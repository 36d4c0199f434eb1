"""`isang fit`."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from isang.cli import options as o
from isang.cli.screen import console, found_in, print_plan, progress

_NOT_IN_PLAN = ("files", "set", "plan", "out", "dry_run", "quiet", "debug")


def fit(
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
    detector: o.Detector = None,
    seed: o.Seed = None,
    set: o.Set = None,
    false_alarms: o.FalseAlarms = None,
    alerts: o.Alerts = None,
    threshold: o.Threshold = None,
    cost: o.Cost = None,
    out: Annotated[
        str, typer.Option("--out", metavar="DIR", help="Folder of the model.", rich_help_panel="Output and plan")
    ] = "isang-model",
    lang: o.Lang = None,
    plan: o.PlanFile = None,
    dry_run: o.DryRun = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    """Learn what is usual in files, and write it into a folder that judges later files.

    All rows are learnt from: the first three quarters in time train, the last
    one sets the threshold. The folder holds JSON and arrays, no code.

    For example:

      isang fit metrics.csv --out web-model
      isang detect today.csv --model web-model
    """
    told = {name: given for name, given in locals().items() if given is not None and name not in _NOT_IN_PLAN}
    _run(files, told, plan, set or [], Path(out), dry_run=dry_run, quiet=quiet)


def _run(
    inputs: list[str] | None,
    told: dict[str, Any],
    file: str | None,
    changes: list[str],
    folder: Path,
    *,
    dry_run: bool,
    quiet: bool,
) -> None:
    from isang.api import settle
    from isang.bundle import FILES, MANIFEST, save_folder
    from isang.fitting import learn
    from isang.intake import reading_of, rerunnable
    from isang.reports.console import tell_learnt, tell_recognised
    from isang.reports.folder import check_target

    plan = settle(inputs, told, file, changes)
    if dry_run:
        reading = reading_of(plan)
        print_plan(reading, rerunnable(plan, reading), plan.lang)
        return
    check_target(folder, FILES, MANIFEST)
    with progress(quiet=quiet):
        learnt, reading = learn(plan, datetime.now(UTC))
    target = save_folder(learnt, folder)
    if not quiet:
        screen = console(stderr=False)
        tell_recognised(found_in(reading), reading.warnings, screen, plan.lang)
        tell_learnt(learnt.account, screen, target, f"isang detect NEW --model {shlex.quote(str(folder))}", plan.lang)
