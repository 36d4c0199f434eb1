"""report.html of a self-test."""

from __future__ import annotations

from pathlib import PurePath

from isang.reports.charts import chart
from isang.reports.markup import Markup, element
from isang.reports.page import page
from isang.reports.panels import EXPECTED, FLAGGED, LINE, QUIET
from isang.reports.phrases import phrase
from isang.reports.pieces import commands, pairs, section, table
from isang.reports.sections import provenance
from isang.reports.strip import detector_of, model_told, threshold_told, two
from isang.reports.trials_figures import SIZE_COLOURS, example_figure, share_figure
from isang.reports.trials_told import (
    criterion_told,
    delay_told,
    fault_told,
    hints,
    last_part_told,
    next_trial,
    noticed_told,
    rate_told,
    size_told,
    verdict_told,
)
from isang.words.note import worded
from isang.words.telling import percent, span
from isang.words.trial import Example, Share, Trials


def render_trials(trials: Trials, lang: str = "en") -> str:
    """The page as text; `lang` is "en" or "ko"."""
    named = [PurePath(str(entry["path"])).name for entry in trials.run["inputs"][:1]]
    content = [
        _criteria(trials, lang),
        _shares(trials, lang),
        _examples(trials, lang),
        section(
            "next", phrase("what_next", lang), element("div", {"class": "card panel"}, commands([next_trial(trials)]))
        ),
        provenance(trials, lang),
    ]
    return page(
        " · ".join(["isang selftest", verdict_told(trials, lang), *named]),
        _head(trials, lang),
        content,
        trials.run,
        lang,
    )


def _head(trials: Trials, lang: str) -> Markup:
    run, requested = trials.run, trials.false_alarms.requested
    asked = phrase("asked_for", lang, requested=requested) if requested else ""
    tried = sum(share.injected for share in trials.shares)
    strip = [
        (phrase("faults_tried", lang), two(f"{tried:,}", last_part_told(run, lang))),
        *([(phrase("model", lang), two(*model_told(run, lang)))] if run.get("model") else []),
        (
            phrase("detector", lang),
            two(detector_of(run, trials.plan, lang), ", ".join(run["recognised"]["values"][:4])),
        ),
        (phrase("threshold", lang), two(*threshold_told(run, lang))),
        (
            phrase("realised_alarms", lang),
            two(
                f"{trials.false_alarms.count:,}",
                " · ".join(filter(None, (rate_told(trials.false_alarms, lang), asked))),
            ),
        ),
    ]
    named = element("b", None, phrase("warnings", lang))
    notes = [element("li", None, named, " ", worded(note, lang)) for note in run["warnings"]]
    return element(
        "header",
        None,
        element("div", {"class": "mark"}, "isang selftest · 이상"),
        element("h1", None, verdict_told(trials, lang)),
        element("div", {"class": "soft"}, phrase("self_test_means", lang)),
        pairs(strip, "strip"),
        element("ul", {"class": "notes"}, *notes) if notes else "",
    )


def _criteria(trials: Trials, lang: str) -> Markup:
    rows = [
        [*criterion_told(criterion, trials, lang), _met(passed=criterion.passed, lang=lang)]
        for criterion in trials.criteria
    ]
    heads = ["", phrase("found", lang), phrase("wanted", lang), ""]
    defects = [
        element("li", None, element("b", None, phrase(one.name, lang)), " ", one.text[lang]) for one in trials.defects
    ]
    box = element(
        "div",
        {"class": "card panel"},
        table(heads, rows),
        element("ul", {"class": "notes"}, *defects) if defects else "",
    )
    told = [element("p", {"class": "soft"}, hint) for hint in hints(trials, lang)]
    return section("criteria", phrase("criteria", lang), *told, box)


def _met(*, passed: bool, lang: str) -> Markup:
    return element(
        "span", {"class": f"badge {'low' if passed else 'critical'}"}, phrase("met" if passed else "unmet", lang)
    )


def _shares(trials: Trials, lang: str) -> Markup:
    heads = [phrase(word, lang) for word in ("fault", "size", "tried", "caught", "share", "interval", "noticed_after")]
    listed = table(heads, [_share_row(share, lang) for share in trials.shares], figures=(2, 3, 4, 5, 6))
    drawn = chart("figure-shares", share_figure(trials, lang), phrase("what_is_caught", lang))
    numbers = element("details", None, element("summary", None, phrase("in_numbers", lang)), listed)
    box = element("div", {"class": "card panel"}, _sizes(trials, lang), drawn, numbers)
    told = element("p", {"class": "soft"}, phrase("shares_told", lang))
    return section("shares", phrase("what_is_caught", lang), told, box)


def _share_row(share: Share, lang: str) -> list[str]:
    ends = span(percent(share.low), percent(share.high), lang)
    caught = percent(share.share)
    named = [fault_told(share.fault, lang), size_told(share.size, lang) or "–"]
    return [
        *named,
        str(share.injected),
        str(share.caught),
        caught,
        ends,
        delay_told(share.delay_rows, share.delay_s, lang),
    ]


def _sizes(trials: Trials, lang: str) -> Markup:
    sizes = sorted({share.size for share in trials.shares if share.size is not None})
    dots = [
        (f"border-radius:50%;width:9px;height:9px;background:{colour}", size_told(size, lang))
        for size, colour in zip(sizes, SIZE_COLOURS, strict=False)
    ]
    dots.append((f"border-radius:50%;width:9px;height:9px;background:{EXPECTED}", phrase("no_size", lang)))
    dots.append((f"height:0;border-top:2px dashed {FLAGGED};margin-bottom:4px", phrase("required", lang)))
    return _legend(dots)


def _examples(trials: Trials, lang: str) -> Markup:
    marks = [
        (f"height:0;border-top:2px solid {LINE};margin-bottom:4px", phrase("with_fault", lang)),
        (f"height:0;border-top:2px dotted {EXPECTED};margin-bottom:4px", phrase("as_it_was", lang)),
        (f"background:{QUIET}", phrase("fault_rows", lang)),
        (f"width:8px;height:8px;background:{FLAGGED};transform:rotate(45deg)", phrase("noticed", lang)),
    ]
    drawn = [_example(example, number, lang) for number, example in enumerate(trials.examples)]
    told = element("p", {"class": "soft"}, phrase("examples_told", lang))
    return section(
        "examples", phrase("examples", lang), told, _legend(marks), element("div", {"class": "tiles"}, *drawn)
    )


def _example(example: Example, number: int, lang: str) -> Markup:
    title = ", ".join(filter(None, (fault_told(example.fault, lang), size_told(example.size, lang))))
    where = " · ".join(filter(None, (example.entity, example.column, noticed_told(example, lang))))
    head = element("h4", None, title, " ", element("small", {"class": "soft"}, where))
    return element(
        "div", {"class": "card panel"}, head, chart(f"figure-example-{number}", example_figure(example, lang), title)
    )


def _legend(marks: list[tuple[str, str]]) -> Markup:
    return element(
        "ul", {"class": "legend"}, *(element("li", None, element("i", {"style": look}), words) for look, words in marks)
    )
