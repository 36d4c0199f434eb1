"""The page, its figures and the terminal: complete, small, legible, and inert whatever the data are called."""

from __future__ import annotations

import html
import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from rich.console import Console

from fake_result import fake_result
from isang.errors import UsageError
from isang.reports import figures, overview
from isang.reports.charts import payload
from isang.reports.console import tell_incident, tell_recognised, tell_result
from isang.reports.html import render
from isang.reports.markup import element, raw
from isang.reports.phrases import _PHRASES, phrase
from isang.reports.stretch import absent_spans, stretch_of, unscored_spans
from isang.reports.suggest import listen_closer, put_to_the_test
from isang.reports.thin import thin
from isang.result import Result

CHROMIUM = shutil.which("chromium")
HOSTILE = (
    "<script>document.title='owned'</script>",
    "{{7*7}}<img src=x onerror=\"document.title='owned'\">",
    "</script><!--<script>document.title='owned'</script>",
    "\"><svg onload=document.title='owned'>",
)


@pytest.fixture(scope="module")
def result() -> Result:
    return fake_result(values=("cpu", "메모리 사용량"), entities=("web-1", "결제 서버"))


@pytest.fixture(scope="module")
def hostile() -> Result:
    return fake_result(rows=700, values=HOSTILE, entities=HOSTILE[:2], key=f"{HOSTILE[3]} key", spots=((500, 6, 9.0),))


class Page(HTMLParser):
    """Elements, visible text and figures of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] not in ("script", "style"):
            self.text += data + "\n"


# --- the page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("What", "How bad", "Why", "Since", "Next", "hindsight")),
        ("ko", ("무엇", "심각도", "원인", "시점", "다음")),
    ],
)
def test_a_card_an_incident_with_its_five_lines(result: Result, lang: str, words: tuple[str, ...]) -> None:
    page = Page(render(result, lang))
    assert [tag for tag, _ in page.tags].count("article") == len(result.incidents) == 2
    for word in words:
        assert word in page.text
    for incident in result.incidents:
        assert incident.text[lang].split("\n")[0] in page.text
        assert incident.next[0] in page.text
    assert "결제 서버" in render(result, lang) or "web-1" in page.text


def test_the_strip_says_how_it_was_arrived_at(result: Result) -> None:
    text = Page(render(result)).text
    for told in ("5,878 read", "5,818 judged · 60 not judged · 4 skipped", "hindsight", "auto", "1 a week", "1/week"):
        assert told in text
    assert "from false_alarms, on all rows out of block" in text
    assert "looks like labels; not used; add --label label to measure" in text
    assert "60 rows at the start were used to warm up" in text
    assert "ab" * 32 in text


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "3 rows missing in short gaps were filled"), ("ko", "짧은 공백에서 빠진 행 3개는")]
)
def test_rows_that_were_filled_are_told_beside_those_not_judged(result: Result, lang: str, told: str) -> None:
    assert told in Page(render(result, lang)).text
    run = {**result.run, "coverage": {**result.run["coverage"], "filled": 0}}
    assert told.replace("3", "0") not in Page(render(replace(result, run=run), lang)).text


def test_nothing_stands_out_has_its_own_page() -> None:
    page = Page(render(fake_result(spots=())))
    assert "Nothing stands out" in page.text
    assert len(re.findall(r"\d+% of the threshold", page.text)) == 3
    assert "isang detect metrics.csv --false-alarms 7/week" in page.text
    assert "article" not in [tag for tag, _ in page.tags]


def test_too_few_rows_are_told_as_a_ranking() -> None:
    result = fake_result(spots=())
    result.run["thresholds"][0]["value"] = None
    assert "too few rows to set a threshold" in Page(render(result)).text


def test_every_incident_beyond_the_dozen_stands_in_the_table() -> None:
    result = fake_result(rows=6000, spots=tuple((300 + 250 * i, 3, 7.0 + i / 4) for i in range(20)), gap=False)
    page = Page(render(result))
    drawn = [tag for tag, _ in page.tags].count("article")
    assert drawn == 12
    assert len(result.incidents) > 12
    for incident in result.incidents[12:]:
        assert incident.title in page.text


def test_the_page_loads_nothing(result: Result) -> None:
    page = Page(render(result))
    loading = [
        (tag, key) for tag, attributes in page.tags for key in attributes if key in ("src", "href", "srcset", "action")
    ]
    assert loading == []
    assert {tag for tag, _ in page.tags} & {"link", "iframe", "object", "embed", "base", "form"} == set()


def test_only_our_two_scripts_may_run(result: Result) -> None:
    text = render(result)
    policy = next(a["content"] for _, a in Page(text).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert policy.count("sha256-") == 2
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_hostile_names_make_no_elements(hostile: Result, lang: str) -> None:
    text = render(hostile, lang)
    plain = Page(
        render(fake_result(rows=700, values=("a", "b", "c", "d"), entities=("x", "y"), spots=((500, 6, 9.0),)), lang)
    )
    page = Page(text)
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    assert not [key for _, attributes in page.tags for key in attributes if key.startswith("on")]
    assert html.escape(HOSTILE[0]) in text


def test_a_figure_cannot_end_its_script_element() -> None:
    figure = go.Figure(go.Scatter(x=["</script><!--"], y=[1], name="<&>"))
    text = payload(figure)
    assert not re.search(r"[<>&]", text)
    assert json.loads(text)["data"][0]["name"] == "<&>"


def test_markup_escapes_what_is_not_markup() -> None:
    assert element("p", {"title": '"<'}, "<b>", element("br")) == '<p title="&quot;&lt;">&lt;b&gt;<br></p>'
    with pytest.raises(ValueError, match="end its <script> early"):
        raw("script", {}, "</SCRIPT>")


def test_a_million_rows_make_a_small_page() -> None:
    result = fake_result(rows=1_000_000, gap=False, spots=tuple((5000 + 20_000 * i, 5, 9.0) for i in range(12)))
    assert len(render(result).encode()) < 5_000_000


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_no_hostile_text_runs_in_a_browser(hostile: Result, tmp_path: Path) -> None:
    """The browser's own view: charts are drawn, nothing of the data ran, the names stand there as text."""
    (tmp_path / "report.html").write_text(render(hostile), encoding="utf-8")
    document = _browse(tmp_path, "report.html")
    title = re.search(r"<title>(.*?)</title>", document)
    assert title is not None
    assert title[1].startswith("isang · 1 incident")
    assert document.count('class="main-svg"') >= 3
    assert html.escape(HOSTILE[0], quote=False) in document
    assert not [key for _, attributes in Page(document).tags for key in attributes if key.startswith("on")]
    assert "img" not in {tag for tag, _ in Page(document).tags}


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_the_browser_test_would_notice_a_script_that_runs(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(f"<title>isang</title>{HOSTILE[0]}", encoding="utf-8")
    assert "<title>owned</title>" in _browse(tmp_path, "bad.html")


def _browse(folder: Path, name: str) -> str:
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-sync", "--disable-background-networking", "--disable-component-update",
        f"--user-data-dir={folder / 'profile'}",
        "--virtual-time-budget=10000", "--window-size=1280,1800", "--dump-dom", (folder / name).as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


# --- figures ----------------------------------------------------------------------------------------------


def test_panels_share_one_axis_and_the_score_stands_below(result: Result) -> None:
    figure = figures.entity_figure(result)
    assert [note.text for note in figure.layout.annotations][-1] == "score"
    axes = [name for name in figure.layout if name.startswith("xaxis")]
    assert len({figure.layout[name].matches or name.replace("axis", "") for name in axes}) == 1
    names = {trace.name for trace in figure.data}
    assert {"cpu", "usual range", "expected", "flagged", "threshold", "score"} <= names


def test_the_band_lies_where_the_result_has_it(result: Result) -> None:
    figure = figures.entity_figure(result)
    band = next(trace for trace in figure.data if trace.name == "usual range")
    assert np.nanmin(band.y) == pytest.approx(result.lower["cpu"].min(), abs=0.01)
    assert np.nanmax(band.y) == pytest.approx(result.upper["cpu"].max(), abs=0.01)


def test_without_a_band_there_is_none(result: Result) -> None:
    bare = replace(
        result, expected=result.expected.select([]), lower=result.lower.select([]), upper=result.upper.select([])
    )
    assert not {"usual range", "expected"} & {trace.name for trace in figures.entity_figure(bare).data}


def test_the_peak_is_marked_where_the_incident_has_it(result: Result) -> None:
    incident = result.incidents[0]
    mark = figures.incident_figures(result, [incident])[0].data
    drawn = next(trace for trace in mark if trace.mode == "markers+text")
    assert incident.peak is not None
    assert drawn.x[0] == incident.peak.strftime("%Y-%m-%dT%H:%M")
    assert drawn.y[0] == pytest.approx(result.frame["cpu"][incident.peak_row - 1], abs=0.01)


def test_rows_stand_on_the_axis_where_there_is_no_time() -> None:
    figure = figures.entity_figure(fake_result(timed=False, gap=False))
    line = next(trace for trace in figure.data if trace.name == "cpu")
    assert (line.x[0], line.x[-1]) == (1, 3000)


def test_unscored_rows_and_gaps_are_shaded() -> None:
    result = fake_result()
    stretch = stretch_of(result, {})
    assert len(unscored_spans(stretch)) == len(absent_spans(stretch)) == 1
    start, end = absent_spans(stretch)[0]
    assert (end - start) / stretch.step == pytest.approx(61)
    names = [shape.name for shape in figures.entity_figure(result).layout.shapes]
    assert {"not judged", "no data"} <= set(names)


def test_plotly_reads_no_markup_in_names(hostile: Result) -> None:
    assert "<" not in re.sub(
        r"<br>|<extra></extra>", "", json.dumps(figures.entity_figure(hostile).to_plotly_json(), default=str)
    )
    assert "&lt;script" in figures.entity_figure(hostile).to_json()


def test_the_distribution_counts_every_scored_row(result: Result) -> None:
    figure = overview.score_figure(result)
    assert figure.data[0].y.sum() == result.scores["scored"].sum()


def test_the_fleet_is_drawn_over_the_whole_time(result: Result) -> None:
    figure = overview.fleet_figure(result)
    first, last = figure.layout.xaxis.range
    assert first < "2024-03-04T09:00" < "2024-03-14T18:55" < last
    assert list(figure.data[0].y) == ["web-1", "web-1"]


def test_thinning_keeps_extremes_ends_and_what_must_stay() -> None:
    random = np.random.default_rng(0)
    track = random.normal(size=200_000)
    track[123_456], track[77_777], track[5] = 50, -50, np.nan
    keep = np.zeros(200_000, dtype=bool)
    keep[[42, 199_000]] = True
    places = thin([track, random.normal(size=200_000)], keep, 3000)
    assert {0, 42, 77_777, 123_456, 199_000, 199_999} <= set(places.tolist())
    assert 2000 < len(places) <= 3100
    assert np.all(np.diff(places) > 0)


def test_a_flood_of_flags_does_not_undo_thinning() -> None:
    assert len(thin([np.zeros(100_000)], np.ones(100_000, dtype=bool), 1000)) <= 3100


@pytest.mark.parametrize("value", [1e300, 0.0, 1e-12, 1_700_000_000.25])
def test_odd_values_are_drawn(value: float) -> None:
    result = fake_result(rows=700, spots=((500, 6, 9.0),))
    frame = result.frame.with_columns(cpu=result.frame["cpu"] * 0 + value)
    figure = figures.entity_figure(replace(result, frame=frame))
    line = next(trace for trace in figure.data if trace.name == "cpu")
    assert np.nanmax(line.y) == pytest.approx(value)


# --- words ------------------------------------------------------------------------------------------------


def test_every_phrase_has_the_same_fields_in_both_languages() -> None:
    for key, (english, korean) in _PHRASES.items():
        assert set(re.findall(r"{([^}]+)}", english)) == set(re.findall(r"{([^}]+)}", korean)), key


def test_an_unknown_language_is_one_line() -> None:
    with pytest.raises(UsageError, match="'fr' is no language"):
        phrase("what", "fr")


@pytest.mark.parametrize(
    ("requested", "more"),
    [("1/week", "7/week"), ("rate 2/day", "14/day"), ("0.5/1000rows", "3.5/1000rows"), (None, "7/week")],
)
def test_the_next_step_listens_more_closely(requested: str | None, more: str) -> None:
    run = {"inputs": [{"path": "a b.csv"}], "recognised": {"time": "t"}, "thresholds": [{"requested": requested}]}
    assert listen_closer(run) == f"isang detect 'a b.csv' --false-alarms {more}"


@pytest.mark.parametrize(("model", "more"), [(None, ""), ({"path": "my model"}, " --model 'my model'")])
def test_a_result_without_incidents_points_to_the_self_test(model: dict[str, str] | None, more: str) -> None:
    assert put_to_the_test({"inputs": [{"path": "a b.csv"}], "model": model}) == f"isang selftest 'a b.csv'{more}"
    assert "isang selftest " in render(fake_result(spots=()))


# --- the terminal -----------------------------------------------------------------------------------------


def told(result: Result, width: int = 100, lang: str = "en") -> str:
    console = Console(file=io.StringIO(), width=width)
    tell_recognised(result.run["recognised"], ["be careful"], console, lang)
    tell_result(result, console, Path("isang-out"), lang)
    for incident in result.incidents:
        tell_incident(incident, console, lang)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_columns_set_aside_for_one_reason_stand_in_one_line(result: Result) -> None:
    aside = [{"column": f"f{number}", "reason": "constant"} for number in range(116)]
    recognised = {**result.run["recognised"], "set_aside": [{"column": "id", "reason": "row number"}, *aside]}
    shown = told(replace(result, run={**result.run, "recognised": recognised}), width=200)
    assert [line for line in shown.splitlines() if line.startswith("Set aside")] == [
        "Set aside: id · row number",
        "Set aside: f0, f1, f2, f3, f4, f5 +110 · constant",
    ]


def test_the_terminal_says_what_matters(result: Result) -> None:
    text = told(result)
    for words in (
        "2 incidents",
        "2 × CRITICAL",
        "Set aside: label",
        "Note: be careful",
        "isang-out/report.html",
        "hindsight",
    ):
        assert words in text
    assert text.count(result.incidents[0].title) == 2
    assert f"Try: {result.incidents[0].next[0]}" in text


def with_first(result: Result, **facts: object) -> Result:
    return replace(result, incidents=(replace(result.incidents[0], **facts), *result.incidents[1:]))  # type: ignore[arg-type]


def test_a_risk_is_never_shown_as_in_the_next_band(result: Result) -> None:
    close = with_first(result, risk=79.6, band="HIGH", risk_parts={"anomaly": 99.9, "severity": 59.9})
    for shown in (told(close), text_of(render(close))):
        assert "HIGH 79" in re.sub(" +", " ", shown)
        assert "risk 79 of 100" in shown
        assert "anomaly 99, severity 59" in shown


def text_of(page: str) -> str:
    return Page(page).text


@pytest.mark.parametrize(("lang", "word"), [("en", "peak"), ("ko", "정점")])
def test_the_time_of_the_value_in_a_title_stands_beside_it(result: Result, lang: str, word: str) -> None:
    """In list and card; not where it is that of the beginning, or the title tells of all rows."""
    begun = result.incidents[0].start
    assert begun is not None
    later = with_first(result, peak=begun + timedelta(minutes=10))
    wanted = f"{word} {begun + timedelta(minutes=10):%H:%M}"
    assert told(later, 200, lang).count(wanted) == 2
    assert text_of(render(later, lang)).count(wanted) == 1
    next_day = with_first(result, peak=begun + timedelta(days=1))
    assert f"{word} {begun + timedelta(days=1):%Y-%m-%d %H:%M}" in told(next_day, 200, lang)
    for other in ({"peak": begun}, {"pack": "logs"}, {"rules": ("silence",)}):
        assert word not in told(with_first(later, **other), 200, lang).split("#1")[1].split("#2")[0]


def test_without_time_the_row_of_the_peak_is_told() -> None:
    untimed = fake_result(timed=False)
    first = untimed.incidents[0]
    moved = with_first(untimed, peak_row=first.first_row + 2)
    assert f"peak row {first.first_row + 2:,}" in told(moved, 200)
    still = with_first(untimed, peak_row=first.first_row)
    assert "peak" not in told(still, 200).split("#1")[1].split("#2")[0]


def test_the_terminal_names_the_nearest_misses() -> None:
    text = told(fake_result(spots=()))
    assert "Nothing stands out" in text
    assert text.count("of the threshold)") == 3


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_any_width_will_do(result: Result, width: int, lang: str) -> None:
    lines = told(result, width, lang).splitlines()
    whole = [line for line in lines if "isang" in line]
    assert all(len(line) <= width for line in lines if line not in whole)


def test_names_move_no_terminal_and_are_no_markup() -> None:
    result = fake_result(rows=700, values=("a\x1b[2J\r[red]b[/red]\u202e",), entities=("[/x]",), spots=((500, 6, 9.0),))
    text = told(result)
    assert "[red]b[/red]" in text
    assert "[/x]" in text
    assert not set(text) & set("\x1b\r\u202e")


def test_a_dumb_terminal_in_another_locale_will_do(tmp_path: Path) -> None:
    script = (
        "import sys; from rich.console import Console; from fake_result import fake_result\n"
        "from isang.reports.console import tell_result\n"
        "tell_result(fake_result(rows=700, entities=('서버',), spots=((500, 6, 9.0),)), Console(), lang='ko')\n"
    )
    tests = Path(__file__).parent
    environment = {
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "20",
        "PYTHONPATH": f"{tests.parent / 'src'}:{tests}",
    }
    run = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, timeout=60, check=True)
    assert "서버" in run.stdout.decode()
    assert b"\x1b" not in run.stdout
