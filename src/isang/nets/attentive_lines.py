"""The net that tells strange windows of lines from usual ones."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from isang.nets.base import Trainable
from isang.nets.next_line import blank


class AttentiveLinesNet(Trainable):
    """LSTMs that read a window from both ends, attention over what they saw, and one number (Zhang et al. 2019).

    A window has two columns: the class of each line's template, below `classes`, and 1 where the line is anomalous; the
    label of its last line counts. `guess`: there are no labels; the last line of every other window is swapped
    for one drawn from the batch, and these are the anomalous ones. In training this share of the lines, `blanked`,
    becomes class 0, of templates never seen; a last line that does is anomalous.
    """

    recurrent: ClassVar[bool] = True

    def __init__(self, classes: int, width: int, hidden: int, blanked: float, *, guess: bool) -> None:
        super().__init__()
        self.blanked = blanked
        self.guess = guess
        self.vectors = nn.Embedding(classes, width)
        self.reader = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
        self.attention = nn.Linear(2 * hidden, 1)
        self.head = nn.Linear(4 * hidden, 1)

    def odds(self, lines: Tensor) -> Tensor:
        """(b, w) classes of lines → (b,): log odds that the last one is anomalous."""
        seen = self.reader(self.vectors(lines))[0]  # (b, w, 2 * hidden)
        weight = torch.softmax(self.attention(torch.tanh(seen)), dim=1)  # (b, w, 1)
        found: Tensor = self.head(torch.cat([(weight * seen).sum(dim=1), seen[:, -1]], dim=1))
        return found[:, 0]

    def loss(self, windows: Tensor, weight: Tensor | None) -> Tensor:
        """Binary cross entropy; anomalous windows weigh as much as the usual ones together, up to a hundredfold."""
        lines, wanted = windows[:, :, 0].long(), windows[:, -1, 1]
        if self.guess:
            lines, wanted = _swapped(lines)
        lines = blank(lines, self.blanked, self.training)
        wanted = torch.where(lines[:, -1] == 0, 1.0, wanted)
        balance = ((1 - wanted).sum() / wanted.sum().clamp(min=1.0)).clamp(1.0, 100.0)
        return binary_cross_entropy_with_logits(self.odds(lines), wanted, pos_weight=balance)


def _swapped(lines: Tensor) -> tuple[Tensor, Tensor]:
    """The last line of every other window from any window of the batch; 1 where that changed it."""
    others, drawn = lines.clone(), torch.randperm(len(lines), device=lines.device)
    others[::2, -1] = lines[drawn, -1][::2]
    return others, (others[:, -1] != lines[:, -1]).float()
