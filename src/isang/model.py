"""A model: what was learnt, to be kept in a folder and to judge new data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isang.bundle import load_folder, save_folder
from isang.intake import paths_of
from isang.learnt import Learnt
from isang.plan import Plan
from isang.result import Result
from isang.running import run

IN_MEMORY = "a model that was not saved"


@dataclass(frozen=True, eq=False)
class Model(Learnt):
    """What `fit` learnt and `load` reads again.

    `pipeline` is the fitted `Pipeline`, `plan` what it was told, `trained` what it was learnt from (rows, columns,
    times), `golden` some rows with their scores, `folder` where it was loaded from.
    """

    def save(self, folder: str | Path) -> Path:
        """Write it into a folder, which appears whole or not at all; gives its full path.

        Nothing in the folder is code, and `load` runs none. Raises UsageError for a member that is no plain data
        (`wrapped`), OutputError, with what stood there untouched, where the folder holds something else.
        """
        return save_folder(self, Path(folder))

    def detect(self, source: Any) -> Result:
        """Judge every row of a source with what was learnt: causal. `isang.detect` takes options as well."""
        paths = paths_of(source)
        given = None if paths else source
        plan = Plan(inputs=paths, model=self.folder or IN_MEMORY, lang=self.plan.lang)
        return run(plan, given, self).like(given)


def load(folder: str | Path) -> Model:
    """Read a model that `fit` wrote. Nothing in it is run; ModelError where it is damaged, crafted or too new.

    Checked are: plain files alone, their checksums, the format, every name, type and array, and that its golden
    rows score as they did.
    """
    return Model(**vars(load_folder(Path(folder))))
