"""The outputs of an evaluation, into one folder."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from isang.reports.base import Evaluated
from isang.reports.documents import plain
from isang.reports.evaluation_page import render_evaluation
from isang.reports.swap import replace_folder

FILES = ("evaluation.csv", "evaluation.json", "plan.yaml", "report.html")
MARK = "evaluation.json"


def write_evaluation(evaluation: Evaluated, folder: Path, lang: str = "en") -> Path:
    """Write every output and give back the folder's full path; OutputError leaves what stood there untouched."""
    return replace_folder(
        folder,
        {
            "evaluation.csv": lambda file: evaluation.table.write_csv(file),
            "plan.yaml": lambda file: _text(
                file, yaml.safe_dump(plain(evaluation.plan), allow_unicode=True, sort_keys=False)
            ),
            "report.html": lambda file: _text(file, render_evaluation(evaluation, lang)),
            "evaluation.json": lambda file: _text(file, document(evaluation)),
        },
        MARK,
    )


def document(evaluation: Evaluated) -> str:
    """evaluation.json: what `--json` prints."""
    told = {
        "schema": 1,
        "rows": evaluation.rows,
        "pictures": evaluation.pictures,
        "warnings": evaluation.warnings,
        "failed": evaluation.failed,
        "versions": {"isang": version("isang")},
    }
    return json.dumps(plain(told), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _yaml(plan: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(plain(plan), allow_unicode=True, sort_keys=False)
    return text


def _text(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")
