"""The net that says which template comes next."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from isang.nets.base import Trainable


class NextLineNet(Trainable):
    """Stacked LSTMs over the templates of a window but its last, which they foretell (Du et al. 2017).

    The only column of a window is the number of a class of templates, below `classes`. `blanked` is the share of lines
    that training takes for class 0, which is how a line looks that was never seen.
    """

    recurrent: ClassVar[bool] = True

    def __init__(self, classes: int, width: int, hidden: int, layers: int, blanked: float) -> None:
        super().__init__()
        self.blanked = blanked
        self.vectors = nn.Embedding(classes, width)
        self.reader = nn.LSTM(width, hidden, layers, batch_first=True)
        self.head = nn.Linear(hidden, classes)

    def foretell(self, before: Tensor) -> Tensor:
        """(b, w) classes of lines → (b, classes): how likely each comes next, as log odds."""
        last = self.reader(self.vectors(before))[0][:, -1]  # (b, hidden)
        odds: Tensor = self.head(last)
        return odds

    def loss(self, windows: Tensor, weight: Tensor | None) -> Tensor:
        """Cross entropy of the last line."""
        lines = windows[:, :, 0].long()  # (b, w)
        return cross_entropy(self.foretell(blank(lines[:, :-1], self.blanked, self.training)), lines[:, -1])


def blank(lines: Tensor, share: float, training: bool) -> Tensor:
    """In training, this share of the lines as class 0."""
    return lines.masked_fill(torch.rand(lines.shape, device=lines.device) < share, 0) if training else lines
