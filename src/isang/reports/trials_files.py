"""All outputs of a self-test, into one folder."""

from __future__ import annotations

from pathlib import Path

from isang.reports.documents import plan_yaml
from isang.reports.swap import check_target, put_text, replace_folder
from isang.reports.trials_documents import selftest_json, shares_table
from isang.reports.trials_page import render_trials
from isang.words.trial import Trials

MARK = "selftest.json"
FILES = ("selftest.csv", "plan.yaml", "report.html", MARK)


def check_trials_target(folder: Path) -> None:
    """Raise OutputError early where a self-test would not replace the folder, because of what it holds."""
    check_target(folder, FILES, MARK)


def write_trials(trials: Trials, folder: Path, lang: str = "en") -> Path:
    """Write every output, and give back the folder's full path; OutputError with what stood there untouched."""
    return replace_folder(
        folder,
        {
            "selftest.csv": lambda file: shares_table(trials).write_csv(file),
            "plan.yaml": lambda file: put_text(file, plan_yaml(trials)),
            "report.html": lambda file: put_text(file, render_trials(trials, lang)),
            MARK: lambda file: put_text(file, selftest_json(trials)),
        },
        MARK,
    )
