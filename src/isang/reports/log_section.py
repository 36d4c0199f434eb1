"""Logs as a whole: lines over time by level, templates never seen before, anomalies by band of risk."""

from __future__ import annotations

import polars as pl

from isang.reports.base import Outcome, is_of_logs
from isang.reports.charts import chart
from isang.reports.markup import Markup, element, joined
from isang.reports.phrases import phrase
from isang.reports.pieces import badge, section, table
from isang.reports.risk_files import shares
from isang.reports.volume_chart import level_legend, volume_figure
from isang.words.telling import moment, percent

_LISTED = 20


def log_section(outcome: Outcome, lang: str) -> Markup:
    """Nothing where the data are no logs."""
    if not is_of_logs(outcome):
        return Markup("")
    drawn = chart("figure-volumes", volume_figure(outcome, lang), phrase("volumes", lang))
    told = element("p", {"class": "soft"}, phrase("volumes_told", lang))
    volumes = section("volumes", phrase("volumes", lang), told, _panel(level_legend(outcome, lang), drawn))
    parts = [volumes, section("new-templates", phrase("new_templates", lang), _new(outcome, lang))]
    if len(outcome.anomalies):
        parts.append(section("bands", phrase("bands", lang), _panel(_bands(outcome, lang))))
    return joined(parts)


def new_templates(outcome: Outcome) -> pl.DataFrame:
    """The first slot of each kind of line that was never there before, in time, with all lines of it that came."""
    new = outcome.scores["rules"].fill_null("").str.split(";").list.contains("novelty")
    named = list(outcome.columns.keys)
    total = outcome.frame.group_by(named).agg(pl.col("lines").sum().alias("total"))
    return outcome.frame.filter(new).join(total, on=named, how="left").sort(str(outcome.columns.time))


def _new(outcome: Outcome, lang: str) -> Markup:
    found = new_templates(outcome)
    if found.is_empty():
        return _panel(element("p", {"class": "soft"}, phrase("none_new", lang)))
    heads = [phrase(word, lang) for word in ("when", "log_level", "template", "all_lines", "first_at")]
    rows = [_row(row, str(outcome.columns.time), lang) for row in found.head(_LISTED).iter_rows(named=True)]
    more = len(found) - _LISTED
    tail = (
        [element("p", {"class": "soft"}, phrase("more_in", lang, count=more, file="anomalies.csv"))] if more > 0 else []
    )
    return _panel(table(heads, rows, "templates", figures=(3,)), *tail)


def _row(row: dict[str, object], time: str, lang: str) -> list[str]:
    log = f"{row['log']}: " if "log" in row else ""
    known = row["file"] is not None
    place = phrase("raw_place", lang, file=row["file"], line=row["line"], offset=row["byte_offset"]) if known else "–"
    level, total = str(row["log_level"] or "–"), f"{row['total']:,.0f}"
    return [moment(row[time]), level, f"{log}{row['template']}", total, element("code", None, place)]  # type: ignore[arg-type]


def _bands(outcome: Outcome, lang: str) -> Markup:
    heads = [phrase(word, lang) for word in ("band", "anomalies", "share")]
    rows = [[badge(band), f"{count:,}", _bar(share)] for band, count, share in shares(outcome.anomalies)]
    return table(heads, rows, "bands", figures=(1,))


def _bar(share: float) -> Markup:
    width = {"style": f"width:{100 * share:.0f}%"}
    return joined([percent(share), element("span", {"class": "bar"}, element("i", width))])


def _panel(*content: str) -> Markup:
    return element("div", {"class": "card panel"}, *content)
