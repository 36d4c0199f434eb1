"""All detectors as the checks see them, and which check does not hold for which member, with the reason."""

from __future__ import annotations

from importlib import import_module

from sklearn.base import clone

from contracts.samples import Sample, count_sample, sample, template_sample
from isang import family
from isang.detectors.base import Detector
from isang.detectors.log_anomaly import LogAnomaly
from isang.detectors.pca_autoencoder import PcaAutoencoder

_BLOCKS = "its members are calibrated on blocks and stretches of rows, which are cut by number: walls shift them"
_DRAWS_ROWS = "draws its training rows by number"
_DRAWS_COLUMNS = "draws the column of each cut by number"
_DRAWS_WINDOWS = "its batches are drawn by the number of a window"
_TAKES_WINDOWS = "its first centres are taken by the number of a window"
_DRAWS_WEIGHTS = "its first weights are drawn by the number of a column"
_SMOOTHS = "its members smooth: more is found, less exactly; an incident dates itself by the values"
_WHOLE = "judges whole windows, for what lasts; `auto` takes it beside members that judge rows"
_SMEARS = "smears on purpose; not a default"
_OF_WINDOWS = "judges whole windows: more is found, less exactly; an incident dates itself by the values"
_ONE_CELL = "a row is one cell: without it, it is a wall"
_ONE_COLUMN = "a template's number is its only column, and never constant in that sense"
_NO_UNIT = "numbers of templates, and counts, have no unit"
_NO_QUANTITY = "numbers of templates are whole, from 0 on, and none is huge"

# What is not judged by rows of measured values.
LINES = ("log_anomaly", "log_counts", "deep_log", "log_robust")
SESSIONS = ("log_sessions",)

# (check, member) → why it need not hold. The check is run all the same, and must fail.
SKIPS: dict[tuple[str, str], str] = {
    ("a_wall_in_training_is_not_bridged", "ensemble"): _BLOCKS,
    ("a_wall_in_training_is_not_bridged", "isolation_forest"): _DRAWS_ROWS,
    (
        "a_wall_in_training_is_not_bridged",
        "wrapped",
    ): "the solver of its example stops at a tolerance, and takes rows in order",
    ("what_was_learnt_survives_as_plain_data", "wrapped"): "what it wraps is a Python object, not data",
    ("the_order_of_columns_does_not_matter", "isolation_forest"): _DRAWS_COLUMNS,
    ("a_row_is_scored_by_its_own_error", "auto"): _SMOOTHS,
    ("a_row_is_scored_by_its_own_error", "auto hindsight"): _SMOOTHS,
    ("a_row_is_scored_by_its_own_error", "pca_autoencoder smoothed"): _SMEARS,
    ("a_row_is_scored_by_its_own_error", "pca_autoencoder smoothed hindsight"): _SMEARS,
    ("a_row_is_scored_by_its_own_error", "pca_autoencoder window"): _SMEARS,
}
SKIPS |= {
    (check, f"window_kmeans{mode}"): reason
    for mode in ("", " hindsight")
    for check, reason in (
        ("a_row_is_scored_by_its_own_error", _WHOLE),
        ("a_wall_in_training_is_not_bridged", _TAKES_WINDOWS),
    )
}
SKIPS |= {
    (check, f"{name}{mode}"): reason
    for name in family.names("detectors")
    if name.endswith("_autoencoder") and name != "pca_autoencoder"
    for mode in ("", " hindsight")
    for check, reason in (
        ("a_wall_in_training_is_not_bridged", _DRAWS_WINDOWS),
        ("the_order_of_columns_does_not_matter", _DRAWS_WEIGHTS),
    )
}

SKIPS |= {
    (check, name): reason
    for name in (*LINES, "log_anomaly window", "deep_log place")
    for check, reason in (
        ("a_missing_cell_is_not_strange", _ONE_CELL),
        ("learning_bears_missing_cells", _ONE_CELL),
        ("the_unit_of_a_column_does_not_matter", _NO_UNIT),
        ("constant_columns_do_no_harm", _ONE_COLUMN),
        ("a_huge_training_value_leaves_the_ranking", _NO_QUANTITY),
        ("a_huge_value_is_strange_and_finite", _NO_QUANTITY),
    )
}
SKIPS |= {
    ("a_row_is_scored_by_its_own_error", f"{name}{mode}"): _OF_WINDOWS
    for name in ("discord", "sub_pca", "window_knn", "window_statistics")
    for mode in ("", " hindsight")
}
SKIPS |= {
    ("the_unit_of_a_column_does_not_matter", "log_sessions"): _NO_UNIT,
    ("a_row_is_scored_by_its_own_error", "log_anomaly window"): _SMEARS,
    ("a_row_is_scored_by_its_own_error", "log_counts"): _SMEARS,
    ("a_wall_in_training_is_not_bridged", "deep_log"): _DRAWS_WINDOWS,
    ("a_wall_in_training_is_not_bridged", "deep_log place"): _DRAWS_WINDOWS,
    ("a_wall_in_training_is_not_bridged", "log_robust"): _DRAWS_WINDOWS,
}

SAMPLES = dict.fromkeys(LINES, template_sample()) | dict.fromkeys(SESSIONS, count_sample())
SAMPLES["auto"] = sample(judged_rows=240)  # a row is seen by 62, and some must not see the strange one
_SAMPLE = sample()


def sample_for(name: str) -> Sample:
    """What a member is judged by: always the same object, so that what was fitted on it is known again."""
    return SAMPLES.get(name.split()[0], _SAMPLE)


def members() -> dict[str, Detector]:
    """Each member's EXAMPLE, the same with hindsight where it has that, and variants that score in another way."""
    found: dict[str, Detector] = {}
    for name in family.names("detectors"):
        example = import_module(f"isang.detectors.{name}").EXAMPLE
        found[name] = example
        if "hindsight" in example.get_params(deep=False):
            found[f"{name} hindsight"] = clone(example).set_params(hindsight=True)
    found["pca_autoencoder smoothed"] = PcaAutoencoder(window_rows=8, smooth_rows=4)
    found["pca_autoencoder smoothed hindsight"] = PcaAutoencoder(window_rows=8, smooth_rows=4, hindsight=True)
    found["pca_autoencoder window"] = PcaAutoencoder(window_rows=8, row_score="window")
    found["deep_log place"] = clone(found["deep_log"]).set_params(score_by="place")
    found["log_anomaly window"] = LogAnomaly(window_rows=8, row_score="window")
    return found
