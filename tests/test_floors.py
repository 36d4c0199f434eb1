"""Imports go only downwards, from one list of floors; and this check catches those that do not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "isang"

# Low to high. A module may import from floors below its own, and inside its own package.
FLOORS = (
    ("errors",),
    ("family",),
    ("words",),
    ("windows", "scaling", "normal_scores", "rhythm", "clusters", "trees", "state", "alarms", "curves", "vus"),
    ("features", "nets", "splits", "calibrate", "unscored", "timestamps", "recognise", "synthetic"),
    ("events", "costs", "exam", "votes", "rollup", "logs"),
    ("chance", "folds"),
    ("detectors", "thresholds", "rules", "metrics"),
    ("learner", "risk", "grouping", "nesting", "explain", "conclusions", "measures"),
    ("reports",),
    ("judging", "judgement", "earlier"),
    ("causes", "returning", "log_kin"),
    ("involved",),
    ("impact", "contributions", "gravity", "whereabouts", "log_seen"),
    ("incidents",),
    ("tables", "accounting", "wanted"),
    ("result", "evaluation"),
    ("telling", "parts"),
    ("walking",),
    ("pipeline", "backtest"),
    ("sources", "llms", "trials", "self_test", "pictures", "measuring", "explaining", "mined", "log_means"),
    ("log_records", "bills", "excerpts"),
    ("log_parts", "mining"),
    ("log_names", "log_labels", "log_next", "log_company"),
    ("log_order", "log_beside", "log_ended"),
    ("log_sessions",),
    ("log_memory",),
    ("log_recall",),
    ("log_slots",),
    ("log_files",),
    ("reading",),
    ("yamls",),
    ("labelled", "event_files", "shown", "catalogue", "golden", "trained", "sealed", "strangers"),
    ("specs", "required"),
    ("plan", "packs"),
    ("checking",),
    ("settling", "billing", "cuts", "periods", "learnt", "intake", "assembly", "knowing", "candidates"),
    ("bundle", "judged_by", "parting", "choosing", "polling"),
    ("fitting", "examining"),
    ("running", "evaluating"),
    ("model", "proving"),
    ("api",),
    ("cli",),
    ("__init__", "__main__"),
)
# Folders whose members know nothing of each other: only their `base`, and helpers (`_name.py`), which are no members.
FAMILIES = ("features", "detectors", "thresholds", "rules", "metrics", "sources", "llms")
# Members that are made of other members.
COMBINING = ("detectors.auto", "detectors.cleaned", "detectors.ensemble", "detectors.log_counts", "detectors.scan")

FLOOR_OF = {name: number for number, names in enumerate(FLOORS) for name in names}


def test_imports_go_downwards() -> None:
    assert list(faults(SOURCE)) == []


def test_no_two_modules_import_each_other() -> None:
    assert cycle(SOURCE) == []


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("words/frame.py", "from isang.detectors.base import Detector", "words.frame imports detectors.base: upwards"),
        ("words/frame.py", "import isang.pipeline", "words.frame imports pipeline: upwards"),
        ("words/frame.py", "from isang import pipeline", "words.frame imports pipeline: upwards"),
        ("words/frame.py", "from .. import pipeline", "words.frame imports pipeline: upwards"),
        ("words/frame.py", "from ..rules.base import Rule", "words.frame imports rules.base: upwards"),
        ("words/frame.py", "def late():\n    from isang import api", "words.frame imports api: upwards"),
        ("words/frame.py", "from isang import Result", "words.frame imports __init__: upwards"),
        ("rules/limit.py", "from isang.thresholds import fixed", "rules.limit imports thresholds.fixed: a sibling"),
        ("rules/_counted.py", "from .limit import Limit", "rules._counted imports rules.limit: a member"),
        ("rules/base.py", "from .limit import Limit", "rules.base imports rules.limit: a member"),
        ("rules/__init__.py", "from .limit import Limit", "rules imports rules.limit: a member"),
        ("risk.py", "from isang.grouping import group", "risk imports grouping: a sibling"),
        ("rules/limit.py", "from isang.rules.silence import Silence", "rules.limit imports rules.silence: a member"),
        ("rules/limit.py", "from .silence import Silence", "rules.limit imports rules.silence: a member"),
        ("helpers.py", "", "helpers stands on no floor: list it in FLOORS"),
    ],
)
def test_an_import_that_does_not_is_caught(tmp_path: Path, file: str, line: str, told: str) -> None:
    plant(tmp_path, {file: line})
    assert list(faults(tmp_path)) == [told]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("rules/limit.py", "from isang.rules.base import Rule"),
        ("rules/limit.py", "from . import base"),
        ("rules/limit.py", "from isang.rules._counted import counted"),
        ("rules/limit.py", "import polars\nfrom isang.words.frame import Grid"),
        ("cli/detect.py", "from isang.cli.shown import shown\nfrom isang import api"),
        ("__init__.py", "from isang.api import detect"),
    ],
)
def test_an_import_that_does_is_let_pass(tmp_path: Path, file: str, line: str) -> None:
    plant(tmp_path, {file: line})
    assert list(faults(tmp_path)) == []


def test_a_knot_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, {"cli/show.py": "from .detect import run", "cli/detect.py": "def f():\n    from .show import run"})
    assert set(cycle(tmp_path)) == {"cli.show", "cli.detect"}


def plant(root: Path, files: dict[str, str]) -> None:
    """A small package with the modules that the planted lines name."""
    known = ("api", "grouping", "pipeline", "risk", "cli/shown", "detectors/base", "thresholds/fixed", "words/frame")
    for path in (*known, "rules/base", "rules/_counted", "rules/silence", "rules/limit", "__init__"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / f"{path}.py").touch()
    for name, text in files.items():
        (root / name).write_text(text)


def faults(root: Path) -> Iterator[str]:
    """One line for each import that goes where it should not."""
    for module, path in modules(root).items():
        if top(module) not in FLOOR_OF:
            yield f"{module} stands on no floor: list it in FLOORS"
            continue
        for other in sorted(imports(root, module, path)):
            if trouble := judge(module, other):
                yield f"{module} imports {other}: {trouble}"


def judge(module: str, other: str) -> str:
    here, there = top(module), top(other)
    if here == there:
        member = other.removeprefix(f"{here}.")
        own = member in (here, "base") or member.startswith("_") or here not in FAMILIES
        return "" if own or module in COMBINING else "a member"
    if FLOOR_OF.get(there, len(FLOORS)) > FLOOR_OF[here]:
        return "upwards"
    return "a sibling" if FLOOR_OF[there] == FLOOR_OF[here] else ""


def cycle(root: Path) -> list[str]:
    """The modules of one circle of imports, if there is any."""
    known = modules(root)
    graph = {module: imports(root, module, path) - {module} for module, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def modules(root: Path) -> dict[str, Path]:
    """Dotted name below isang → file; a package's own name stands for its `__init__`."""
    named = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return named


def top(module: str) -> str:
    return module.split(".")[0]


def imports(root: Path, module: str, path: Path) -> set[str]:
    """All modules of isang that a file names, in functions too."""
    package = ["isang", *path.relative_to(root).parent.parts]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {known(root, alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (start, node.module) if part)
            found |= {known(root, f"{origin}.{alias.name}") for alias in node.names}
    return found - {"", module}


def known(root: Path, dotted: str) -> str:
    """The longest part of a dotted name that is a module of isang; empty for other packages."""
    first, *rest = dotted.split(".")
    if first != "isang":
        return ""
    for length in range(len(rest), 0, -1):
        path = root.joinpath(*rest[:length])
        if path.with_suffix(".py").is_file() or path.is_dir():
            return ".".join(rest[:length])
    return "__init__"
