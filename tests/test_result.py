"""A result is saved whole or not at all, never over what is not ours, and drawn on demand."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
import pytest
from fake_result import fake_result

from isang.errors import InputError, OutputError
from isang.reports import folder as folders
from isang.reports.folder import mend, replace_folder
from isang.reports.lock import locked

FILES = {"anomalies.csv", "scores.parquet", "incidents.json", "run.json", "skipped.json", "plan.yaml", "report.html"}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return fake_result().save(tmp_path / "out")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def siblings(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.parent.iterdir())


def test_all_files_and_nothing_else(saved: Path) -> None:
    assert set(contents(saved)) == FILES
    assert siblings(saved) == ["out"]


def test_the_same_result_gives_the_same_bytes(saved: Path) -> None:
    assert contents(fake_result().save(saved.with_name("again"))) == contents(saved)


def test_a_result_of_ours_is_replaced(saved: Path) -> None:
    fake_result(spots=()).save(saved)
    assert json.loads((saved / "incidents.json").read_text()) == {"schema": 1, "incidents": []}
    assert siblings(saved) == ["out"]


def test_parents_are_made_and_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert fake_result().save(tmp_path / "empty").is_dir()
    assert fake_result().save(str(tmp_path / "새 폴더" / "b")) == tmp_path / "새 폴더" / "b"


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
        fake_result().save(tmp_path / "out")
    assert contents(tmp_path / "out") == {name: text.encode()}
    assert siblings(tmp_path / "out") == ["out"]


def test_a_note_put_beside_our_files_is_not_lost(saved: Path) -> None:
    (saved / "notes.md").write_text("mine")
    with pytest.raises(OutputError, match="also holds 'notes.md'"):
        fake_result(spots=()).save(saved)
    assert (saved / "notes.md").read_text() == "mine"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        fake_result().save(tmp_path / "out")


def test_a_full_disk_leaves_the_old_result(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(saved)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folders.tables, "write_scores", full)
    with pytest.raises(OutputError, match="No space left on device.*untouched") as caught:
        fake_result(spots=()).save(saved)
    assert caught.value.exit_code == 5
    assert "\n" not in str(caught.value)
    assert contents(saved) == before
    assert siblings(saved) == ["out"]


def test_a_file_too_large_for_the_system_leaves_the_old_result(saved: Path) -> None:
    """The real thing: the system refuses to write on, in the middle of each kind of file."""
    before = contents(saved)
    for limit in (100, 20_000, 100_000):
        child = multiprocessing.get_context("fork").Process(target=_save_with_limit, args=(saved, limit))
        child.start()
        child.join()
        assert child.exitcode == 5, limit
    assert contents(saved) == before
    assert siblings(saved) == ["out"]


def _save_with_limit(folder: Path, limit: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        fake_result(spots=()).save(folder)
    except OutputError as error:
        os._exit(error.exit_code)
    os._exit(0)


def test_a_read_only_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write /proc/isang-out"):
        fake_result().save(Path("/proc/isang-out"))


def test_an_interruption_leaves_the_old_result(saved: Path) -> None:
    before = contents(saved)

    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_folder(saved, {"run.json": interrupted})
    assert contents(saved) == before
    assert siblings(saved) == ["out"]


@pytest.fixture
def crashed(saved: Path) -> Iterator[Path]:
    """As a kill between the two renames leaves it: the old folder aside, the new one not yet in."""
    saved.rename(saved.with_name(".out.old"))
    saved.with_name(".out.new").mkdir()
    yield saved


def test_a_crash_in_the_swap_is_mended(crashed: Path) -> None:
    mend(crashed)
    assert set(contents(crashed)) == FILES
    assert siblings(crashed) == ["out"]


def test_the_next_write_mends_as_well(crashed: Path) -> None:
    fake_result(spots=()).save(crashed)
    assert set(contents(crashed)) == FILES
    assert siblings(crashed) == ["out"]


def test_a_killed_writer_leaves_old_or_new(tmp_path: Path) -> None:
    """kill -9 at many moments: under the final name (after mending) stands a complete result, always."""
    script = (
        "import sys; from pathlib import Path; from isang.reports.folder import replace_folder\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    parts = {f'{k}.txt': (lambda f, n=n: f.write_text(str(n) * 1000)) for k in range(4)}\n"
        "    head = lambda f: f.write_text('{\"schema\": 1, \"versions\": {\"isang\": \"0\"}}')\n"
        "    replace_folder(Path(sys.argv[1]), {**parts, 'run.json': head})\n"
    )
    target = tmp_path / "out"
    for moment in range(12):
        child = subprocess.Popen([sys.executable, "-c", script, str(target)], env=_environment())
        try:
            child.wait(timeout=1.0 + 0.037 * moment)
        except subprocess.TimeoutExpired:
            child.kill()
        assert child.wait() == -signal.SIGKILL
        mend(target)
        texts = {(target / f"{k}.txt").read_text() for k in range(4)}
        assert len(texts) == 1


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}


def test_two_runs_do_not_write_at_once(saved: Path) -> None:
    lock = saved.with_name(".out.lock")
    with locked(lock), pytest.raises(OutputError, match=rf"another run \(pid {os.getpid()}\)"):
        fake_result().save(saved)
    assert not lock.exists()
    fake_result().save(saved)


def test_a_lock_left_by_a_dead_process_blocks_nobody(saved: Path) -> None:
    saved.with_name(".out.lock").write_text("999999")
    fake_result().save(saved)
    assert siblings(saved) == ["out"]


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    hostile = "=cmd|' /C calc'!A0"
    result = fake_result(values=(hostile,), entities=("@SUM(A1)", "+1", "-1"), key="\t=1+1")
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
    result = fake_result()
    result.run["peak_mb"] = float("nan")
    result.run["timings_s"]["reading"] = float("inf")
    text = (result.save(tmp_path / "out") / "run.json").read_text()
    assert json.loads(text, parse_constant=pytest.fail)["peak_mb"] is None


def test_nan_is_null_in_the_tables(tmp_path: Path) -> None:
    scores = pl.read_parquet(fake_result().save(tmp_path / "out") / "scores.parquet")
    assert scores["score"].null_count() == 60
    assert not scores["score"].is_nan().any()


def test_the_figure_of_the_riskiest_entity_is_the_default() -> None:
    result = fake_result(values=("cpu", "메모리"), entities=("web-1", "서버 2"))
    figure = result.figure()
    assert isinstance(figure, go.Figure)
    assert figure == result.figure("web-1")
    assert figure != result.figure("서버 2")


def test_an_unknown_entity_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'web1' is no entity of this result. Did you mean 'web-1'\?"):
        fake_result(entities=("web-1", "db")).figure("web1")
