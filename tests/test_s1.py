"""Source system S1, the LSTM autoencoder library: each of its capabilities works, none of its defects is left.

What has to do with model folders (S1-10, S1-D2 and the scaler of S1-D9) stands in test_bundle.py.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import f1_score, roc_auc_score
from torch import nn

import isang
from isang import family
from isang.detectors._autoencoder import Autoencoder
from isang.detectors.cleaned import Cleaned
from isang.detectors.lstm_autoencoder import LstmAutoencoder
from isang.detectors.robust_zscore import RobustZscore
from isang.errors import InputError
from isang.nets.device import pick
from isang.nets.training import Training
from isang.nets.windows import Windows
from isang.result import Result
from isang.settling import make_plan
from isang.synthetic import sine_spikes
from isang.words.frame import Floats

MEMBERS = [name for name in family.names("detectors") if name.endswith("_autoencoder") and name != "pca_autoencoder"]
SHORT = ("detector.training.epochs=4", "detector.training.learning_rate=0.003")


def preset() -> LstmAutoencoder:
    """The detector of the preset."""
    detector: LstmAutoencoder = family.build("detectors", make_plan({"preset": "s1"}, {}).detector)
    return detector


def small(**settings: Any) -> LstmAutoencoder:
    training = Training(epochs=15, learning_rate=0.01)
    return LstmAutoencoder(**{"window_rows": 10, "hidden": [12], "latent": 4, "training": training, **settings})


def wave(rows: int, columns: int = 1) -> Floats:
    noise = np.random.default_rng(0).normal(0, 0.05, (rows, columns))
    return np.asarray(np.sin(np.arange(rows) / 4)[:, None] + noise)


def example(name: str) -> Autoencoder:
    found: Autoencoder = clone(import_module(f"isang.detectors.{name}").EXAMPLE)
    return found


@cache
def job() -> Result:
    """S1's own job, with fewer epochs."""
    made = sine_spikes(rows=2000)
    frame = made.frame.with_columns(label=made.truth.astype(np.int8))
    return isang.detect(frame, preset="s1", train_until="1400", label="label", set=SHORT)


def judged() -> tuple[Floats, Any, Any]:
    """Score, flag and truth of the rows that were judged."""
    scores = job().scores
    rows = (scores["scored"] & (scores["split"] == "test")).to_numpy()
    return scores["score"].to_numpy()[rows], scores["flag"].to_numpy()[rows], sine_spikes(rows=2000).truth[rows]


def test_s1_1_the_preset_has_its_values() -> None:
    plan = make_plan({"preset": "s1"}, {})
    detector = preset()
    assert (detector.hidden, detector.latent, detector.window_rows, detector.dropout) == ([64, 64], 32, 50, 0.2)
    assert plan.threshold_spec() == {"name": "quantile", "q": 0.95}
    assert detector.net(1).head.out_features == 1


def test_s1_2_windows_follow_each_other_row_by_row_in_single_precision() -> None:
    rows = wave(100)
    windows = Windows(rows, np.ones_like(rows, dtype=bool), 50, pick("cpu"))
    x, _ = windows.at(np.arange(49, 100))
    assert x.shape == (100 - 50 + 1, 50, 1)
    assert x.dtype == torch.float32
    np.testing.assert_allclose(x[1:, 0], x[:-1, 1])


def widths(layers: nn.ModuleList) -> list[tuple[int, int]]:
    """Of LSTMs, and nothing else."""
    return [(layer.input_size, layer.hidden_size) for layer in layers if isinstance(layer, nn.LSTM)]


def test_s1_3_and_4_the_net_is_built_as_there_with_a_linear_output() -> None:
    net = preset().net(3)
    assert widths(net.encoder) == [(3, 64), (64, 64)]
    assert widths(net.decoder) == [(64, 64), (64, 64)]
    assert (net.squeeze.in_features, net.squeeze.out_features) == (64, 32)
    assert (net.widen.in_features, net.widen.out_features) == (32, 64)
    assert isinstance(net.head, nn.Linear)
    assert net.encode(torch.zeros(5, 50, 3)).shape == (5, 32)
    assert net.decode(torch.zeros(5, 32), 50).shape == (5, 50, 3)


def test_s1_5_encode_and_decode_are_reachable() -> None:
    rows = 40 + 3 * wave(300)
    detector = small().fit(rows)
    latent = detector.encode(rows)
    assert latent.shape == (300, 4)
    assert np.isnan(latent[:9]).all()
    assert np.isfinite(latent[9:]).all()
    written = detector.decode(latent[[50, 200]])
    assert written.shape == (2, 10, 1)
    assert np.abs(written[1] - rows[191:201]).mean() < 1.0  # the wave is 6 high


def test_s1_6_the_device_is_chosen_and_one_dimension_will_do() -> None:
    assert pick("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    result = isang.detect(
        sine_spikes(rows=400).frame["value"].to_numpy(), preset="s1", set=["detector.training.epochs=1"]
    )
    assert len(result.scores) == 400


def test_s1_7_fit_trains_as_there_and_returns_itself() -> None:
    training = preset().training
    assert training is not None
    assert (training.epochs, training.batch_windows, training.learning_rate, training.plateau) == (100, 32, 1e-3, 10)
    detector = small()
    assert detector.fit(wave(300)) is detector
    assert len(detector.history_) == 15
    assert detector.history_[-1].loss < detector.history_[0].loss


def test_s1_8_and_d4_the_percentile_is_of_scores_out_of_sample() -> None:
    result = job()
    learnt = result.run["thresholds"][0]
    assert learnt["from"] == "quantile on the calibration part"
    assert learnt["requested"] == "q 0.95"
    parts = result.scores.filter(result.scores["scored"])
    calibration = parts.filter(parts["split"] == "calibration")["score"].to_numpy()
    assert learnt["value"] == pytest.approx(np.quantile(calibration, 0.95))
    assert result.scores.filter(result.scores["split"] == "train")["scored"].sum() == 0


def test_s1_9_flags_are_strictly_over_the_threshold_and_windows_can_be_scored_whole() -> None:
    scores = job().scores.filter(job().scores["scored"] & (job().scores["split"] == "test"))
    assert (scores["flag"] == (scores["score"] > scores["threshold"])).all()
    with pytest.raises(NotFittedError):
        small().anomaly_score(wave(50))
    rows = wave(200)
    rows[150] += 5
    whole = small(row_score="window").fit(wave(300)).anomaly_score(rows)
    usual = np.nanmedian(whole)
    assert (whole[150:160] > 3 * usual).all()  # each window that holds the spike
    assert (whole[160:] < 3 * usual).all()


def test_s1_11_the_demo_data_are_those() -> None:
    made = sine_spikes()
    assert (len(made.frame), int(made.truth.sum())) == (1000, 50)
    random = np.random.RandomState(42)
    usual = np.sin(np.linspace(0, 10 * np.pi, 1000)) + 0.1 * random.randn(1000)
    apart = np.abs(made.frame["value"].to_numpy() - usual)
    assert ((apart[made.truth] >= 2) & (apart[made.truth] <= 4)).all()
    assert (apart[~made.truth] == 0).all()


def test_s1_12_its_own_job_is_done() -> None:
    """As published it reaches F1 0.00 to 0.04 and a ROC-AUC of 0.61 to 0.63."""
    scores, flags, truth = judged()
    assert len(scores) == 600
    assert roc_auc_score(truth, scores) > 0.95
    assert f1_score(truth, flags) > 0.7
    assert job().run["measured"]["found"] > 0.8 * job().run["measured"]["events"]


def test_s1_13_what_was_not_learnt_is_strange() -> None:
    rows = wave(300)
    rows[200:260] = rows[200:260][::-1] * 3
    scores = small().fit(wave(600)).anomaly_score(rows)
    assert np.nanmean(scores[205:255]) > 5 * np.nanmean(scores[20:190])


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize("name", MEMBERS)
def test_s1_14_every_extension_judges_one_column_and_many(name: str, columns: int) -> None:
    rows = wave(200, columns)
    rows[150] += 4
    detector = example(name).fit(wave(400, columns))
    assert int(np.nanargmax(detector.anomaly_score(rows))) == 150
    errors = detector.column_errors(rows)
    assert errors.shape == (200, columns)
    np.testing.assert_allclose(errors.sum(axis=1), detector.anomaly_score(rows))


def test_s1_d1_rows_are_scaled() -> None:
    scores = [small().fit(wave(300) * unit + 7).anomaly_score(wave(200) * unit + 7) for unit in (1.0, 1e6)]
    np.testing.assert_allclose(scores[0], scores[1], rtol=1e-3, atol=1e-5)


def test_s1_d3_contaminated_training_rows_can_be_cleaned_and_labels_are_of_rows() -> None:
    scores, _, truth = judged()  # learnt from rows of which 5 % are anomalies, labelled by their own row
    assert roc_auc_score(truth, scores) > 0.95
    made = sine_spikes(rows=1400)
    X = made.frame.to_numpy()
    level = X - np.sin(np.linspace(0, 10 * np.pi, 1400))[:, None]
    cleaned = Cleaned(RobustZscore()).fit(level)
    assert (cleaned.suspected_ == made.truth).mean() > 0.99


def test_s1_d5_as_many_scores_as_rows_and_each_of_its_own_row() -> None:
    result = job()
    assert len(result.scores) == 2000
    detector, rows = small().fit(wave(400)), wave(200)
    rows[150] += 5
    scores = detector.anomaly_score(rows)
    assert len(scores) == 200
    others = np.delete(scores, 150)
    assert scores[150] > 5 * np.nanmax(others)


def test_s1_d6_a_missing_value_blinds_no_row_but_those_that_need_it() -> None:
    rows = wave(200)
    rows[100] = np.nan
    scores = small().fit(wave(300)).anomaly_score(rows)
    assert np.isnan(scores[100:110]).all()  # a gap: windows do not cross it
    assert np.isfinite(scores[110:]).all()
    frame = wave(200, 2)
    frame[100, 0] = np.nan
    assert np.isfinite(small().fit(wave(300, 2)).anomaly_score(frame)[9:]).all()
    result = isang.detect(rows[:, 0], detector="lstm_autoencoder", set=["detector.training.epochs=1"])
    reasons = result.run["coverage"]["unscored"]
    assert sum(reasons.values()) + result.run["coverage"]["scored"] == 200


def test_s1_d7_a_series_shorter_than_the_window_is_one_clear_line() -> None:
    with pytest.raises(ValueError, match="9 rows hold no window of 10 rows"):
        small().fit(wave(9))
    with pytest.raises(InputError, match=r"rows hold no window of 50 rows") as caught:
        isang.detect(wave(60)[:, 0], preset="s1")
    assert "\n" not in str(caught.value)
    assert np.isnan(small().fit(wave(300)).anomaly_score(wave(9))).all()


def test_s1_d8_validation_is_used_and_a_second_fit_starts_afresh() -> None:
    detector = small().fit(wave(300))
    assert all(epoch.validation_loss is not None for epoch in detector.history_)
    first = detector.anomaly_score(wave(100))
    np.testing.assert_array_equal(detector.fit(wave(300)).anomaly_score(wave(100)), first)
    assert len(detector.history_) == 15
    stops = small(training=Training(epochs=500, learning_rate=0.02, patience=2)).fit(wave(300))
    assert stops.stopped_ == "no better on later windows"


def test_s1_d9_seeded_with_an_error_of_each_column() -> None:
    rows = wave(200, 3)
    rows[150, 1] += 5
    one, other = (small(random_state=0).fit(wave(300, 3)) for _ in range(2))
    np.testing.assert_array_equal(one.anomaly_score(rows), other.anomaly_score(rows))
    assert int(np.argmax(one.column_errors(rows)[150])) == 1
