"""What the autoencoders share: everything but the net."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from isang.detectors._windowed import RowErrors, RowScore, ends_to_learn_from, scaled
from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.errors import UsageError
from isang.family import name_of
from isang.nets.base import Net
from isang.nets.device import operations, pick, pick_for_scores, seeded, threads
from isang.nets.epoch import Epoch
from isang.nets.training import Training
from isang.nets.windows import Windows
from isang.scaling import RobustScale, learn_range, learn_scale, too_sparse
from isang.windows import window_ends
from isang.words.frame import Floats, Integers

Weights = dict[str, NDArray[np.float32]]


class Autoencoder(Detector):
    """Squared error of a row after its window went through a net that was trained to give windows back.

    A member says which net. Rows are scaled robustly, or (`scale="range"`) to 0 and 1; a missing cell weighs nothing, in
    training nor in a score.
    `row_score`, `hindsight`: see `RowErrors`. `history_` has the loss of each epoch, `stopped_` why training ended.
    """

    blocks: ClassVar[int] = 2
    window_rows: int
    row_score: RowScore
    hindsight: bool
    training: Training | None
    random_state: int | None
    scale: Literal["robust", "range"] = "robust"

    scale_: RobustScale
    weights_: Weights
    history_: list[Epoch]
    stopped_: str

    @abstractmethod
    def net(self, columns: int) -> Net:
        """The net for rows of so many columns, with fresh weights."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the scale, and train; ValueError where no stretch is as long as a window."""
        rows, training = rows_to_fit(self, X), self.training or Training()
        self.scale_ = learn_range(rows) if self.scale == "range" else learn_scale(rows)
        filled, seen = scaled(self.scale_, rows)
        ends, device = ends_to_learn_from(filled, self.window_rows), pick(training.device)
        with seeded(self.random_state):
            net = self._fresh(rows.shape[1]).to(device)
            windows = Windows(filled, seen, self.window_rows, device)
            self.history_, self.stopped_ = training.run(net, windows, ends)
        self.weights_ = {name: weight.cpu().numpy() for name, weight in net.state_dict().items()}
        self.context_rows_ = self.window_rows - 1
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) mean squared error over the cells of a row, in squared spreads."""
        return np.asarray(self.column_errors(X).sum(axis=1))

    def column_errors(self, X: Any) -> Floats:
        """(n, d) what each column adds to the score of each row."""
        rows = rows_to_score(self, X)
        shape = (rows.shape[1],)
        found = RowErrors(len(rows), self.window_rows, self.row_score, hindsight=self.hindsight, shape=shape)
        with self._ready(rows) as (net, windows, chunks):
            for ends in chunks:
                errors = _cell_errors(net, *windows.at(ends), found.positions)
                found.add(ends, errors.cpu().numpy().astype(np.float64))
        return np.where(too_sparse(rows)[:, None], np.nan, found.result())

    def encode(self, X: Any) -> Floats:
        """(n, latent): what the net makes of the window that ends at each row; NaN where none does."""
        rows = rows_to_score(self, X)
        with self._ready(rows) as (net, windows, chunks):
            parts = [(ends, net.encode(windows.at(ends)[0]).cpu().numpy()) for ends in chunks]
        latent = np.full((len(rows), parts[0][1].shape[1] if parts else 1), np.nan)
        for ends, part in parts:
            latent[ends] = part
        return latent

    def decode(self, latent: Floats) -> Floats:
        """(m, latent) → (m, window_rows, d): the windows that the net writes, in the units of the data."""
        with self._ready(np.empty((0, len(self.scale_.center)))) as (net, windows, _):
            given = torch.from_numpy(np.asarray(latent, dtype=np.float32)).to(windows.device)
            written = net.decode(given, self.window_rows).cpu().numpy().astype(np.float64)
        return np.asarray(written * self.scale_.spread + self.scale_.center)

    def _fresh(self, columns: int) -> Net:
        try:
            return self.net(columns)
        except IndexError as error:
            raise UsageError(f"{name_of(self)} needs at least one layer, and has none.") from error
        except RuntimeError as error:
            if "allocate" not in str(error):  # so torch says that memory is not enough
                raise
            raise UsageError(f"{name_of(self)} does not fit into memory: take a smaller latent or window.") from error

    @contextmanager
    def _ready(self, rows: Floats) -> Iterator[tuple[Net, Windows, Iterator[Integers]]]:
        """The trained net, the rows as its windows, and the ends of those windows chunk by chunk; no gradients."""
        device = pick_for_scores((self.training or Training()).device)
        with torch.device("meta"):
            net = self.net(rows.shape[1])
        net.load_state_dict({name: torch.from_numpy(weight) for name, weight in self.weights_.items()}, assign=True)
        windows = Windows(*scaled(self.scale_, rows), self.window_rows, device)
        chunks = windows.chunks(window_ends(rows, self.window_rows))
        with torch.inference_mode(), threads(operations(net, windows.chunk, self.window_rows)):
            yield net.to(device).eval(), windows, chunks


def _cell_errors(net: Net, x: Tensor, seen: Tensor | None, rows: int) -> Tensor:
    """(b, rows, d) squared error of each cell of the last rows, over the number of cells seen in its row."""
    wanted = x[:, -rows:]
    errors = (net.decode(net.encode(x), rows) - wanted).square()
    if seen is None:
        return errors / x.shape[2]
    weight = seen[:, -rows:]
    return errors * weight / weight.sum(dim=2, keepdim=True).clamp(min=1.0)
