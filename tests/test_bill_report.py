"""The report of a bill: what changed, in money, its members as a waterfall, costs beside votes or scores, totals."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from rich.console import Console

import isang
from isang.reports import figures
from isang.reports.bill_section import summed
from isang.reports.console import tell_incident, tell_recognised, tell_result
from isang.reports.html import render
from isang.reports.members import members, moved, waterfall
from isang.reports.priced import mailed
from isang.reports.scoped import scoped
from isang.shown import load_folder
from isang.synthetic import daily_bill
from isang.words.incident import Driver
from isang.words.note import worded

CHROMIUM = shutil.which("chromium")
HOSTILE = "<img src=x onerror=alert(1)>해커"
NAMES = (
    "운영계정-고객센터콜인프라(서울본사·통합모니터링)",
    "데이터분석플랫폼 2단계",
    "쇼핑몰 결제 서버",
    "백업",
    HOSTILE,
)
FACTORS = (1.9, 1.8, 0.3, 1.7, 1.6)  # one falls while all others rise
HANGUL = re.compile("[가-힣]")


def bill(currencies: tuple[str, ...] = ("KRW",)) -> pl.DataFrame:
    """120 days of five subscriptions of one customer, six days of them otherwise, and a tax a month."""
    random, rows = np.random.default_rng(3), []
    for at in range(120):
        day = date(2026, 1, 1) + timedelta(days=at)
        for name, factor, usual in zip(NAMES, FACTORS, (400, 300, 200, 30, 150), strict=True):
            cost = 1000 * usual * random.normal(1, 0.03) * (factor if 90 <= at < 96 else 1)
            rows += [(day, "한빛", name, "Compute", unit, "Usage", cost) for unit in currencies]
        if day.day == 1:
            rows.append((day, "한빛", NAMES[0], "Compute", currencies[0], "Tax", 1e6))
    names = ("ChargePeriodStart", "BillingAccountId", "SubAccountId", "ServiceName", "BillingCurrency")
    frame = pl.DataFrame(rows, [*names, "ChargeCategory", "EffectiveCost"], orient="row")
    return frame.with_columns(BilledCost=pl.col("EffectiveCost"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bill")


@pytest.fixture(scope="module")
def result(folder: Path) -> isang.Result:
    bill().write_csv(folder / "bill.csv")
    return isang.detect(folder / "bill.csv")


@pytest.fixture(scope="module")
def cheap(folder: Path) -> isang.Result:
    """The same bill, in thousandths of a cent."""
    cents = pl.col("EffectiveCost", "BilledCost") * 1e-10
    bill(("USD",)).with_columns(cents).write_csv(folder / "cheap.csv")
    return isang.detect(folder / "cheap.csv")


@pytest.fixture(scope="module")
def of_two(folder: Path) -> isang.Result:
    bill(("USD", "KRW")).write_csv(folder / "two.csv")
    return isang.detect(folder / "two.csv")


@pytest.fixture(scope="module")
def hybrid(folder: Path) -> isang.Result:
    pytest.importorskip("torch")
    daily_bill().frame.write_csv(folder / "daily.csv")
    return isang.detect(folder / "daily.csv", preset="s0", lang="ko")


def parted(result: isang.Result) -> isang.Incident:
    return next(one for one in result.incidents if len(members(one)) > 1)


def screen(tell: Callable[..., None], *told: object) -> str:
    written = StringIO()
    tell(*told[:-1], Console(file=written, width=200, force_terminal=False), lang=told[-1])
    return written.getvalue()


def browse(page: Path, browser: str | None) -> str:
    """The document once its scripts have run."""
    command = [
        str(browser), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--window-size=1400,2400", f"--user-data-dir={page.parent / 'profile'}", "--virtual-time-budget=10000",
        "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


# --- words


def test_an_incident_is_told_in_money_with_a_sentence_to_be_mailed(result: isang.Result) -> None:
    incident = parted(result)
    assert incident.impact is not None
    assert incident.impact["unit"] == "KRW"
    assert re.fullmatch(r"[\d,.]+( M)? KRW more than expected \(\+\d+%\): .* instead of .* KRW", incident.title)
    korean = incident.text["ko"].split("\n")
    assert re.fullmatch(r"예상보다 [\d,만 ]+원 증가\(\+\d+%\): 예상 .*원, 실제 .*원", korean[0])
    assert korean[1] == mailed(incident, "ko")
    assert re.match(r"4월 \d일 비용 [\d,만 ]+원, 예상 .*원보다 \d+% 증가: ", korean[1])
    assert len(korean[1]) <= 70
    assert korean[2].startswith("2026-04-01에 시작해")
    assert "00:00" not in "".join(incident.text.values())


def test_a_language_models_sentence_stands_in_place_of_ours(result: isang.Result) -> None:
    incident = replace(parted(result), text_source="model", text={"ko": "제목\n모델 문장", "en": "title\nsaid"})
    assert mailed(incident, "ko") == ""


def test_scopes_and_members_have_korean_names_and_other_names_stay() -> None:
    assert scoped("customer 917 / region eu", "ko") == "고객 917 / 리전 eu"
    assert scoped("total", "ko") == "전체"
    assert scoped("1,234 others", "ko") == "그 외 1,234개"
    assert scoped("service desk / 917 / eu", "ko") == "service desk / 917 / eu"
    assert scoped("customer 917 / region eu", "en") == "customer 917 / region eu"


# --- members


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_members_are_a_waterfall_that_adds_up_opposite_moves_included(result: isang.Result, lang: str) -> None:
    incident = parted(result)
    parts = members(incident)
    assert {np.sign(moved(one)) for one in parts} == {1, -1}
    card = render(replace(result, incidents=(incident,)), lang).partition('class="drivers members summed"')[2]
    bars = re.findall(
        r'class="(rise|fall)" style="margin-left:([\d.]+)%;width:([\d.]+)%"', card.partition("</table>")[0]
    )
    assert len(bars) == len(parts) + 1
    at, scale = 0.0, float(bars[-1][2]) / sum(moved(one) for one in parts)
    for part, (kind, left, width) in zip(parts, bars, strict=False):
        end = at + scale * moved(part)
        assert kind == ("rise" if moved(part) > 0 else "fall")
        assert float(left) == pytest.approx(min(at, end), abs=0.2)
        assert float(width) == pytest.approx(abs(end - at), abs=0.2)
        at = end
    assert "합계" in card if lang == "ko" else "in all" in card


def test_a_member_that_is_gone_costs_nothing_now() -> None:
    """The last of three changes: what the first two come to less their sum is 5e-17, and no cost."""
    parts = [Driver(f"service {at}", None, 0.3, 0.0, at / 10, None, None) for at in (1, 2, 3)]
    table = waterfall(parts, "USD", "en")
    assert "0.3 USD" in table
    assert not re.findall(r"\de-\d+", table)


def test_one_member_alone_is_told_and_not_drawn(result: isang.Result) -> None:
    incident = parted(result)
    alone = replace(incident, drivers=incident.drivers[:1])
    page = render(replace(result, incidents=(alone,)), "ko")
    assert "summed" not in page.partition("<main>")[2]
    assert f"모두 {scoped(alone.drivers[0].name, 'ko')}에서 발생" in html.unescape(page)


def test_hostile_members_make_no_elements(result: isang.Result) -> None:
    page = render(result, "ko")
    assert HOSTILE not in page
    assert html.escape(HOSTILE) in page
    drawn = json.dumps(figures.entity_figure(result).to_plotly_json(), default=str)
    assert "<img" not in drawn


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_draws_the_charts_and_runs_nothing_of_the_data(result: isang.Result, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(render(result, "ko"), encoding="utf-8")
    document = browse(tmp_path / "report.html", CHROMIUM)
    assert document.count('class="main-svg"') >= 3
    assert "<img" not in document
    assert document.count("y2title") >= len(result.incidents)


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_amounts_were_and_are_is_seen_without_scrolling(cheap: isang.Result, tmp_path: Path, lang: str) -> None:
    assert members(parted(cheap))
    cut = "[...document.querySelectorAll('.wide')].filter(one => one.scrollWidth > one.clientWidth).length"
    script = f"<script>document.title = 'cut off: ' + {cut}</script>"
    page = re.sub("<meta http-equiv=[^>]*>", "", render(cheap, lang)).replace("</body>", f"{script}</body>")
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    assert "<title>cut off: 0</title>" in browse(tmp_path / "report.html", CHROMIUM)


# --- the chart


def test_less_than_a_thousand_is_told_in_digits_not_in_thousandths(cheap: isang.Result, result: isang.Result) -> None:
    """Half a dollar as 500m would be read as millions."""
    drawn = [figures.incident_figures(one, [parted(one)], "en")[0] for one in (cheap, result)]
    assert [figure.layout.yaxis.tickformat for figure in drawn] == ["~g", "~s"]


def test_costs_stand_left_and_scores_right_with_the_days_of_incidents_as_dots(result: isang.Result) -> None:
    incident = parted(result)
    figure = figures.incident_figures(result, [incident], "en")[0]
    traces = {trace.name: trace for trace in figure.data}
    assert {traces[name].yaxis for name in ("score", "threshold")} == {"y2"}
    assert traces["EffectiveCost"].yaxis in (None, "y")
    assert figure.layout.yaxis2.side == "right"
    assert figure.layout.yaxis.title.text == "EffectiveCost (KRW)"
    dots = {str(day)[:10] for day in traces["flagged"].x}
    assert dots == {f"2026-04-0{day}" for day in range(1, 7)}
    assert {"usual range", "expected"} <= set(traces)


def test_votes_stand_on_the_right_axis_from_0_to_1(hybrid: isang.Result) -> None:
    figure = figures.incident_figures(hybrid, hybrid.incidents, "ko")[0]
    vote = next(trace for trace in figure.data if trace.name == "투표 점수")
    assert vote.yaxis == "y2"
    assert vote.line.dash == "dash"
    assert set(np.unique(vote.y[np.isfinite(vote.y)])) <= {0.0, 0.5, 1.0}
    assert figure.layout.yaxis2.tickvals == (0.0, 0.5, 1.0)
    assert figure.layout.yaxis2.range == pytest.approx((-0.1, 1.1))
    dots = next(trace for trace in figure.data if trace.name == "이상")
    assert [str(day)[:10] for day in dots.x] == ["2025-05-31", "2025-06-01", "2025-06-02"]
    assert mailed(hybrid.incidents[0], "ko") == (
        "5월 31일 비용 244.9, 예상 612.3보다 60% 감소: 패턴 이탈이 심각하니 즉시 분석·조치 필요."
    )


def test_other_data_are_drawn_as_before(result: isang.Result) -> None:
    plain = replace(result, incidents=tuple(replace(one, impact=None) for one in result.incidents))
    figure = figures.incident_figures(plain, [plain.incidents[0]], "en")[0]
    assert figure.layout.yaxis2.side is None


# --- the bill as a whole


def test_the_page_says_what_the_bill_holds(result: isang.Result) -> None:
    assert result.run["bill"]["totals"] == [
        {"currency": "KRW", "category": "Usage", "rows": 600, "cost": pytest.approx(1.3e8, rel=0.1), "judged": True},
        {"currency": "KRW", "category": "Tax", "rows": 4, "cost": 4e6, "judged": False},
    ]
    page = html.unescape(render(result, "ko"))
    for told in ("120일간(2026-01-01~2026-04-30)", "늘어난 비용 합계", "400만 원", "따로 합산", "세금"):
        assert told in page
    assert "사용량이 아니어서 판정하지 않음: 세금 400만 원." in page
    assert "Tax" not in re.sub(r"(?s)<script.*?</script>", "", page)


def test_amounts_of_two_currencies_are_neither_added_nor_compared(of_two: isang.Result) -> None:
    assert {str((one.impact or {})["unit"]) for one in of_two.incidents} == {"USD", "KRW"}
    up = summed(of_two.incidents, "en")[0]
    assert re.fullmatch(r"[\d.,]+( M)? KRW, [\d.,]+( M)? USD more than expected in all", up)
    assert render(of_two).count('class="drivers members ranked largest"') == 2


def test_other_data_have_no_such_part() -> None:
    plain = isang.detect(pl.DataFrame({"cpu": np.random.default_rng(0).normal(size=200)}))
    assert plain.run["bill"] is None
    assert 'id="bill"' not in render(plain)


# --- Korean


def test_nothing_english_is_said_on_the_korean_screen(hybrid: isang.Result, result: isang.Result) -> None:
    for found in (hybrid, result):
        recognised = found.run["recognised"]
        lines = screen(tell_recognised, recognised, [], "ko").splitlines()
        told = [line.partition(": ")[2] for line in lines if line.startswith("제외한 열")]
        assert told or found is hybrid  # which leaves no column out
        assert all(HANGUL.search(line.partition(" · ")[2]) for line in told)
        assert HANGUL.search(lines[0].partition(" · ")[2])
        assert all(HANGUL.search(worded(one, "ko")) for one in found.run["warnings"])
        assert "calibration part" not in screen(tell_result, found, "ko")
        assert "had not seen" not in screen(tell_result, found, "ko")


def test_the_screen_tells_members_also_of_a_result_that_was_kept(result: isang.Result, folder: Path) -> None:
    result.save(folder / "out", "ko")
    incident = load_folder(folder / "out").find(parted(result).id)
    told = screen(tell_incident, incident, "ko")
    assert "구독 쇼핑몰 결제 서버 -" in told
    assert mailed(incident, "ko") in told
    assert json.loads((folder / "out" / "run.json").read_text())["bill"]["layout"]
