"""One pass of a training over its windows, as the loss curves show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """Mean loss of a window in training and, `None` where too few windows were left for it, in validation."""

    loss: float
    validation_loss: float | None
    learning_rate: float
