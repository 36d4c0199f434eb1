"""`isang show`: a result folder read again."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from command import SPIKE, isang, lines, refused, servers, write


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fleet")
    file, out = servers(folder), folder / "out"
    assert isang("detect", file, "--out", out, "-q", "--alerts", "9/week", "--detector", "robust_zscore").code == 0
    return out


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result without times."""
    folder = tmp_path_factory.mktemp("rows")
    file = write(folder, [line.split(",")[1] for line in lines()])
    assert isang("detect", file, "--out", folder / "out", "-q", "--detector", "robust_zscore").code == 0
    return folder / "out"


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "150")


def incidents(out: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((out / "incidents.json").read_text())["incidents"]
    return found


def test_all_incidents_with_their_ids(fleet: Path) -> None:
    said = isang("show", "--out", fleet).out
    assert len(incidents(fleet)) > 2
    for one in incidents(fleet):
        assert str(one["id"]) in said
    assert "web-2" in said.split("\n")[0]


def test_an_incident_by_rank_id_or_its_beginning(fleet: Path) -> None:
    ident = str(incidents(fleet)[0]["id"])
    by_rank = isang("show", "1", "--out", fleet).out
    assert by_rank == isang("show", ident, "--out", fleet).out == isang("show", ident[:6], "--out", fleet).out
    assert f"Next: isang show {ident} --context 20 --out {fleet}" in by_rank
    assert "▶ 2024-01-07 06:00" in by_rank
    assert "cpu 190 (usual range" in by_rank
    assert (
        by_rank.count("score ") == 12
    )  # one of them over the threshold, five rows before it, five after, the headline


def test_context(fleet: Path) -> None:
    assert isang("show", "1", "--context", "0", "--out", fleet).out.count("(row ") == 1
    assert "more rows" in isang("show", "1", "--context", "100", "--out", fleet).out


def test_a_moment_says_how_it_was_judged(fleet: Path) -> None:
    said = isang("show", "--at", "2024-01-07T06:00", "--where", "host=web-2", "--out", fleet).out
    assert "score" in said.split("\n")[0]
    assert "flagged, incident " in said.split("\n")[0]
    calm = isang("show", "--at", "2024-01-07 06:10:00", "--where", "host=db,1", "--out", fleet).out
    assert calm.startswith("2024-01-07 06:00 (row ")
    assert ": not flagged." in calm


def test_a_row_without_time(rows: Path) -> None:
    said = isang("show", "--at", SPIKE + 1, "--out", rows).out
    assert said.startswith(f"row {SPIKE + 1}: score ")
    assert refused(2, "show", "--at", "0", "--out", rows) == "--at 0: a row number from 1 to 240 is needed."
    assert "a row number from 1 to 240" in refused(2, "show", "--at", "2024-01-01", "--out", rows)


def test_a_row_that_was_learnt_from_says_so(tmp_path: Path) -> None:
    file, out = write(tmp_path, lines()), tmp_path / "out"
    isang("detect", file, "--out", out, "-q", "--split", "50/20/30", "--detector", "robust_zscore")
    said = isang("show", "--at", "2024-01-02", "--out", out).out
    assert "not judged: it belongs to the part that was learnt from." in said


def test_the_page(fleet: Path) -> None:
    assert isang("show", "--html", "--out", fleet).out == f"{fleet}/report.html\n"


def test_korean_where_asked_for(fleet: Path) -> None:
    assert "평소 범위" in isang("show", "1", "--out", fleet, "--lang", "ko").out
    assert (
        "이상 아님" in isang("show", "--at", "2024-01-02", "--where", "host=db,1", "--out", fleet, "--lang", "ko").out
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["zzz"], "no incident has the id or rank 'zzz'; 'isang show' lists the"),
        (["--at", "soon"], "several entities may have that moment: add --where host=VALUE, such as"),
        (
            ["--at", "soon", "--where", "host=web-1"],
            "--at soon: a time in ISO form is needed, such as 2024",
        ),
        (["--at", "2023-01-01", "--where", "host=web-1"], "--at 2023-01-01 lies outside the data: 2024-01-01T00:00"),
        (["--at", "2024-01-02", "--where", "host=x"], "no entity has host=x."),
        (["--at", "2024-01-02", "--where", "hots=x"], "--where hots=x: write KEY=VALUE; keys are host."),
        (["--at", "2024-01-02", "--where", "host"], "--where host: write KEY=VALUE; keys are host."),
    ],
)
def test_what_is_not_there(fleet: Path, arguments: list[str], told: str) -> None:
    assert refused(2, "show", *arguments, "--out", fleet).startswith(told)


def test_no_result(tmp_path: Path) -> None:
    assert "holds no result of isang (run.json is missing)" in refused(3, "show", "--out", tmp_path / "none")
    assert "holds no result" in refused(3, "show", "--out", tmp_path)
    (tmp_path / "file").write_text("")
    assert "Not a directory" in refused(3, "show", "--out", tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.json", "{"),
        ("incidents.json", "[]"),
        ("incidents.json", '{"incidents": [{"id": 1}]}'),
        ("scores.parquet", "PAR1"),
        ("anomalies.csv", ""),
        ("plan.yaml", "[]"),
    ],
)
def test_a_damaged_result_is_one_line(fleet: Path, tmp_path: Path, name: str, content: str) -> None:
    shutil.copytree(fleet, tmp_path / "copy")
    (tmp_path / "copy" / name).write_text(content)
    assert "is damaged" in refused(3, "show", "--out", tmp_path / "copy")


def test_nothing_is_written_and_nothing_computed(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {file: file.stat().st_mtime_ns for file in fleet.iterdir()}
    monkeypatch.setattr("isang.pipeline.Pipeline.fit_detect", None)
    assert isang("show", "1", "--out", fleet).code == 0
    assert {file: file.stat().st_mtime_ns for file in fleet.iterdir()} == before


def test_rows_out_of_order_are_told_in_time(tmp_path: Path) -> None:
    head, *body = lines()
    out = tmp_path / "out"
    isang("detect", write(tmp_path, [head, *body[::-1]]), "--out", out, "-q", "--detector", "robust_zscore")
    said = isang("show", "1", "--out", out, "--context", "1").out
    assert re.findall(r"2024-01-07 (\d\d:00) \(row", said) == ["05:00", "06:00", "07:00"]
