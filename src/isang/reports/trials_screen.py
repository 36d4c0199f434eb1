"""What the terminal says of a self-test."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from isang.reports.console import tell_line
from isang.reports.phrases import phrase
from isang.reports.strip import detector_of, model_told, threshold_told
from isang.reports.trials_told import (
    criterion_told,
    fault_told,
    hints,
    last_part_told,
    middle_delay,
    next_trial,
    size_told,
    verdict_told,
)
from isang.words.note import worded
from isang.words.telling import percent
from isang.words.trial import Trials


def tell_trials(trials: Trials, console: Console, folder: Path | None = None, lang: str = "en") -> None:
    """How it was judged, what was caught, each criterion, the report, what to try next."""
    run = trials.run
    tell_line(console, phrase("model", lang), model_told(run, lang))
    tell_line(console, phrase("detector", lang), [detector_of(run, trials.plan, lang)])
    tell_line(console, phrase("threshold", lang), threshold_told(run, lang))
    tell_line(
        console,
        phrase("faults_tried", lang),
        [f"{sum(s.injected for s in trials.shares):,}", last_part_told(run, lang)],
    )
    for note in run["warnings"]:
        tell_line(console, phrase("warning", lang), [worded(note, lang)], "yellow")
    console.print()
    console.print(_shares(trials, lang))
    console.print()
    console.print(Text(verdict_told(trials, lang), style="bold green" if trials.passed else "bold red"))
    _criteria(trials, console, lang)
    console.print()
    if folder is not None:
        tell_line(console, phrase("report_lies", lang), [folder / "report.html"], whole=True)
    tell_line(console, phrase("try", lang), [next_trial(trials)], whole=True)


def _shares(trials: Trials, lang: str) -> Table:
    """One line a kind, one column a size; what has no size stands in the first of them."""
    sizes = sorted({share.size for share in trials.shares if share.size is not None})
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    grid.add_column(phrase("caught", lang), overflow="fold")
    for size in sizes:
        grid.add_column(size_told(size, lang), justify="right")
    grid.add_column(phrase("noticed_after", lang), justify="right")
    for fault, group in groupby(trials.shares, key=lambda share: share.fault):
        shares = list(group)
        known = {share.size: percent(share.share) for share in shares}
        cells = (
            [known.get(size, "") for size in sizes] if None not in known else [known[None], *[""] * (len(sizes) - 1)]
        )
        grid.add_row(fault_told(fault, lang), *cells, middle_delay(shares, lang))
    return grid


def _criteria(trials: Trials, console: Console, lang: str) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(4):
        grid.add_column(overflow="fold")
    for criterion in trials.criteria:
        name, found, wanted = criterion_told(criterion, trials, lang)
        word, style = ("met", "green") if criterion.passed else ("unmet", "red")
        grid.add_row(Text(phrase(word, lang), style=style), name, found, Text(wanted, style="dim"))
    console.print(grid)
    for defect in trials.defects:
        tell_line(console, phrase(defect.name, lang), [defect.text[lang]], "red")
    for hint in hints(trials, lang):
        tell_line(console, phrase("warning", lang), [hint], "yellow")
