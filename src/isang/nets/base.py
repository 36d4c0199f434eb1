"""What nets promise: to be trained on windows; and autoencoders, windows through a narrow middle and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from torch import Tensor, nn


class Trainable(nn.Module, ABC):
    """A net that windows train. Shapes: b windows of w rows and d columns.

    `recurrent`: its products come step by step, which bfloat16 speeds up on a processor; of others it does not.
    """

    recurrent: ClassVar[bool] = False

    @abstractmethod
    def loss(self, windows: Tensor, weight: Tensor | None) -> Tensor:
        """What training makes small, a scalar; `weight` (b, w, d) is 0 at cells that nobody saw, None: 1 everywhere."""


class Net(Trainable):
    """An autoencoder of windows, each cell in robust spreads."""

    @abstractmethod
    def encode(self, windows: Tensor) -> Tensor:
        """(b, w, d) → (b, latent)."""

    @abstractmethod
    def decode(self, latent: Tensor, rows: int) -> Tensor:
        """(b, latent) → (b, rows, d): the last `rows` rows of each window, the window's order kept."""


def squared_error(found: Tensor, wanted: Tensor, weight: Tensor | None) -> Tensor:
    """Mean squared error over the cells that were seen."""
    if weight is None:
        return (found - wanted).square().mean()
    return ((found - wanted).square() * weight).sum() / weight.sum().clamp(min=1.0)
