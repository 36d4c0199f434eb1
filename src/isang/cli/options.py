"""The options of the verbs, said once: names, help and where they stand in --help."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

Band = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]


def _option(panel: str, *names: str, help: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=help, rich_help_panel=panel, metavar=metavar, show_default=False)


def _reading(*names: str, help: str, metavar: str | None = None) -> Any:
    return _option("Reading", *names, help=help, metavar=metavar)


def _learning(*names: str, help: str, metavar: str | None = None) -> Any:
    return _option("Learning", *names, help=help, metavar=metavar)


def _deciding(*names: str, help: str, metavar: str | None = None) -> Any:
    return _option("Deciding", *names, help=help, metavar=metavar)


def _output(*names: str, help: str, metavar: str | None = None) -> Any:
    return _option("Output and plan", *names, help=help, metavar=metavar)


Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE…", help="Files of one kind, '-' for standard input.", show_default=False),
]
Pack = Annotated[Literal["auto", "series"] | None, _reading("--pack", help="Kind of data; found out by itself.")]
Time = Annotated[str | None, _reading("--time", help="Time column.", metavar="COLUMN")]
Key = Annotated[
    list[str] | None, _reading("--key", help="Column that names the entity; may be repeated.", metavar="COLUMN")
]
Value = Annotated[
    list[str] | None, _reading("--value", help="Column to judge; may be repeated.", metavar="COLUMN")
]
Label = Annotated[
    str | None, _reading("--label", help="Column of known events: not used, only measured against.", metavar="COLUMN")
]
Positive = Annotated[
    str | None, _reading("--positive", help="Value of --label that means an event; the rarer one.", metavar="VALUE")
]
Where = Annotated[
    list[str] | None, _reading("--where", help="Only rows with this value; may be repeated.", metavar="COLUMN=VALUE")
]
Step = Annotated[str | None, _reading("--step", help="Merge rows to this step by their mean, such as 5min.", metavar="SPAN")]
Tz = Annotated[str | None, _reading("--tz", help="Zone of times that name none; UTC.", metavar="ZONE")]
Encoding = Annotated[str | None, _reading("--encoding", help="Text encoding; found out by itself.", metavar="NAME")]
Strict = Annotated[bool | None, _reading("--strict", help="Stop at the first row that cannot be read.")]
Apart = Annotated[
    bool | None, _reading("--apart/--together", help="Columns as separate series, or as one machine (default).")
]
Detector = Annotated[
    str | None, _learning("--detector", help="Member of 'isang list detectors'; a,b together; auto.", metavar="NAME")
]
TrainUntil = Annotated[
    str | None, _learning("--train-until", help="Learn before this time, judge after it: causal.", metavar="TIME")
]
Split = Annotated[
    str | None, _learning("--split", help="Shares of rows to train, set the threshold, judge: 60/20/20.", metavar="A/B/C")
]
Seed = Annotated[int | None, _learning("--seed", help="Seed of everything random; 0.", metavar="N")]
Set = Annotated[
    list[str] | None, _learning("--set", help="Any path of the plan, such as detector.window_rows=50.", metavar="PATH=VALUE")
]
FalseAlarms = Annotated[
    str | None,
    _deciding("--false-alarms", help="How many are bearable, over all entities; 1/week.", metavar="RATE"),
]
Alerts = Annotated[str | None, _deciding("--alerts", help="Cap on incidents, right or wrong, such as 3/week.", metavar="RATE")]
Threshold = Annotated[
    str | None, _deciding("--threshold", help="A rule of your own, such as quantile:0.99 or fixed:3.", metavar="RULE")
]
Direction = Annotated[Literal["up", "down", "both"] | None, _deciding("--direction", help="Which way; both.")]
MinChange = Annotated[str | None, _deciding("--min-change", help="Least change from expected, such as 5%.", metavar="SHARE")]
MinSize = Annotated[float | None, _deciding("--min-size", help="Least change in units of the column.", metavar="AMOUNT")]
Since = Annotated[str | None, _deciding("--since", help="Only what lasted into the last 24h (or so) of the data.", metavar="SPAN")]
Top = Annotated[int | None, _deciding("--top", help="Only the riskiest N.", metavar="N")]
Out = Annotated[str | None, _output("--out", help="Folder of the results; isang-out.", metavar="DIR")]
AsJson = Annotated[bool, _output("--json", help="Print incidents.json, and only that, on standard output.")]
FailOn = Annotated[Band | None, _output("--fail-on", help="Exit with 1 when an incident is in this band or above.")]
Lang = Annotated[Literal["en", "ko"] | None, _output("--lang", help="Language of screen and report; en.")]
PlanFile = Annotated[str | None, _output("--plan", help="Plan file; options win over it.", metavar="FILE")]
DryRun = Annotated[bool, _output("--dry-run", help="Print what was recognised and the plan; judge nothing.")]
Quiet = Annotated[bool, _output("--quiet", "-q", help="Say nothing but errors.")]
Debug = Annotated[bool, _output("--debug", help="Show the traceback of an error.")]
