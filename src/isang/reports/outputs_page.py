"""docs/outputs.md and the published JSON Schemas, made from `contents`.

`python -m isang.reports.outputs_page` in a checkout writes them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from isang.reports.base import Field
from isang.reports.contents import ANOMALIES, INCIDENT, LINES, RUN, SCORES, SKIPPED, TEMPLATES
from isang.reports.evaluation_contents import DOCUMENT, EVALUATION
from isang.reports.schemas import as_text, json_schemas
from isang.reports.trials_contents import SELFTEST, SHARES

_HEAD = """\
# What a run writes

<!-- Made by `python -m isang.reports.outputs_page`; a test compares. Do not edit. -->

`isang detect` and `Result.save(folder)` write one folder. It appears whole or not at all: the files are written beside
it and renamed into place. A folder that holds anything else is never replaced. Names are snake_case, times ISO 8601
with their offset, numbers in the units of the data; NaN and infinity never appear. Each JSON begins with `"schema": 1`;
the JSON Schemas are installed with the package in `isang/schemas/`.

| file | what it is |
|---|---|
| `report.html` | one page for people; opens offline, sends nothing |
| `anomalies.csv` | the flagged rows |
| `scores.parquet` | every row with its score |
| `incidents.json` | the incidents, riskiest first |
| `run.json` | how it was arrived at |
| `skipped.json` | what could not be read |
| `plan.yaml` | reruns it exactly: `isang detect --plan plan.yaml` |
| `predict.csv` | with `--predictions`: 0 or 1 for each slot |
| `hybrid.csv`, `hybrid_strong.csv` | with `--preset s0`: the judged rows, their flags and vote; those with a full one |
| `anomalies_with_risk.csv` | of logs: `anomalies.csv` under the name that S3 gave it |
| `risk_critical.csv`, `risk_high.csv`, `risk_medium.csv`, `risk_low.csv`, `risk_info.csv` | of logs: of one band |
| `risk_summary.txt` | of logs: how many anomalies, mean and maximum risk, count and share of each band |
| `templates.csv` | of logs: the templates of all lines that were read, as `isang mine` gives them |
| `training.log` | of logs, where a net trained: a line an epoch |
| `loganomaly_training_YYYYMMDD_HHMMSS.log` | of logs: what was learnt from, how long it took, a line an epoch |
"""
_SELFTEST = """\
# What a self-test writes

`isang selftest` and `SelfTest.save(folder)` write another folder, in the same way: `report.html`, `selftest.csv`,
`selftest.json`, and a `plan.yaml` that reruns it: `isang selftest --plan plan.yaml`.
"""
_EVALUATION = """\
# What an evaluation writes

`isang evaluate` and `Evaluation.save(folder)` write another folder, in the same way: `report.html`, `evaluation.csv`,
`evaluation.json`, and a `plan.yaml` that reruns it: `isang evaluate --plan plan.yaml`.
"""
_CSV = (
    "A text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`) has an apostrophe before it."
)

_LINES = "Of logs each row is a kind of line in a slot of time, and has further columns:"


def page() -> str:
    """The text of docs/outputs.md."""
    parts = [
        _HEAD,
        _section("anomalies.csv", f"One line a flagged row. {_CSV}", _table(ANOMALIES)),
        f"{_LINES}\n\n{_table(LINES)}",
        _section("scores.parquet", "One row an input row, in the order of the input.", _table(SCORES)),
        _section("templates.csv", f"Of logs: one line a template, the most frequent first. {_CSV}", _table(TEMPLATES)),
        _section("incidents.json", "The key `incidents` holds a list; each entry has", _table(INCIDENT)),
        _section("run.json", "One object.", _table(RUN)),
        _section("skipped.json", "The key `skipped` holds a list, one entry a reason and file.", _table(SKIPPED)),
        _EVALUATION,
        _section("evaluation.csv", "One line a file, detector and threshold.", _table(EVALUATION)),
        _section("evaluation.json", "One object; `--json` prints it.", _table(_without_columns(DOCUMENT))),
        _SELFTEST,
        _section("selftest.csv", "One line a kind and size.", _table(SHARES)),
        _section("selftest.json", "One object; `--json` prints it.", _table(SELFTEST)),
    ]
    return "\n".join(parts)


def write(root: Path) -> None:
    """Page and schemas into a checkout."""
    (root / "docs" / "outputs.md").write_text(page(), encoding="utf-8")
    for name, schema in json_schemas().items():
        (root / "src" / "isang" / "schemas" / name).write_text(as_text(schema), encoding="utf-8")


def _section(name: str, words: str, table: str) -> str:
    return f"## {name}\n\n{words}\n\n{table}"


def _without_columns(fields: Sequence[Field]) -> list[Field]:
    """Fields without those inside them that are columns of evaluation.csv, which have a table of their own."""
    return [replace(one, fields=tuple(inner for inner in one.fields if inner not in EVALUATION)) for one in fields]


def _table(fields: Sequence[Field]) -> str:
    rows = ["| name | type | meaning |", "|---|---|---|", *_rows(fields, "")]
    return "\n".join(rows) + "\n"


def _rows(fields: Sequence[Field], before: str) -> list[str]:
    rows = []
    for field in fields:
        name = before + field.name + ("[]" if field.kind in ("list", "texts") else "")
        kind = {"texts": "list of text", "list": "list", "flag": "true/false"}.get(field.kind, field.kind)
        one_of = f" ({' / '.join(field.values)})" if field.values else ""
        rows.append(f"| `{name}` | {kind}{'' if field.always else ' or null'} | {field.meaning}{one_of} |")
        rows += _rows(field.fields, f"{name}.")
    return rows


if __name__ == "__main__":
    write(Path(__file__).parents[3])
