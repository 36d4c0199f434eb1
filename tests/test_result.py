"""A result is saved whole or not at all, never over what is not ours, and drawn on demand."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
import pytest

from fake_result import fake_result
from isang.errors import InputError, OutputError
from isang.reports import tables
from isang.reports.lock import locked
from isang.reports.swap import mend, replace_folder
from isang.result import Result

Spots = tuple[tuple[int, int, float], ...]
SPOTS: Spots = ((500, 6, 9.0),)
FILES = {"anomalies.csv", "scores.parquet", "incidents.json", "run.json", "skipped.json", "plan.yaml", "report.html"}


def made(
    values: tuple[str, ...] = ("cpu",), entities: tuple[str, ...] = ("",), key: str = "server", spots: Spots = SPOTS
) -> Result:
    return fake_result(rows=700, values=values, entities=entities, key=key, spots=spots)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return made().save(tmp_path / "out")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def siblings(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.parent.iterdir())


def test_all_files_and_nothing_else(saved: Path) -> None:
    assert set(contents(saved)) == FILES
    assert siblings(saved) == ["out"]


def test_the_same_result_gives_the_same_bytes(saved: Path) -> None:
    assert contents(made().save(saved.with_name("again"))) == contents(saved)


def test_a_result_of_ours_is_replaced(saved: Path) -> None:
    made(spots=()).save(saved)
    assert json.loads((saved / "incidents.json").read_text()) == {"schema": 1, "incidents": []}
    assert siblings(saved) == ["out"]


def test_parents_are_made_and_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert made().save(tmp_path / "empty").is_dir()
    assert made().save(str(tmp_path / "새 폴더" / "b")) == tmp_path / "새 폴더" / "b"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("thesis.txt", "mine", "is not empty and holds no run.json of isang"),
        ("run.json", '{"schema": 1}', "is not empty and holds no run.json of isang"),
        ("run.json", '{"schema": 1, "versions": []}', "is not empty and holds no run.json of isang"),
        ("run.json", "[", "is not empty and holds no run.json of isang"),
    ],
)
def test_what_is_not_ours_is_never_replaced(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text(text)
    with pytest.raises(OutputError, match=told):
        made().save(tmp_path / "out")
    assert contents(tmp_path / "out") == {name: text.encode()}
    assert siblings(tmp_path / "out") == ["out"]


def test_a_note_put_beside_our_files_is_not_lost(saved: Path) -> None:
    (saved / "notes.md").write_text("mine")
    with pytest.raises(OutputError, match=r"also holds 'notes.md'"):
        made(spots=()).save(saved)
    assert (saved / "notes.md").read_text() == "mine"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        made().save(tmp_path / "out")


def test_a_full_disk_leaves_the_old_result(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(saved)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tables, "write_scores", full)
    with pytest.raises(OutputError, match=r"No space left on device.*untouched") as caught:
        made(spots=()).save(saved)
    assert caught.value.exit_code == 5
    assert "\n" not in str(caught.value)
    assert contents(saved) == before
    assert siblings(saved) == ["out"]


def test_a_file_too_large_for_the_system_leaves_the_old_result(saved: Path) -> None:
    """The real thing: the system refuses to write on, in the middle of each kind of file."""
    before = contents(saved)
    script = (
        "import os, resource, signal, sys\n"
        "from fake_result import fake_result\n"
        "from isang.errors import OutputError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "for limit in (100_000, 20_000, 100):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))\n"
        "    try:\n"
        "        fake_result(rows=900).save(sys.argv[1])\n"
        "    except OutputError as error:\n"
        "        print(error.exit_code)\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", script, str(saved)], env=_environment(), capture_output=True, text=True, timeout=60
    )
    assert (child.stdout.split(), child.stderr) == (["5", "5", "5"], "")
    assert contents(saved) == before
    assert siblings(saved) == ["out"]


def test_a_read_only_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write /proc/isang-out"):
        made().save(Path("/proc/isang-out"))


def test_an_interruption_leaves_the_old_result(saved: Path) -> None:
    before = contents(saved)

    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_folder(saved, dict.fromkeys(FILES, interrupted))
    assert contents(saved) == before
    assert siblings(saved) == ["out"]


@pytest.fixture
def crashed(saved: Path) -> Path:
    """As a kill between the two renames leaves it: the old folder aside, the new one not yet in."""
    saved.rename(saved.with_name(".out.old"))
    saved.with_name(".out.new").mkdir()
    return saved


def test_a_crash_in_the_swap_is_mended(crashed: Path) -> None:
    mend(crashed)
    assert set(contents(crashed)) == FILES
    assert siblings(crashed) == ["out"]


def test_the_next_write_mends_as_well(crashed: Path) -> None:
    made(spots=()).save(crashed)
    assert set(contents(crashed)) == FILES
    assert siblings(crashed) == ["out"]


def test_a_killed_writer_leaves_old_or_new(tmp_path: Path) -> None:
    """kill -9 at many moments: under the final name (after mending) stands a complete result, always."""
    script = (
        "import sys; from pathlib import Path; from isang.reports.swap import replace_folder\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    parts = {f'{k}.txt': (lambda f, n=n: f.write_text(str(n) * 1000)) for k in range(4)}\n"
        '    head = lambda f: f.write_text(\'{"schema": 1, "versions": {"isang": "0"}}\')\n'
        "    replace_folder(Path(sys.argv[1]), {**parts, 'run.json': head})\n"
        "    print(n, flush=True)\n"
    )
    target = tmp_path / "out"
    for moment in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", script, str(target)], env=_environment(), stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(0.0037 * moment)
            child.kill()
        mend(target)
        assert len({(target / f"{k}.txt").read_text() for k in range(4)}) == 1


def _environment() -> dict[str, str]:
    tests = Path(__file__).parent
    return {**os.environ, "PYTHONPATH": f"{tests.parent / 'src'}:{tests}"}


def test_two_runs_do_not_write_at_once(saved: Path) -> None:
    lock = saved.with_name(".out.lock")
    with locked(lock), pytest.raises(OutputError, match=rf"another run \(pid {os.getpid()}\)"):
        made().save(saved)
    assert not lock.exists()
    made().save(saved)


def test_a_lock_left_by_a_dead_process_blocks_nobody(saved: Path) -> None:
    saved.with_name(".out.lock").write_text("999999")
    made().save(saved)
    assert siblings(saved) == ["out"]


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    hostile = "=cmd|' /C calc'!A0"
    result = made(values=(hostile,), entities=("@SUM(A1)", "+1", "-1"), key="\t=1+1")
    text = (result.save(tmp_path / "out") / "anomalies.csv").read_text(encoding="utf-8")
    cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(",")]
    assert f"'{hostile}" in cells
    assert "'@SUM(A1)" in cells
    assert not [c for c in cells if c[:1] in tuple("=+@\t\r") or (c[:1] == "-" and not _is_number(c))]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_nan_and_infinity_never_reach_json(tmp_path: Path) -> None:
    result = made()
    result.run["peak_mb"] = float("nan")
    result.run["timings_s"]["reading"] = float("inf")
    text = (result.save(tmp_path / "out") / "run.json").read_text()
    assert json.loads(text, parse_constant=pytest.fail)["peak_mb"] is None


def test_nan_is_null_in_the_tables(tmp_path: Path) -> None:
    scores = pl.read_parquet(made().save(tmp_path / "out") / "scores.parquet")
    assert scores["score"].null_count() == 60
    assert not scores["score"].is_nan().any()


def test_the_figure_of_the_riskiest_entity_is_the_default() -> None:
    result = made(values=("cpu", "메모리"), entities=("web-1", "서버 2"))
    figure = result.figure()
    assert isinstance(figure, go.Figure)
    assert figure == result.figure("web-1")
    assert figure != result.figure("서버 2")


def test_an_unknown_entity_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'web1' is no entity of this result. Did you mean 'web-1'\?"):
        made(entities=("web-1", "db")).figure("web1")
