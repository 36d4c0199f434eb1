"""What the nets share that look at windows of log lines: everything but the net and its score."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from isang.detectors._templates import Templates, templates_to_fit, templates_to_score, whole
from isang.detectors.base import Detector
from isang.nets.base import Trainable
from isang.nets.device import operations, pick, pick_for_scores, seeded, threads
from isang.nets.epoch import Epoch
from isang.nets.training import Training
from isang.nets.windows import Windows
from isang.words.frame import Floats, Integers

_UNSEEN = 0
_CHUNK_WINDOWS = 1 << 16
_WINDOWS_AT_ONCE = 1024


class LineNet(Detector):
    """A score of a line by the window that ends at it.

    Templates are classes: 0 those never seen, then the known ones, then what stands before the first line of a
    stretch, so that first lines have full windows too. `most_windows` are trained on, evenly spaced. `labelled_`: there
    were labels. `history_` has the loss of each epoch, `stopped_` why training ended.
    """

    blocks: ClassVar[int] = 2
    window_rows: int
    most_windows: int
    training: Training | None
    random_state: int | None

    classes_: Integers
    labelled_: bool
    weights_: dict[str, NDArray[np.float32]]
    history_: list[Epoch]
    stopped_: str

    @abstractmethod
    def net(self, classes: int) -> Trainable:
        """The net for so many classes, with fresh weights."""

    @abstractmethod
    def score(self, net: Any, lines: Tensor) -> Tensor:
        """(b, w) classes → (b,) how strange each last line is."""

    def fit(self, X: Any, y: Any = None) -> Self:
        """Number the templates, and train; a line whose `y` (n,) is not 0 is anomalous, for nets that use it."""
        templates, training = whole(templates_to_fit(self, X)), self.training or Training()
        self.classes_ = _classes(templates)
        self.context_rows_ = self.window_rows - 1
        lines, ends, rows = self._windows(templates)
        label = np.zeros(len(lines))
        label[ends] = 0 if y is None else np.asarray(y)[rows] != 0
        self.labelled_ = bool(label.any())
        device, columns = pick(training.device), np.column_stack([lines, label])
        with seeded(self.random_state):
            net = self.net(int(self.classes_.max()) + 2).to(device)
            windows = Windows(columns, np.ones(columns.shape, dtype=bool), self.window_rows, device)
            self.history_, self.stopped_ = training.run(net, windows, ends[:: 1 + len(ends) // self.most_windows])
        self.weights_ = {name: weight.cpu().numpy() for name, weight in net.state_dict().items()}
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) higher is stranger. Each different window is looked at once in 65,536 rows."""
        templates = whole(templates_to_score(self, X))
        lines, ends, rows = self._windows(templates)
        scores, net = np.full(len(templates), np.nan), self._trained()
        back = np.arange(1 - self.window_rows, 1)
        for start in range(0, len(ends), _CHUNK_WINDOWS):
            some = slice(start, start + _CHUNK_WINDOWS)
            different, place = np.unique(lines[ends[some, None] + back], axis=0, return_inverse=True)
            scores[rows[some]] = self._scores(net, different)[place.ravel()]
        return scores

    def _scores(self, net: Trainable, lines: Integers) -> Floats:
        device = next(net.parameters()).device
        with torch.inference_mode(), threads(operations(net, _WINDOWS_AT_ONCE, self.window_rows)):
            parts = torch.split(torch.from_numpy(lines).to(device), _WINDOWS_AT_ONCE)
            found = torch.cat([self.score(net, part) for part in parts])
        return found.cpu().numpy().astype(np.float64)

    def _trained(self) -> Trainable:
        with torch.device("meta"):
            net = self.net(int(self.classes_.max()) + 2)
        net.load_state_dict({name: torch.from_numpy(weight) for name, weight in self.weights_.items()}, assign=True)
        return net.to(pick_for_scores((self.training or Training()).device)).eval()

    def _windows(self, templates: Templates) -> tuple[Integers, Integers, Integers]:
        """Classes (m,) with a window's worth before each stretch; where each line's window ends (k,), and its row."""
        rows = np.flatnonzero(templates >= 0)
        starts = (rows == 0) | (templates[rows - 1] < 0)
        ends = np.arange(len(rows)) + self.context_rows_ * np.cumsum(starts)
        lines = np.full(len(rows) + self.context_rows_ * int(starts.sum()), self.classes_.max() + 1)
        lines[ends] = self.classes_[np.minimum(templates[rows], len(self.classes_) - 1)]
        return lines, ends, rows


def _classes(templates: Templates) -> Integers:
    """(v + 1,) the class of each template number; the last is that of all higher ones."""
    known = np.unique(templates[templates >= 0])
    classes = np.full(int(known[-1]) + 2, _UNSEEN, dtype=np.int64)
    classes[known] = np.arange(1, len(known) + 1)
    return classes
