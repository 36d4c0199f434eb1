"""Where a net computes: which device, how many threads, how many bits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import nn

from isang.errors import UsageError
from isang.nets.base import Trainable

# Floating-point operations in a step.
_ONE_THREAD = 3e9  # below, a second thread gives little, and costs many times that on a machine that others use too
_HALF_PRECISION = 3e8  # above, bfloat16 pays on processors that have it


def pick(name: str) -> torch.device:
    """`auto` is a CUDA device where there is one; UsageError for a device that is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(f"device '{name}' is not there for torch {torch.__version__}; take cpu, or auto.") from error
    return device


def pick_for_scores(name: str) -> torch.device:
    """The device that a net was trained on; the processor where that is not there, so that a model may move."""
    try:
        return pick(name)
    except UsageError:
        return torch.device("cpu")


def operations(net: nn.Module, batch: int, rows: int) -> float:
    """About how many floating-point operations a training step takes; each weight is used once a row."""
    return 6.0 * sum(weight.numel() for weight in net.parameters()) * batch * rows


@contextmanager
def threads(cost: float) -> Iterator[None]:
    """One thread for small steps; what torch had before is set again afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(1 if cost < _ONE_THREAD else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def precision(net: Trainable, device: torch.device, cost: float) -> Any:
    """A context in which large products are computed in bfloat16, where that is faster; weights stay float32."""
    pays = device.type == "cuda" or (net.recurrent and torch.cpu._is_avx512_bf16_supported())
    return torch.autocast(device.type, torch.bfloat16) if pays and cost > _HALF_PRECISION else nullcontext()


@contextmanager
def seeded(random_state: int | None) -> Iterator[None]:
    """Torch's random numbers from this seed; outside, they go on as if nothing had been drawn."""
    with torch.random.fork_rng():
        if random_state is not None:
            torch.manual_seed(random_state)
        yield
