"""A family is its folder: names, classes, parameters and errors come from the files alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import isang
from isang import family
from isang.errors import UsageError

PEAK = '''"""A member for this test."""


class HighestPeak:
    """Finds the highest peak.

    More than one sentence stands here.
    """

    def __init__(self, rows: int, scale: str = "robust", *, seed: int | None = None) -> None:
        self.rows, self.scale, self.seed = rows, scale, seed
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A family `peaks` of one member, found as `isang.peaks`."""
    (tmp_path / "peaks").mkdir()
    (tmp_path / "peaks" / "__init__.py").touch()
    (tmp_path / "peaks" / "base.py").touch()
    (tmp_path / "peaks" / "highest_peak.py").write_text(PEAK)
    monkeypatch.setattr(family, "_ROOT", tmp_path)
    monkeypatch.setattr(isang, "__path__", [*isang.__path__, str(tmp_path)])
    yield tmp_path / "peaks"
    for name in [name for name in sys.modules if name.startswith("isang.peaks")]:
        del sys.modules[name]


@pytest.mark.usefixtures("folder")
def test_the_files_are_the_members() -> None:
    assert family.names("peaks") == ["highest_peak"]


@pytest.mark.usefixtures("folder")
def test_summary_and_parameters_are_read_without_an_import() -> None:
    told = family.describe("peaks", "highest_peak")
    assert told.summary == "Finds the highest peak."
    assert told.parameters == {"rows": "required", "scale": "'robust'", "seed": "None"}
    assert not any(name.startswith("isang.peaks") for name in sys.modules)


@pytest.mark.usefixtures("folder")
def test_a_member_is_built_with_its_parameters() -> None:
    built = family.build("peaks", {"name": "highest_peak", "rows": 3, "seed": 1})
    assert (built.rows, built.scale, built.seed) == (3, "robust", 1)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("ask", [family.member, family.describe])
def test_an_unknown_member_is_told_with_the_nearest(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(UsageError, match=r"'higest_peak' is no member of peaks. Did you mean 'highest_peak'\?"):
        ask("peaks", "higest_peak")


@pytest.mark.usefixtures("folder")
def test_an_unknown_parameter_is_told_with_the_known() -> None:
    with pytest.raises(UsageError, match=r"no parameter 'sead'. Did you mean 'seed'\? Known: rows, scale, seed"):
        family.build("peaks", {"name": "highest_peak", "rows": 3, "sead": 1})


@pytest.mark.usefixtures("folder")
def test_members_of_a_member_are_built_with_it() -> None:
    inner = {"name": "highest_peak", "rows": 2}
    built = family.build("peaks", {"name": "highest_peak", "rows": [inner, inner]})
    assert [part.rows for part in built.rows] == [2, 2]


def test_what_is_no_specification_is_given_back_as_it_is() -> None:
    ready = object()
    assert family.build("detectors", ready) is ready


@pytest.mark.parametrize("name", ["../errors", "base", "__init__", "", "robust_zscore.py"])
def test_only_members_are_reached(name: str) -> None:
    with pytest.raises(UsageError):
        family.member("detectors", name)


FAMILIES = ("detectors", "thresholds", "features", "rules", "sources", "llms")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in FAMILIES for name in family.names(kind)])
def test_each_member_has_a_summary_and_the_class_of_its_name(kind: str, name: str) -> None:
    assert family.describe(kind, name).summary.endswith(".")
    assert family.member(kind, name).__module__ == f"isang.{kind}.{name}"


def test_listing_imports_no_member() -> None:
    asked = "from isang import family; import sys; [family.describe('detectors', n) for n in family.names('detectors')]"
    code = f"{asked}; print([m for m in sys.modules if m.startswith(('numpy', 'sklearn', 'isang.detectors'))])"
    path = {"PYTHONPATH": str(Path(family.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_names_of_the_package_are_no_modules() -> None:
    """A module of the same name would take the place of the function as soon as somebody imports it."""
    modules = {path.stem for path in Path(isang.__file__).parent.iterdir()}
    assert modules & set(isang.__all__) == {"synthetic"}
