"""All outputs of a result, into one folder."""

from __future__ import annotations

from pathlib import Path

from isang.reports import documents, hybrid, tables
from isang.reports.base import Outcome
from isang.reports.html import render
from isang.reports.predictions import FILE, write_predictions
from isang.reports.risk_files import risk_writers
from isang.reports.swap import FILES, Writer, check_target, mend, put_text, replace_folder

__all__ = ["check_target", "mend", "write_folder", "writers"]


def write_folder(outcome: Outcome, folder: Path, lang: str = "en") -> Path:
    """Write every output, and give back the folder's full path.

    Raises OutputError, with what stood there before untouched: the folder holds something that is
    not ours, another run writes there, or the disk refuses.
    """
    return replace_folder(folder, writers(outcome, lang), known=FILES)


def writers(outcome: Outcome, lang: str) -> dict[str, Writer]:
    """File name → what writes it. `run.json` comes last: a folder that has it is complete."""
    asked: dict[str, Writer] = {}
    if outcome.plan.get("predictions"):
        asked[FILE] = lambda file: write_predictions(outcome, file)
    if outcome.plan.get("hybrid"):
        asked[hybrid.ALL] = lambda file: hybrid.write_hybrid(outcome, file)
        asked[hybrid.STRONG] = lambda file: hybrid.write_strong(outcome, file)
    return {
        **asked,
        **risk_writers(outcome, lang),
        "anomalies.csv": lambda file: tables.write_anomalies(outcome, file),
        "scores.parquet": lambda file: tables.write_scores(outcome, file),
        "incidents.json": lambda file: put_text(file, documents.incidents_json(outcome)),
        "skipped.json": lambda file: put_text(file, documents.skipped_json(outcome)),
        "plan.yaml": lambda file: put_text(file, documents.plan_yaml(outcome)),
        "report.html": lambda file: put_text(file, render(outcome, lang)),
        "run.json": lambda file: put_text(file, documents.run_json(outcome)),
    }
