"""The one loop that trains every net."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from isang.nets.base import Trainable
from isang.nets.device import operations, precision, threads
from isang.nets.epoch import Epoch
from isang.nets.holdout import hold_out
from isang.nets.windows import Windows
from isang.words.frame import Integers
from isang.words.numbers import Count, Share, Size, Weight

_log = logging.getLogger("isang")
_UPDATES_AN_EPOCH = 100
_SMALLEST_BATCH, _LARGEST_BATCH = 32, 512
_BETTER = 1e-3  # of the loss: less is no improvement
_BAR = 20


@dataclass(frozen=True)
class Training:
    """How a net is trained: by Adam on mini-batches of windows, until it gets no better on later windows.

    `batch_windows=None`: 32 to 512, so that an epoch has about a hundred updates. The last share `validation` of the
    windows is not trained on; after `patience` epochs without improvement on it training ends, with the best weights.
    After `plateau` such epochs the learning rate is halved. `clip` bounds the norm of the gradient. `device` is auto
    (CUDA where there is one), cpu or cuda.
    """

    epochs: Count = 50
    batch_windows: Count | None = None
    learning_rate: Size = 2e-3
    patience: Count = 10
    plateau: Count = 5
    weight_decay: Weight = 0.0
    clip: Size = 1.0
    validation: Share = 0.1
    device: str = "auto"

    def run(self, net: Trainable, windows: Windows, ends: Integers) -> tuple[list[Epoch], str]:
        """Train `net` in place on the windows that end at `ends`; the loss of each epoch, and why it ended.

        Ctrl-C ends the training and leaves the best weights so far, unless no epoch is complete. Random numbers are
        torch's own. ValueError where the loss is not finite.
        """
        train, check = hold_out(ends, windows.window_rows, self.validation)
        batch = min(self.batch_windows or _batch(len(train)), len(train))
        cost = operations(net, batch, windows.window_rows)
        optimizer = torch.optim.AdamW(net.parameters(), self.learning_rate, weight_decay=self.weight_decay, fused=True)
        schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=self.plateau, threshold=_BETTER)
        best, history = _Best(net), list[Epoch]()
        with threads(cost):
            try:
                while len(history) < self.epochs and best.age <= self.patience:
                    rate = float(optimizer.param_groups[0]["lr"])
                    net.train()
                    loss = self._learn(net, windows, train, batch, optimizer, cost)
                    net.eval()
                    checked = _mean_loss(net, windows, check, cost) if len(check) else None
                    history.append(Epoch(loss, checked, rate))
                    _log.info("%s", _progress(history, self.epochs))
                    best.offer(loss if checked is None else checked)
                    schedule.step(loss if checked is None else checked)
            except KeyboardInterrupt:
                if not history:
                    raise
                return history, "interrupted"
            finally:
                best.restore()
        return history, "all epochs done" if len(history) == self.epochs else "no better on later windows"

    def _learn(
        self,
        net: Trainable,
        windows: Windows,
        train: Integers,
        batch: int,
        optimizer: torch.optim.Optimizer,
        cost: float,
    ) -> float:
        """One pass over the training windows in random order; the mean loss of a window."""
        total, weights = torch.zeros((), device=windows.device), list(net.parameters())
        order = train[torch.randperm(len(train)).numpy()]
        for start in range(0, len(order), batch):
            some = order[start : start + batch]
            x, weight = windows.at(some)
            optimizer.zero_grad()
            with precision(net, windows.device, cost):
                loss = net.loss(x, weight)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(weights, self.clip, foreach=True)
            optimizer.step()
            total += loss.detach() * len(some)
        return float(total) / len(train)


class _Best:
    """The weights with the lowest loss so far."""

    def __init__(self, net: Trainable) -> None:
        self._net = net
        self._weights: dict[str, torch.Tensor] = {}
        self._loss = math.inf
        self.age = 0  # epochs since then

    def offer(self, loss: float) -> None:
        """Keep the weights if they are better."""
        if not math.isfinite(loss):
            raise ValueError(f"the training went astray (loss {loss}); a lower training.learning_rate is needed.")
        self.age += 1
        if loss < self._loss * (1 - _BETTER) or not self._weights:
            self.age, self._loss = 0, loss
            self._weights = {name: weight.clone() for name, weight in self._net.state_dict().items()}

    def restore(self) -> None:
        """Give them back to the net."""
        if self._weights:
            self._net.load_state_dict(self._weights)
        self._net.eval()


def _mean_loss(net: Trainable, windows: Windows, ends: Integers, cost: float) -> float:
    total = 0.0
    with torch.inference_mode(), precision(net, windows.device, cost):
        for some in windows.chunks(ends):
            total += float(net.loss(*windows.at(some))) * len(some)
    return total / len(ends)


def _batch(count: int) -> int:
    """A power of two."""
    wanted = 2 ** round(math.log2(max(count / _UPDATES_AN_EPOCH, 1)))
    return int(np.clip(wanted, _SMALLEST_BATCH, _LARGEST_BATCH))


def _progress(history: list[Epoch], epochs: int) -> str:
    done = round(_BAR * len(history) / epochs)
    last = history[-1]
    checked = "" if last.validation_loss is None else f" · on later windows {last.validation_loss:.4g}"
    return f"training {'━' * done}{'╌' * (_BAR - done)} {len(history)} of {epochs} · loss {last.loss:.4g}{checked}"
