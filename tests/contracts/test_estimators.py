"""scikit-learn's own checks over all detectors and the pipeline. They look at none of what `checks.py` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from contracts.members import LINES, members
from isang import family
from isang.detectors._autoencoder import Autoencoder
from isang.detectors._shapes import ShapeDetector
from isang.detectors.cleaned import Cleaned
from isang.detectors.discord import Discord
from isang.detectors.ensemble import Ensemble
from isang.detectors.pca_autoencoder import PcaAutoencoder
from isang.detectors.ridge_forecast import RidgeForecast
from isang.detectors.window_kmeans import WindowKmeans
from isang.pipeline import Pipeline

_OWN_WORDS = "it says how many rows it needs, in words of its own that scikit-learn does not look for"
_FEW_ROWS = "the check fits on less than 30 rows, too few to calibrate the members on"
_TWO_WINDOWS = "the check fits on 10 or 15 rows; two windows of its example are 16"
_FEW_ROWS_BACK = "the check fits on 10 or 15 rows; a value is told from up to 17 rows before"
_NOTHING_STANDS_OUT = "the check wants a flagged row in plain noise; that nothing stands out is a proper result"
_DICT = "its defaults are the read-only mappings FEATURES and RULES, which scikit-learn allows only as None"

_ENSEMBLE_NEEDS_ROWS = (
    "check_dict_unchanged",
    "check_dont_overwrite_parameters",
    "check_estimators_dtypes",
    "check_estimators_fit_returns_self",
    "check_estimators_overwrite_params",
    "check_estimators_pickle",
    "check_f_contiguous_array_estimator",
    "check_fit2d_1feature",
    "check_fit2d_predict1d",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
    "check_n_features_in_after_fitting",
    "check_readonly_memmap_input",
)

EXPECTED: dict[type[Any], dict[str, str]] = {
    Autoencoder: {"check_fit2d_1sample": _OWN_WORDS},
    Cleaned: {"check_fit2d_1sample": _OWN_WORDS},
    PcaAutoencoder: {"check_fit2d_1sample": _OWN_WORDS},
    Discord: {"check_fit2d_1sample": _OWN_WORDS}
    | dict.fromkeys(("check_fit2d_1feature", "check_n_features_in_after_fitting"), _TWO_WINDOWS),
    Ensemble: {"check_fit2d_1sample": _OWN_WORDS} | dict.fromkeys(_ENSEMBLE_NEEDS_ROWS, _FEW_ROWS),
    RidgeForecast: {
        "check_fit2d_1sample": _OWN_WORDS,
        "check_fit2d_1feature": _FEW_ROWS_BACK,
        "check_n_features_in_after_fitting": _FEW_ROWS_BACK,
    },
    ShapeDetector: {"check_fit2d_1sample": _OWN_WORDS},
    WindowKmeans: {"check_fit2d_1sample": _OWN_WORDS},
    Pipeline: {
        "check_fit2d_1sample": _OWN_WORDS,
        "check_outliers_fit_predict": _NOTHING_STANDS_OUT,
        "check_outliers_train": _NOTHING_STANDS_OUT,
        "check_parameters_default_constructible": _DICT,
    },
}


def expected(estimator: Any) -> dict[str, str]:
    return next((failures for kind, failures in EXPECTED.items() if isinstance(estimator, kind)), {})


# What sees numbers of templates refuses all that scikit-learn's checks give, which are real numbers in many columns.
CHECKED = [
    member
    for name, member in members().items()
    if name.split()[-1] in (*family.names("detectors"), "hindsight") and name not in LINES
]


@parametrize_with_checks([*CHECKED, Pipeline()], expected_failed_checks=expected)  # type: ignore[untyped-decorator]
def test_an_estimator_passes_the_checks_of_scikit_learn(estimator: Any, check: Callable[[Any], None]) -> None:
    check(estimator)


@pytest.mark.parametrize("kind", EXPECTED)
def test_only_few_failures_are_expected(kind: type[Any]) -> None:
    assert len(EXPECTED[kind]) < 15
