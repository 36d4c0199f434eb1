"""The folds that a plan asks for, with enough rows in each part."""

from __future__ import annotations

from isang.backtest import Setting
from isang.cuts import SHARES, shares_of
from isang.errors import InputError, UsageError
from isang.folds import Fold, at_random, in_time, rolling
from isang.plan import Plan

_RANDOM = "random:"
_LEAST = {"usual rows are left to train on": 10, "rows are left for the threshold": 10, "rows are left to test": 1}


def folds_of(plan: Plan, setting: Setting) -> list[Fold]:
    """Once in time, again and again (`--folds`), or at random; UsageError for what the data do not allow."""
    folds = _folds(plan, setting)
    for fold in folds:
        parts = (fold.train & setting.truth.usual, fold.calibration, fold.test)
        for (told, least), part in zip(_LEAST.items(), parts, strict=True):
            rows = int((part & setting.grid.present).sum())
            if rows < least:
                raise InputError(
                    f"{rows} {told}, at least {least} are needed; choose other shares with --split or fewer --folds."
                )
    return folds


def _folds(plan: Plan, setting: Setting) -> list[Fold]:
    grid, truth = setting.grid, setting.truth
    if plan.folds is not None:
        return rolling(grid, truth, plan.folds)
    split = plan.split or SHARES
    if not split.startswith(_RANDOM):
        return in_time(grid, truth, shares_of(split))
    if grid.clock is not None:
        raise UsageError(f"--split {split}: rows with a time are not shuffled: neighbours would give it away.")
    return at_random(grid, truth, shares_of(split.removeprefix(_RANDOM)), plan.seed)
