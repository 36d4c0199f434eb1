"""The options of the verbs, said once: names, help and where they stand in --help."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

Band = Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"]


def _option(panel: str, *names: str, help: str, metavar: str = " ") -> Any:
    return typer.Option(*names, help=help, rich_help_panel=panel, metavar=metavar, show_default=False)


def _reading(*names: str, help: str, metavar: str = " ") -> Any:
    return _option("Reading", *names, help=help, metavar=metavar)


def _learning(*names: str, help: str, metavar: str = " ") -> Any:
    return _option("Learning", *names, help=help, metavar=metavar)


def _deciding(*names: str, help: str, metavar: str = " ") -> Any:
    return _option("Deciding", *names, help=help, metavar=metavar)


def _output(*names: str, help: str, metavar: str = " ") -> Any:
    return _option("Output and plan", *names, help=help, metavar=metavar)


def folder(usual: str) -> Any:
    """`--out` of a verb that has a folder of its own."""
    return _output("--out", help=f"Folder of the results ({usual}).", metavar="DIR")


Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE…", help="Files of one kind, '-' for standard input.", show_default=False),
]
Pack = Annotated[
    Literal["auto", "series", "process", "counters", "cost", "logs"] | None,
    _reading(
        "--pack",
        help="Kind of data (found out): series, process (of a machine), counters (of servers), cost (bills), logs.",
        metavar="PACK",
    ),
]
Time = Annotated[str | None, _reading("--time", help="Time column (found out).", metavar="COLUMN")]
Key = Annotated[
    list[str] | None,
    _reading("--key", help="Column that names the entity (found out); repeatable.", metavar="COLUMN"),
]
Value = Annotated[
    list[str] | None, _reading("--value", help="Column to judge (found out); repeatable.", metavar="COLUMN")
]
Label = Annotated[
    str | None,
    _reading("--label", help="Column of known events: measured against, and kept out of training.", metavar="COLUMN"),
]
Events = Annotated[
    str | None,
    _reading("--events", help="File of known periods: start,end,key…,kind,note, or NAB's JSON.", metavar="FILE"),
]
Lead = Annotated[
    str | None, _reading("--lead", help="Warn before events: 2rows, 4min before them count.", metavar="SPAN")
]
Recovery = Annotated[
    str | None, _reading("--recovery", help="What follows an event counts neither way: 10rows.", metavar="SPAN")
]
Positive = Annotated[
    str | None, _reading("--positive", help="Its value that means an event (the rarer one).", metavar="VALUE")
]
Where = Annotated[
    list[str] | None, _reading("--where", help="Only rows with this value; repeatable.", metavar="COL=VALUE")
]
Step = Annotated[
    str | None, _reading("--step", help="Merge rows to this step by their mean: 5min, 1h.", metavar="SPAN")
]
Tz = Annotated[str | None, _reading("--tz", help="Zone of times that name none (UTC): Asia/Seoul.", metavar="ZONE")]
Encoding = Annotated[str | None, _reading("--encoding", help="Text encoding (found out).", metavar="NAME")]
Strict = Annotated[bool | None, _reading("--strict", help="Stop at the first row that cannot be read.")]
Apart = Annotated[
    bool | None, _reading("--apart/--together", help="Columns as series of their own, or as one machine (so).")
]
MaxFill = Annotated[
    str | None,
    _reading("--max-fill", help="Longest gap that is filled by what is usual then: 30min.", metavar="SPAN"),
]
Holidays = Annotated[
    str | None, _reading("--holidays", help="Country whose holidays are weekends: KR.", metavar="COUNTRY")
]
Mature = Annotated[
    str | None, _reading("--mature", help="The newest part of a bill is not judged yet: 48h (so).", metavar="SPAN")
]
Session = Annotated[
    str | None,
    _reading("--session", help="Expression for the session of a log line: 'trace=(\\w+)' (threads).", metavar="REGEX"),
]
MaxFiles = Annotated[int | None, _reading("--max-files", help="Of logs, the newest so many files.", metavar="N")]
SampleLines = Annotated[
    int | None, _reading("--sample-lines", help="Look at about so many log lines, in whole blocks (all).", metavar="N")
]
Memory = Annotated[
    str | None, _reading("--memory", help="Keep to so much memory with logs: 1GB (what it takes).", metavar="SIZE")
]
Mask = Annotated[
    list[str] | None,
    _reading("--mask", help="Of log lines, what becomes <NAME>, in RE2's syntax; repeatable.", metavar="NAME=PATTERN"),
]
Protect = Annotated[
    list[str] | None, _reading("--protect", help="A word of log lines that stays as it is; repeatable.", metavar="WORD")
]
Preset = Annotated[str | None, _learning("--preset", help="Settings of a known system, such as s1.", metavar="NAME")]
Detector = Annotated[
    str | None,
    _learning("--detector", help="One of 'isang list detectors', or several: a,b (auto).", metavar="NAME"),
]
Detectors = Annotated[
    str | None, _learning("--detector", help="Detectors to compare: a,b (auto and four more).", metavar="NAME,…")
]
TrainUntil = Annotated[
    str | None, _learning("--train-until", help="Learn before this time, judge after it: causal.", metavar="TIME")
]
Split = Annotated[
    str | None,
    _learning("--split", help="Shares to train, to set the threshold, to judge: 60/20/20.", metavar="A/B/C"),
]
WalkForward = Annotated[
    Literal["week", "month", "quarter"] | None,
    _learning("--walk-forward", help="Causal, learning anew as time goes on: week, month, quarter.", metavar="PERIOD"),
]
Folds = Annotated[int | None, _learning("--folds", help="Test again and again as time goes on: 5 times.", metavar="N")]
Model = Annotated[str | None, _learning("--model", help="Judge with what 'isang fit' learnt: causal.", metavar="DIR")]
Seed = Annotated[int | None, _learning("--seed", help="Seed of everything random (0).", metavar="N")]
Set = Annotated[
    list[str] | None,
    _learning("--set", help="Any path of the plan: features.fill.max_rows=9; repeatable.", metavar="PATH=VALUE"),
]
Thresholds = Annotated[
    str | None,
    _deciding("--threshold", help="Rules to compare: quantile:0.99,best_f1 (false_alarms, best_f1).", metavar="RULE,…"),
]
FalseAlarms = Annotated[
    str | None,
    _deciding("--false-alarms", help="As many are bearable, over all entities (1/week).", metavar="RATE"),
]
Alerts = Annotated[str | None, _deciding("--alerts", help="Cap on incidents, right or wrong: 3/week.", metavar="RATE")]
Threshold = Annotated[
    str | None, _deciding("--threshold", help="A rule of your own: quantile:0.99, fixed:3.", metavar="RULE")
]
Cost = Annotated[
    str | None,
    _deciding("--cost", help="What mistakes cost: miss=100,alarm=5,hit=5,unit=USD.", metavar="COSTS"),
]
Require = Annotated[
    str | None,
    _deciding("--require", help="Least share caught (80%): 70%, or spike=90%,drift=50%; 0% is none.", metavar="SHARES"),
]
Direction = Annotated[
    Literal["up", "down", "both"] | None, _deciding("--direction", help="up, down or both (both).", metavar="WAY")
]
MinChange = Annotated[
    str | None, _deciding("--min-change", help="Least change from what was expected: 5%.", metavar="SHARE")
]
MinSize = Annotated[
    float | None, _deciding("--min-size", help="Least change in units of the column.", metavar="AMOUNT")
]
Since = Annotated[
    str | None, _deciding("--since", help="Only what reached into the end of the data: 24h.", metavar="SPAN")
]
Top = Annotated[int | None, _deciding("--top", help="Only the N riskiest.", metavar="N")]
Predictions = Annotated[
    bool | None, _output("--predictions", help="Write predict.csv too: 0 or 1 for each slot of time that is judged.")
]
Out = Annotated[str | None, _output("--out", help="Folder of the results (isang-out).", metavar="DIR")]
AsEvaluationJson = Annotated[bool, _output("--json", help="Print evaluation.json, and only that, on standard output.")]
AsSelftestJson = Annotated[bool, _output("--json", help="Print selftest.json, and only that, on standard output.")]
AsJson = Annotated[bool, _output("--json", help="Print incidents.json, and only that, on standard output.")]
FailOn = Annotated[
    Band | None,
    _output("--fail-on", help="Exit with 1 on an incident in this band (HIGH, …) or above.", metavar="BAND"),
]
Lang = Annotated[
    Literal["en", "ko"] | None, _output("--lang", help="Language of screen and report: en, ko (en).", metavar="LANG")
]
Explain = Annotated[
    str | None,
    _output("--explain", help="Word incidents by a language model: llm, openai:MODEL (template).", metavar="MODEL"),
]
ExplainDryRun = Annotated[
    bool, _output("--explain-dry-run", help="Print what would be sent to the language model; send nothing.")
]
PlanFile = Annotated[str | None, _output("--plan", help="Plan file; options win over it.", metavar="FILE")]
DryRun = Annotated[bool, _output("--dry-run", help="Print what was recognised and the plan; judge nothing.")]
Quiet = Annotated[bool, _output("--quiet", "-q", help="Say nothing but errors.")]
Debug = Annotated[bool, _output("--debug", help="Show the traceback of an error.")]
