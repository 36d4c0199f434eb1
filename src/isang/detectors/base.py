"""What a detector promises. It never decides, and knows no names and no clock."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from isang.words.frame import Floats


class Detector(BaseEstimator, ABC):  # type: ignore[misc]
    """Learns what is usual and says how strange each row is: one row in, one score out.

    X is (n, d) float64. NaN is a missing cell, an all-NaN row a wall that nothing crosses. Scores are
    (n,), higher = stranger, NaN = not scored (a wall, more than half of the cells missing, or fewer
    than `context_rows_` rows since a wall). After `fit`, `context_rows_` bounds how many rows before
    a row its score depends on (and, with `hindsight=True`, as many after it). `blocks`: into how many parts hindsight
    cuts the rows, one fit for each; fewer where a fit takes long. `of_lines`: it sees numbers of log templates.
    `supervised`: it learns from labels where there are any.

    What `fit` learns is declared in the class, by annotations whose names end in `_`, and is plain data: arrays,
    numbers, texts, frozen dataclasses, members. So a model folder can hold it.
    """

    blocks: ClassVar[int] = 5
    of_lines: ClassVar[bool] = False
    supervised: ClassVar[bool] = False
    context_rows_: int
    n_features_in_: int

    @abstractmethod
    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn what is usual from X; y is ignored. ValueError where X holds nothing to learn from."""

    @abstractmethod
    def anomaly_score(self, X: Any) -> Floats:
        """How strange each row of X is."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def rows_to_fit(detector: Detector, X: Any) -> Floats:
    """X checked and as float64, with its number of columns remembered; ValueError if all is missing."""
    rows: Floats = validate_data(detector, X, dtype=np.float64, ensure_all_finite="allow-nan")
    if np.isnan(rows).all():
        raise ValueError("X has no value to learn from: every cell is missing.")
    return rows


def rows_to_score(detector: Detector, X: Any) -> Floats:
    """X checked against what the detector was fitted on; NotFittedError before `fit`."""
    check_is_fitted(detector)
    rows: Floats = validate_data(detector, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
    return rows


def parts_of(detector: Detector) -> list[Detector]:
    """The detectors that a detector is made of, not yet fitted: its parameters, and the entries of lists."""
    values = detector.get_params(deep=False).values()
    listed = [part for value in values for part in (value if isinstance(value, list | tuple) else [value])]
    return [part for part in listed if isinstance(part, Detector)]


def sees_lines(detector: Detector) -> bool:
    """Whether it sees numbers of log templates, or all detectors do that it is made of."""
    parts = parts_of(detector)
    return detector.of_lines or (bool(parts) and all(map(sees_lines, parts)))


def fewest_blocks(detector: Detector) -> int:
    """The `blocks` of a detector, or of that part of it which has the fewest."""
    return min([detector.blocks, *map(fewest_blocks, parts_of(detector))])
