"""Any outlier detector of scikit-learn or PyOD as a detector."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import OutlierMixin, clone

from isang.detectors.base import Detector, rows_to_fit, rows_to_score
from isang.scaling import RobustScale, fill_missing, learn_scale, too_sparse
from isang.windows import walls
from isang.words.frame import Floats


class Wrapped(Detector):
    """A scikit-learn outlier detector (novelty mode) or a PyOD model on robustly scaled rows.

    Its own threshold and contamination are not used. It looks at rows one by one; a missing cell stands at its
    column's median. Only from Python: a plan names members, never import paths. No model folder can hold it.

    >>> from sklearn.svm import OneClassSVM
    >>> import numpy as np
    >>> usual = np.random.default_rng(0).normal(size=(300, 2))
    >>> near, far = Wrapped(OneClassSVM()).fit(usual).anomaly_score([[0, 0], [6, 6]])
    >>> bool(far > near)
    True
    """

    context_rows_ = 0
    scale_: RobustScale
    estimator_: Any
    normal_is_high_: bool

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit a clone of the estimator; ValueError for one that cannot score rows it was not fitted on."""
        rows = rows_to_fit(self, X)
        self.scale_ = learn_scale(rows)
        usual, _ = fill_missing(self.scale_.apply(rows[~walls(rows)]))
        self.estimator_ = clone(self.estimator).fit(usual)
        self.normal_is_high_ = _normal_is_high(self.estimator)
        return self

    def anomaly_score(self, X: Any) -> Floats:
        """(n,) in the estimator's own units, turned so that higher is stranger."""
        rows = rows_to_score(self, X)
        judged = ~too_sparse(rows)
        scores = np.full(len(rows), np.nan)
        if judged.any():
            filled, _ = fill_missing(self.scale_.apply(rows[judged]))
            own = np.asarray(self.estimator_.decision_function(filled), dtype=np.float64)
            scores[judged] = -own if self.normal_is_high_ else own
        return scores


def _normal_is_high(estimator: Any) -> bool:
    """scikit-learn scores normal rows high, PyOD anomalous ones."""
    if type(estimator).__module__.startswith("pyod."):
        return False
    if not isinstance(estimator, OutlierMixin):
        raise ValueError(f"{type(estimator).__name__} is neither a scikit-learn outlier detector nor a PyOD model.")
    if not callable(getattr(estimator, "decision_function", None)):
        raise ValueError(f"{type(estimator).__name__} cannot score new rows; for LocalOutlierFactor set novelty=True.")
    return True


def _example() -> Wrapped:
    from sklearn.svm import OneClassSVM

    return Wrapped(OneClassSVM(gamma=0.5))


EXAMPLE = _example()
