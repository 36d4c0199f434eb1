"""What the terminal says. Data are shown as plain text only: never as markup, never with control characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from isang.reports.base import Evaluated, Outcome
from isang.reports.bill_section import bill_told
from isang.reports.cards import drivers, headline, how_bad, peaked, since, told_time, usual_range, where, why
from isang.reports.contents import BANDS
from isang.reports.evaluation_page import HEADS
from isang.reports.lined import log_of, template_of
from isang.reports.members import members, moved
from isang.reports.phrases import phrase
from isang.reports.priced import mailed
from isang.reports.scoped import called, scoped
from isang.reports.sections import miss_told
from isang.reports.strip import (
    aside_by_reason,
    conclusion_told,
    detector_of,
    false_alarms_told,
    measured_told,
    model_told,
    rows_told,
    threshold_told,
    verdict,
)
from isang.reports.suggest import next_command
from isang.reports.training_chart import training_told
from isang.words.incident import Incident
from isang.words.money import money
from isang.words.note import worded
from isang.words.telling import duration, number, percent, points, printable, shortened

_STYLES = {"CRITICAL": "bold red", "HIGH": "red", "MEDIUM": "yellow", "LOW": "cyan", "INFO": "dim"}
_TOP, _NOTES, _NAMES, _WIDE = 10, 8, 6, 85
_FILES = 4
_FIGURES = ("event_recall", "auc_pr", "vus_pr", "false_alarms", "cost")
_AREAS = ("auc_pr", "vus_pr")
_ENTITY, _NAME, _RANK = 34, 160, len("  1  ")


def tell_recognised(recognised: Mapping[str, Any], warnings: Sequence[str], console: Console, lang: str = "en") -> None:
    """What was found out about the data: the `recognised` of run.json, columns set aside, warnings."""
    gaps = recognised.get("gaps")
    step = recognised.get("step_s")
    time = [recognised.get("time") or phrase("no_time", lang), recognised.get("time_format"), recognised.get("tz")]
    time += [
        phrase("step", lang, step=duration(step, lang)) if step else "",
        phrase("gaps_told", lang, count=gaps) if gaps else "",
    ]
    tell_line(
        console, phrase("pack", lang), [recognised.get("pack"), worded(recognised.get("pack_reason") or "", lang)]
    )
    tell_line(console, phrase("time_column", lang), time)
    if recognised.get("keys"):
        count = phrase("entities_told", lang, count=f"{recognised.get('entities') or 0:,}")
        tell_line(
            console,
            phrase("keys", lang),
            [_listed(recognised["keys"]), count, worded(recognised.get("keys_reason") or "", lang)],
        )
    tell_line(console, phrase("values", lang), [_listed(recognised.get("values") or []), *_meanings(recognised, lang)])
    for reason, columns in list(aside_by_reason(recognised).items())[:_NOTES]:
        tell_line(console, phrase("set_aside", lang), [_listed(columns), worded(reason, lang)])
    _notes(warnings, console, lang)


def tell_result(outcome: Outcome, console: Console, folder: Path | None = None, lang: str = "en") -> None:
    """How it was judged, counts per band, the top ten or the nearest misses, the report, what to try next."""
    run = outcome.run
    mode = str(run.get("mode", "hindsight"))
    tell_line(console, phrase("rows", lang), rows_told(run, lang))
    tell_line(console, phrase("mode", lang), [phrase(mode, lang), phrase(f"{mode}_means", lang)])
    tell_line(console, phrase("model", lang), model_told(run, lang))
    if detector := detector_of(run, outcome.plan, lang):
        country = outcome.plan.get("holidays")
        calendar = phrase("holidays_told", lang, country=country) if country else ""
        tell_line(console, phrase("detector", lang), [detector, calendar])
    tell_line(console, phrase("training", lang), [training_told(run.get("training") or [], lang)])
    expected = f"{phrase('false_alarms', lang)}: {false_alarms_told(run, lang)}"
    tell_line(console, phrase("threshold", lang), [*threshold_told(run, lang), expected])
    tell_line(console, phrase("measured", lang), measured_told(run, lang))
    tell_line(console, phrase("conclusion", lang), [conclusion_told(run, lang)])
    _notes(run.get("warnings") or [], console, lang)
    console.print()
    tell_line(console, phrase("bill", lang), bill_told(outcome, lang))
    _verdict(outcome, console, lang)
    _list(outcome.incidents[:_TOP], console, lang)
    _rest(outcome, console, lang)
    console.print()
    if folder is not None:
        tell_line(console, phrase("report_lies", lang), [folder / "report.html"], whole=True)
    tell_line(console, phrase("try", lang), [next_command(outcome)], whole=True)


def tell_learnt(account: dict[str, Any], console: Console, folder: Path, command: str, lang: str = "en") -> None:
    """From how many rows a model was learnt, by which detector, its threshold, where it lies, what to try next."""
    tell_line(console, phrase("rows", lang), [phrase("learnt_from_rows", lang, rows=f"{account['rows']:,}")])
    tell_line(console, phrase("detector", lang), [detector_of(account, {}, lang)])
    tell_line(console, phrase("training", lang), [training_told(account["training"], lang)])
    expected = f"{phrase('false_alarms', lang)}: {false_alarms_told(account, lang)}"
    tell_line(console, phrase("threshold", lang), [*threshold_told(account, lang), expected])
    console.print()
    tell_line(console, phrase("model", lang), [folder], whole=True)
    tell_line(console, phrase("try", lang), [command], whole=True)


def tell_incident(incident: Incident, console: Console, lang: str = "en") -> None:
    """The five lines of one incident."""
    top = Text(f"{incident.band} {points(incident.risk)}", style=_STYLES.get(incident.band, ""))
    name = printable(where(incident, shortened(called(incident.entity, incident.pack, lang), _NAME)))
    console.print(top.append("  ".join(["", f"#{incident.rank}", *([name] if name else []), incident.id]), style=""))
    tell_line(console, phrase("what", lang), [headline(incident, lang), mailed(incident, lang)])
    tell_line(console, phrase("how_bad", lang), how_bad(incident, lang))
    tell_line(console, phrase("why", lang), [*_drivers(incident, lang), *why(incident, lang)])
    tell_line(console, phrase("since", lang), since(incident, lang))
    for command in incident.next:
        tell_line(console, phrase("next", lang), [command], whole=True)


def _verdict(outcome: Outcome, console: Console, lang: str) -> None:
    counts = Counter(incident.band for incident in outcome.incidents)
    text = Text(verdict(outcome, lang), style="bold")
    for band in BANDS:
        if counts[band]:
            text.append("  ").append(f"{counts[band]} × {band}", style=_STYLES[band])
    console.print(text)


def _list(incidents: Sequence[Incident], console: Console, lang: str) -> None:
    """In columns where there is room for headlines; else a line each, which goes on below itself."""
    widest = max((cell_len(_named(incident, lang)) for incident in incidents), default=0)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    if columns := console.width - widest >= _WIDE:
        for _ in range(2 + bool(widest)):
            table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for incident in incidents:
        cells = [
            Text(_began(incident, lang)),
            *([Text(_named(incident, lang))] if widest else []),
            _title(incident, lang),
        ]
        rank = Text(f"{incident.rank:>3}", style="dim")
        table.add_row(rank, *([_band(incident), *cells] if columns else [incident_line(incident, lang)[_RANK:]]))
    console.print(table)


def _band(incident: Incident) -> Text:
    return Text(f"{incident.band:<8} {points(incident.risk):>3}", style=_STYLES.get(incident.band, ""))


def _named(incident: Incident, lang: str) -> str:
    """Of logs the log alone: the template stands in a line of its own."""
    name = log_of(incident) if template_of(incident) else called(incident.entity, incident.pack, lang)
    return where(incident, shortened(printable(name), _ENTITY - len(where(incident, ""))))


def _title(incident: Incident, lang: str) -> Text:
    told = " · ".join([headline(incident, lang), *peaked(incident, lang)])
    title, template = (
        Text(printable(told)),
        printable(shortened(called(template_of(incident), incident.pack, lang), _NAME)),
    )
    return title.append(f"\n{template}", style="dim") if template else title


def _began(incident: Incident, lang: str) -> str:
    return (
        told_time(incident, incident.start)
        if incident.start
        else phrase("row_one", lang, first=f"{incident.first_row:,}")
    )


def incident_line(incident: Incident, lang: str) -> Text:
    """Rank, band, risk, beginning, entity and headline of an incident."""
    line = Text(f"{incident.rank:>3}  ", style="dim").append_text(_band(incident))
    entity = f"{_named(incident, lang)}  " if incident.entity else ""
    return line.append(f"  {_began(incident, lang)}  {entity}", style="none").append_text(_title(incident, lang))


def _rest(outcome: Outcome, console: Console, lang: str) -> None:
    """The incidents beyond the top ten are counted; where there are none, the nearest misses are told."""
    if more := max(len(outcome.incidents) - _TOP, 0):
        console.print(Text(f"     {phrase('more_in', lang, count=f'{more:,}', file='incidents.json')}", style="dim"))
    if outcome.incidents or outcome.misses.is_empty():
        return
    console.print(Text(phrase("misses", lang), style="dim"))
    for miss in outcome.misses.head(3).to_dicts():
        when, column, value, usual, score = miss_told(miss, lang)
        entity = f"{called(miss['entity'], outcome.run['recognised']['pack'], lang)}  " if miss.get("entity") else ""
        usual = f"{phrase('usual_range', lang)} {usual}, " if usual != "–" else ""
        console.print(Text(printable(f"     {when}  {entity}{column} {value} ({usual}{score})")))


def _notes(warnings: Sequence[str], console: Console, lang: str) -> None:
    for note in warnings[:_NOTES]:
        tell_line(console, phrase("warning", lang), [worded(note, lang)], "yellow")
    if len(warnings) > _NOTES:
        tell_line(
            console, phrase("warning", lang), [phrase("more_in", lang, count=len(warnings) - _NOTES, file="run.json")]
        )


def tell_line(console: Console, name: str, parts: Sequence[object], style: str = "dim", *, whole: bool = False) -> None:
    """A named line: what matters first, the rest after it. `whole` lines are to be copied: they are not wrapped."""
    line = " · ".join(printable(part, 1000) for part in parts if part)
    if line:
        named = Text(f"{name[:1].upper()}{name[1:]}: ", style=style)
        console.print(named.append(line, style="none"), soft_wrap=whole)


def _meanings(recognised: Mapping[str, Any], lang: str) -> list[str]:
    """Which counters are counts of a slot, and which only rise; the rest are gauges."""
    kinds: dict[str, list[str]] = {}
    for name, kind in (recognised.get("meanings") or {}).items():
        kinds.setdefault(kind, []).append(name)
    return [f"{phrase(f'means_{kind}', lang)}: {_listed(names)}" for kind, names in sorted(kinds.items())]


def _listed(names: Sequence[str]) -> str:
    more = f" +{len(names) - _NAMES}" if len(names) > _NAMES else ""
    return ", ".join(printable(name, 40) for name in names[:_NAMES]) + more


def _drivers(incident: Incident, lang: str) -> list[str]:
    """Columns with their usual range; of money the members with what each changed by, where there are several."""
    parts, unit = members(incident), str((incident.impact or {}).get("unit", ""))
    if parts:
        return [f"{scoped(one.name, lang)} {money(moved(one), unit, lang, signed=True)}" for one in parts if parts[1:]]
    return [] if incident.impact else [_driver(driver, lang) for driver in drivers(incident)]


def _driver(driver: Any, lang: str) -> str:
    actual, usual = usual_range(driver, lang)
    return f"{driver.told} {percent(driver.share)} ({actual}; {phrase('usual_range', lang)} {usual})"


def tell_evaluation(evaluation: Evaluated, console: Console, folder: Path, lang: str = "en") -> None:
    """What was compared, how the test came out, and where the report lies."""
    for file in list(evaluation.pictures)[:_FILES]:
        console.print(_comparison([row for row in evaluation.rows if row["file"] == file], lang))
    for row in evaluation.tested:
        name = [Path(row["file"]).name] if len(evaluation.tested) > 1 else []
        tell_line(console, phrase("conclusion", lang), [*name, row["conclusion_text"][lang]])
    failed = [reason if file in reason else f"{file}: {reason}" for file, reason in evaluation.failed.items()]
    _notes([*evaluation.warnings, *failed], console, lang)
    tell_line(console, phrase("report_lies", lang), [folder / "report.html"], whole=True)


def _comparison(rows: Sequence[Mapping[str, Any]], lang: str) -> Table:
    """The table of one file: a line for each detector and threshold."""
    heads = [name for name in _FIGURES if any(row.get(name) is not None for row in rows)]
    table = Table(title=Text(printable(Path(rows[0]["file"]).name)), box=None, pad_edge=False, title_justify="left")
    longest = max(cell_len(part) for row in rows for part in row["detector"].split(" "))
    table.add_column(phrase("detector", lang), min_width=longest)
    table.add_column(phrase("rule", lang), min_width=max(cell_len(_rule(row)) for row in rows))
    for name in heads:
        table.add_column(phrase(HEADS.get(name, name), lang).replace(" ", "\n"), justify="right", no_wrap=True)
    for row in rows:
        tested = row["reported_on"] == "test"
        texts = [f"{row['detector']} ({phrase('test', lang)})" if tested else row["detector"], _rule(row)]
        figures = [_figure(name, row.get(name)) for name in heads]
        style = "bold" if tested else None
        table.add_row(*(Text(printable(text)) for text in [*texts, *figures]), style=style)
    return table


def _rule(row: Mapping[str, Any]) -> str:
    return str(row["threshold_from"]).partition(" on ")[0]


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return percent(value) if name == "event_recall" else f"{value:.3f}" if name in _AREAS else number(value)
