"""report.html of an evaluation: the conclusion, what was compared, and the figures of each file."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import PurePath
from typing import Any

from isang.reports.base import Evaluated
from isang.reports.charts import chart
from isang.reports.evaluation_figures import figures_of
from isang.reports.markup import Markup, element, joined
from isang.reports.page import page
from isang.reports.phrases import phrase
from isang.reports.pieces import section, table
from isang.words.note import worded
from isang.words.telling import number, percent

_DRAWN = 6  # files with figures: a page must open
_SHORT = ("point_f1", "event_recall", "event_f1", "roc_auc", "auc_pr", "vus_pr", "false_alarms", "cost")
_SHARES = ("event_recall",)
HEADS = {"false_alarms": "false_alarm_count"}


def render_evaluation(evaluation: Evaluated, lang: str = "en") -> str:
    """The page as text; `lang` is "en" or "ko"."""
    tested = evaluation.tested
    drawn = [row["file"] for row in tested[:_DRAWN]]
    content = [
        _conclusions(tested, lang),
        *(_compared(evaluation, file, lang, many=len(tested) > 1) for file in drawn),
        _failed(evaluation.failed, lang),
    ]
    title = (
        tested[0]["conclusion_text"][lang] if len(tested) == 1 else phrase("evaluated_files", lang, count=len(tested))
    )
    top = element(
        "header",
        None,
        element("div", {"class": "mark"}, "isang · 이상"),
        element("h1", None, title),
        element("div", {"class": "soft"}, phrase("evaluation_means", lang)),
        *(element("p", {"class": "soft"}, worded(warning, lang)) for warning in evaluation.warnings[:8]),
    )
    return page(f"isang · {title}", top, content, {"versions": {"isang": version("isang")}}, lang)


def _conclusions(tested: list[dict[str, Any]], lang: str) -> Markup:
    """What was chosen for each file, and how the test came out."""
    heads = [phrase(word, lang) for word in ("file", "detector", "rule", "events", "conclusion")]
    rows = [
        (
            _short(row["file"], lang),
            row["detector"],
            row["threshold_from"],
            str(row["events"]),
            row["conclusion_text"][lang],
        )
        for row in tested
    ]
    told = element("p", {"class": "soft"}, phrase("tested_told", lang))
    box = element("div", {"class": "card panel"}, table(heads, rows, figures=(3,)))
    return section("conclusions", phrase("conclusion", lang), told, box)


def _compared(evaluation: Evaluated, file: str, lang: str, *, many: bool) -> Markup:
    """One file: the comparison as a table, the figures below it."""
    rows = [row for row in evaluation.rows if row["file"] == file]
    shown = [name for name in _SHORT if any(row.get(name) is not None for row in rows)]
    heads = [phrase(word, lang) for word in ("detector", "rule", "reported_on")]
    body = [
        (
            row["detector"],
            row["threshold_from"],
            phrase(row["reported_on"], lang),
            *(_cell(row, name) for name in shown),
        )
        for row in rows
    ]
    listed = table(
        [*heads, *(phrase(HEADS.get(name, name), lang) for name in shown)],
        body,
        figures=tuple(range(3, 3 + len(shown))),
    )
    ident = f"compared-{list(evaluation.pictures).index(file)}"
    title = phrase("compared", lang) + (f": {_short(file, lang)}" if many else "")
    told = element("p", {"class": "soft"}, phrase("compared_told", lang))
    pictures = [
        section(f"{ident}-{name}", phrase(f"figure_{name}", lang), _drawn(f"{ident}-{name}", name, figure, lang))
        for name, figure in figures_of(evaluation.pictures[file], lang).items()
    ]
    return joined([section(ident, title, told, element("div", {"class": "card panel"}, listed)), *pictures])


def _drawn(ident: str, name: str, figure: Any, lang: str) -> Markup:
    told = element("p", {"class": "soft"}, phrase(f"figure_{name}_told", lang))
    box = element("div", {"class": "card panel"}, chart(f"figure-{ident}", figure, phrase(f"figure_{name}", lang)))
    return joined([told, box])


def _failed(failed: dict[str, str], lang: str) -> Markup:
    if not failed:
        return Markup("")
    rows = [(_short(file, lang), reason) for file, reason in failed.items()]
    box = element("div", {"class": "card panel"}, table([phrase("file", lang), phrase("reason", lang)], rows))
    return section("failed", phrase("not_evaluated", lang), box)


def _cell(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return "–"
    return percent(value) if name in _SHARES else number(value)


def _short(file: str, lang: str) -> str:
    return PurePath(file).name or phrase("the_frame", lang)
