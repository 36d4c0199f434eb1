"""Windows for nets, cut from the rows batch by batch: no window is ever stored."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from isang.words.frame import Flags, Floats, Integers

_MOST_CELLS = 4_000_000
_MOST_WINDOWS = {"cuda": 16_384}
_FEW_WINDOWS = 256  # what a processor keeps in its caches


class Windows:
    """Rows (n, d) in spreads with missing cells at 0, and the cells that were `seen` (n, d), on a device.

    A window is named by the row at which it ends.
    """

    def __init__(self, rows: Floats, seen: Flags, window_rows: int, device: torch.device) -> None:
        self._rows = torch.from_numpy(rows.astype(np.float32)).to(device)
        # Most data have no missing cell, and then need no weights.
        self._seen = None if seen.all() else torch.from_numpy(seen.astype(np.float32)).to(device)
        self._back = torch.arange(1 - window_rows, 1, device=device)
        self.window_rows = window_rows
        self.device = device
        # How many windows are looked at together.
        self.chunk = max(
            1, min(_MOST_CELLS // (window_rows * rows.shape[1]), _MOST_WINDOWS.get(device.type, _FEW_WINDOWS))
        )

    def at(self, ends: Integers) -> tuple[Tensor, Tensor | None]:
        """The windows (b, w, d) that end at these rows, and 1 for each cell that was seen, 0 for others; None: all."""
        places = torch.from_numpy(ends).to(self.device)[:, None] + self._back  # (b, w)
        return self._rows[places], None if self._seen is None else self._seen[places]

    def chunks(self, ends: Integers) -> Iterator[Integers]:
        """The ends in order, as many at a time as are looked at together."""
        for start in range(0, len(ends), self.chunk):
            yield ends[start : start + self.chunk]
