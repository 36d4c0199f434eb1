"""Columns of numbers kept in a folder while millions of records pass: written at the end, read in parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Spool:
    """One file for each column (name → dtype); all of them have `rows` rows."""

    def __init__(self, folder: Path, columns: Mapping[str, str]) -> None:
        self._columns = {name: (folder / name, np.dtype(kind)) for name, kind in columns.items()}
        self.rows = 0

    def append(self, values: Mapping[str, NDArray[Any]]) -> None:
        """Rows at the end, each column (n,)."""
        for name, (path, kind) in self._columns.items():
            with path.open("ab") as file:
                np.ascontiguousarray(values[name], dtype=kind).tofile(file)
        self.rows += len(next(iter(values.values())))

    def part(self, name: str, first: int, behind: int) -> NDArray[Any]:
        """The rows [first, behind) of a column."""
        path, kind = self._columns[name]
        return np.fromfile(path, kind, behind - first, offset=first * kind.itemsize)
