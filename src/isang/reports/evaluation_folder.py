"""The outputs of an evaluation, into one folder."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from isang.reports.base import Evaluated
from isang.reports.documents import dump, pick, plan_yaml
from isang.reports.evaluation_contents import DOCUMENT
from isang.reports.evaluation_page import render_evaluation
from isang.reports.swap import put_text, replace_folder
from isang.reports.tables import write_inert

MARK = "evaluation.json"
FILES = ("evaluation.csv", "plan.yaml", "report.html", MARK)


def write_evaluation(evaluation: Evaluated, folder: Path, lang: str = "en") -> Path:
    """Write every output and give back the folder's full path; OutputError leaves what stood there untouched."""
    return replace_folder(
        folder,
        {
            "evaluation.csv": lambda file: write_inert(evaluation.table, file),
            "plan.yaml": lambda file: put_text(file, plan_yaml(evaluation)),
            "report.html": lambda file: put_text(file, render_evaluation(evaluation, lang)),
            MARK: lambda file: put_text(file, document(evaluation)),
        },
        MARK,
    )


def document(evaluation: Evaluated) -> str:
    """evaluation.json: what `--json` prints."""
    names = ("rows", "pictures", "warnings", "failed")
    own = {name: getattr(evaluation, name) for name in names}
    return dump({"schema": 1, **pick({**own, "versions": {"isang": version("isang")}}, DOCUMENT)})
