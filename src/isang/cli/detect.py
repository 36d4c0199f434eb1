"""`isang detect`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import typer

from isang.cli import options as o
from isang.cli.screen import command_line, finish, print_asked, print_plan, progress

_NOT_IN_PLAN = ("files", "set", "plan", "json", "dry_run", "explain_dry_run", "quiet", "debug")


class _Screen(NamedTuple):
    """What is said, and where."""

    json: bool
    dry_run: bool
    asking: bool
    quiet: bool


def detect(
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
    detector: o.Detector = None,
    train_until: o.TrainUntil = None,
    split: o.Split = None,
    walk_forward: o.WalkForward = None,
    model: o.Model = None,
    seed: o.Seed = None,
    set: o.Set = None,
    false_alarms: o.FalseAlarms = None,
    alerts: o.Alerts = None,
    threshold: o.Threshold = None,
    cost: o.Cost = None,
    direction: o.Direction = None,
    min_change: o.MinChange = None,
    min_size: o.MinSize = None,
    since: o.Since = None,
    top: o.Top = None,
    predictions: o.Predictions = None,
    mature: o.Mature = None,
    session: o.Session = None,
    max_files: o.MaxFiles = None,
    sample_lines: o.SampleLines = None,
    memory: o.Memory = None,
    mask: o.Mask = None,
    protect: o.Protect = None,
    out: o.Out = None,
    json: o.AsJson = False,
    fail_on: o.FailOn = None,
    lang: o.Lang = None,
    explain: o.Explain = None,
    explain_dry_run: o.ExplainDryRun = False,
    plan: o.PlanFile = None,
    dry_run: o.DryRun = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,
) -> None:
    r"""Find the anomalies in files: read, learn what is usual, judge, tell.

    Reads CSV, Parquet, JSON lines, saved Prometheus answers, columns of
    numbers, bills and logs, plain or packed (.gz, .zst). What no option says is found out from
    the data, and told. Every row is judged in hindsight, by models that have
    not seen its part of the data; --train-until, --split or a model of
    'isang fit' make it causal.

    For example:

      isang detect metrics.csv
      isang detect servers.csv --key host --value cpu --alerts 3/week
      isang detect metrics.csv --train-until 2026-03-01 --fail-on HIGH
      isang detect media/*.csv --pack counters --predictions
      isang detect /var/log/app --session 'trace=(\w+)'
      isang detect today.csv --model isang-model
      cat metrics.csv | isang detect - --json --quiet
      isang detect --plan isang-out/plan.yaml
    """
    told = {name: given for name, given in locals().items() if given is not None and name not in _NOT_IN_PLAN}
    _run(files, told, plan, set or (), _Screen(json=json, dry_run=dry_run, asking=explain_dry_run, quiet=quiet))


def _run(
    inputs: list[str] | None, told: dict[str, Any], file: str | None, changes: Sequence[str], screen: _Screen
) -> None:
    from isang.api import settle
    from isang.intake import rerunnable
    from isang.reports.folder import check_target
    from isang.running import model_of, reading_in, run

    plan = settle(inputs, told, file, changes)
    if screen.dry_run:
        reading = reading_in(plan, model_of(plan))
        print_plan(reading, rerunnable(plan, reading), plan.lang)
        return
    if screen.asking:
        print_asked(plan, quiet=screen.quiet)
        return
    check_target(Path(plan.out))
    with progress(quiet=screen.quiet):
        result = run(plan)
    result = replace(result, run={**result.run, "command": command_line()})
    folder = result.save(plan.out, plan.lang)
    finish(result, folder, as_json=screen.json, quiet=screen.quiet, lang=plan.lang)
    raise typer.Exit(result.run["exit"])
