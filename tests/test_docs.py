"""What the pages say is so: their commands and Python blocks run, their lists are those of the package."""

from __future__ import annotations

import io
import os
import re
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from inspect import Parameter, getdoc, signature
from pathlib import Path
from typing import Any

import pytest
import typer

import isang
from isang import cli, family
from isang.nets.training import Training
from test_floors import FLOORS

ROOT = Path(__file__).parents[1]
EXTEND = ROOT / "docs" / "extend.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_BLOCK = re.compile(r"(?:<!-- (?P<mark>.+?) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
_FAMILIES = ("detectors", "features", "llms", "metrics", "rules", "sources", "thresholds")
# Blocks below a comment `not run: …` need more than made files; each is entered here with what it needs.
_NOT_RUN: dict[str, str] = {}


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """(kind, text, mark) of the fenced blocks of a page; the mark is a comment on the line before."""
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [(match["kind"], match["text"], match["mark"] or "") for match in found]


RUN = [page for page in PAGES if page != EXTEND and any(kind in ("python", "console") for kind, *_ in blocks(page))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the guide, made as the guide says."""
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    import_module("make_files").write(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_the_blocks_of_a_page_run(
    page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    for kind, text, mark in blocks(page):
        if mark.startswith("not run"):
            assert _NOT_RUN[mark]
        elif kind == "python":
            exec(compile(text, str(page), "exec"), names)  # noqa: S102
        elif kind == "console":
            run_console(text, monkeypatch, capsys)


def run_console(text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the lines after `$`; each `Word:` and exit code that is shown below must be said."""
    for one in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, *shown = one.splitlines()
        command, _, asked = line.partition("; echo $?")
        code, said = run_command(command, monkeypatch, capsys)
        assert code == int(shown.pop() if asked or line.endswith("$?") else 0), said
        for label in (label for label in shown if re.match(r"[A-Z][a-z ]+: ", label)):
            assert re.search(f"^{label.partition(':')[0]}: ", said, re.MULTILINE), f"{line} says no '{label}'"


def run_command(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and what an `isang …` line says, as its own process would; `< FILE` is its standard input."""
    command, _, file = line.partition(" < ")
    program, *arguments = shlex.split(command)
    assert program == "isang", line
    monkeypatch.setattr(sys, "argv", ["isang", *arguments])
    if file:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(file).read_bytes())))
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as left:
            cli.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out + said.err


def test_the_examples_run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run_command(f"isang detect --plan {ROOT}/examples/plan.yaml", monkeypatch, capsys)
    assert (code, (folder / "servers-out").is_dir()) == (0, True), said
    monkeypatch.setattr(sys, "argv", ["figure.py", "servers.csv"])
    runpy.run_path(str(ROOT / "examples" / "figure.py"))
    assert "web-2" in capsys.readouterr().out
    assert (folder / "figure.html").is_file()
    runpy.run_path(str(ROOT / "examples" / "process.py"))
    assert re.search("^test, cheapest on the calibration part: .*\nsaves ", capsys.readouterr().out, re.MULTILINE)
    assert (folder / "cost.html").is_file()
    runpy.run_path(str(ROOT / "examples" / "counters.py"))
    assert re.search(r"^1\. CRITICAL STREAM_2, .*\n(.*\n)+3 of 5 events found$", capsys.readouterr().out, re.MULTILINE)
    assert (folder / "counters.html").is_file()
    runpy.run_path(str(ROOT / "examples" / "bills.py"))
    assert re.search(r"^1\. CRITICAL .* USD\n(.*\n)+11 of 15 events found$", capsys.readouterr().out, re.MULTILINE)
    assert (folder / "bills.html").is_file()
    runpy.run_path(str(ROOT / "examples" / "logs.py"))
    assert re.search(
        r"^1\. HIGH .*\n   logs/\w+\.log, line \d+\n(.*\n)+\d of 8 events found$", capsys.readouterr().out, re.MULTILINE
    )


def test_what_does_not_run_has_a_reason() -> None:
    marks = [mark for page in PAGES for _, _, mark in blocks(page) if mark.startswith("not run")]
    assert sorted(marks) == sorted(_NOT_RUN)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", _FAMILIES)
def test_a_family_page_has_a_section_for_each_member(name: str) -> None:
    assert sorted(sections(ROOT / f"docs/families/{name}.md")) == family.names(name)


@pytest.mark.parametrize(("name", "member"), [(one, member) for one in _FAMILIES for member in family.names(one)])
def test_a_section_has_the_parameters_of_its_member(name: str, member: str) -> None:
    text = sections(ROOT / f"docs/families/{name}.md")[member]
    told = dict(re.findall(r"^\| `(\w+)` \| `?([^`|]+?)`? \|", text, re.MULTILINE))
    assert told == family.describe(name, member).parameters
    assert "**Not**" in text
    assert name == "sources" or "```" in text


def test_the_settings_of_training_stand_on_the_page_of_detectors() -> None:
    before = (ROOT / "docs/families/detectors.md").read_text(encoding="utf-8").partition("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", before, re.MULTILINE))
    assert told == {field.name: repr(field.default) for field in fields(Training)}


def sections(page: Path) -> dict[str, str]:
    """Heading of the second order → the text below it."""
    parts = re.split(r"^## (.+)\n", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_api_page_has_the_names_of_the_package() -> None:
    told = sections(ROOT / "docs/api.md")
    assert sorted(told) == sorted(isang.__all__)
    for name, text in told.items():
        thing = getattr(isang, name)
        assert plain(getdoc(thing) or "").split(". ")[0] in plain(text)
        if name in ("Pipeline", "detect", "read", "members"):
            assert called(f"isang.{name}", thing) in plain(text)


def called(name: str, thing: Any) -> str:
    """`isang.read(source, *, pack='auto', …)`: names and defaults, without types."""
    told: list[str] = []
    for one in signature(thing).parameters.values():
        if one.kind is Parameter.KEYWORD_ONLY and "*" not in told:
            told.append("*")
        told.append(one.name if one.default is Parameter.empty else f"{one.name}={one.default!r}")
    return f"{name}({', '.join(told)})"


def plain(text: str) -> str:
    return " ".join(text.split())


def test_the_guide_has_every_option() -> None:
    detect = typer.main.get_command(cli.app).commands["detect"]  # type: ignore[attr-defined]
    known = {name for one in detect.params for name in (*one.opts, *one.secondary_opts) if name.startswith("--")}
    table = sections(ROOT / "docs/guide/series.md")["All options"]
    assert set(re.findall(r"`(--[\w-]+)`", table.partition("|---|")[2])) == known - {"--help"}


def test_the_design_page_has_the_floors_of_the_test() -> None:
    told = next(text for kind, text, _ in blocks(ROOT / "docs/design.md") if kind == "text")
    floors = "\n".join(" ".join(names) for names in FLOORS)
    assert told.strip() == floors, f"docs/design.md is out of step; its list must be:\n{floors}"


def test_the_design_page_names_files_that_are_there() -> None:
    flow = sections(ROOT / "docs/design.md")["The flow"]
    named = re.findall(r"`([\w/]+(?:\.py|/))`", flow)
    assert [name for name in named if not (ROOT / "src" / "isang" / name).exists()] == []
    assert len(named) > 20


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the members of docs/extend.md in it."""
    copy = tmp_path_factory.mktemp("extended")
    for name in ("src", "tests", "examples"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for _, text, mark in blocks(EXTEND):
        if mark.startswith("file: "):
            (copy / mark.removeprefix("file: ")).write_text(text, encoding="utf-8")
    return copy


def in_copy(copy: Path, *command: str) -> str:
    """What a Python command says that runs in the copy and imports isang from there; it must end well."""
    known = os.environ | {"PYTHONPATH": str(copy / "src"), "COLUMNS": "200"}
    done = subprocess.run([sys.executable, *command], cwd=copy, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_new_detector_passes_the_contract_checks(extended: Path) -> None:
    module = "src/isang/detectors/rolling_median.py"
    said = in_copy(extended, "-m", "pytest", "-q", "-k", "rolling_median", "tests/contracts", module)
    passed = re.search(r"(\d+) passed", said)
    assert passed
    assert int(passed[1]) > 15


def test_the_members_of_the_page_are_found_and_run(extended: Path) -> None:
    in_copy(extended, "examples/make_files.py")
    samples = [f"put load {1767571200 + 60 * at} {at % 7} host=web-1" for at in range(400)]
    (extended / "load.tsdb").write_text("\n".join(samples))
    listed = in_copy(extended, "-m", "isang", "list")
    assert all(name in listed for name in ("rolling_median", "highest", "stuck", "opentsdb"))
    lines = [line[2:] for kind, text, _ in blocks(EXTEND) if kind == "console" for line in text.splitlines()]
    for line in lines:
        if line.startswith("isang "):
            told = "Model: " if line.startswith("isang fit") else "Report: "
            assert told in in_copy(extended, "-m", *shlex.split(line))
