"""The nets, the windows that they see, and the loop that trains them."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest
import torch

from isang.detectors.dense_autoencoder import DenseAutoencoder
from isang.errors import UsageError
from isang.nets.attention import AttentionNet
from isang.nets.base import Net, squared_error
from isang.nets.conv import ConvNet
from isang.nets.dense import DenseNet
from isang.nets.device import pick, precision, seeded, threads
from isang.nets.holdout import hold_out
from isang.nets.lstm import LstmNet
from isang.nets.training import Training
from isang.nets.variational import VariationalNet
from isang.nets.windows import Windows
from isang.windows import window_ends
from isang.words.frame import Floats

CPU = torch.device("cpu")


def nets(columns: int, rows: int) -> dict[str, Net]:
    return {
        "lstm": LstmNet(columns, [9, 7], 3, 0.0),
        "dense": DenseNet(columns, rows, [9, 7], 3, 0.0),
        "variational": VariationalNet(columns, rows, [9], 3, 0.0, 1.0),
        "conv": ConvNet(columns, rows, [4, 5], 3, 0.0),
        "attention": AttentionNet(columns, rows, 8, 1, 2, 3, 0.0),
    }


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize("rows", [1, 2, 7, 12])
@pytest.mark.parametrize("name", nets(1, 1))
def test_a_net_gives_back_windows_of_any_shape(name: str, rows: int, columns: int) -> None:
    net = nets(columns, rows)[name].eval()
    windows = torch.randn(5, rows, columns)
    latent = net.encode(windows)
    assert latent.shape == (5, 3)
    whole = net.decode(latent, rows)
    assert whole.shape == windows.shape
    last = (rows + 1) // 2
    torch.testing.assert_close(net.decode(latent, last), whole[:, -last:])


@pytest.mark.parametrize("name", nets(1, 1))
def test_cells_that_nobody_saw_weigh_nothing_in_training(name: str) -> None:
    net = nets(2, 6)[name].eval()
    windows, seen = torch.randn(5, 6, 2), torch.ones(5, 6, 2)
    seen[:, 3, 1] = 0
    wanted = net.decode(net.encode(windows), 6).detach()
    other = wanted.clone()
    other[:, 3, 1] += 100
    torch.testing.assert_close(squared_error(other, wanted, seen), torch.zeros(()))
    assert float(squared_error(other, wanted, None)) > 100
    assert float(net.loss(windows, None).detach()) > 0


def wave(rows: int, columns: int = 1) -> Floats:
    noise = np.random.default_rng(0).normal(0, 0.1, (rows, columns))
    return np.asarray(np.sin(np.arange(rows) / 4)[:, None] + noise)


def windows_of(rows: Floats, window_rows: int = 8) -> tuple[Windows, Any]:
    seen = ~np.isnan(rows)
    return Windows(np.nan_to_num(rows), seen, window_rows, CPU), window_ends(rows, window_rows)


def test_windows_are_cut_as_they_are_in_the_rows() -> None:
    rows = wave(40, 2)
    rows[10, 1] = np.nan
    windows, ends = windows_of(rows)
    assert len(ends) == 40 - 8 + 1
    x, weight = windows.at(ends[[2, 5]])
    assert x.dtype == torch.float32
    np.testing.assert_allclose(x[1], np.nan_to_num(rows[5:13]), rtol=1e-6)
    assert weight is not None
    assert weight[1].sum() == 15
    assert np.concatenate(list(windows.chunks(ends))).tolist() == ends.tolist()
    assert windows_of(wave(40))[0].at(ends)[1] is None


@pytest.mark.parametrize("walls", [(), (150,), (90, 180, 260), tuple(range(15, 300, 15))])
def test_validation_windows_come_later_and_share_no_row_with_training(walls: tuple[int, ...]) -> None:
    rows = wave(300)
    rows[list(walls)] = np.nan
    ends = window_ends(rows, 10)
    train, check = hold_out(ends, 10, 0.1)
    assert 0 < len(check) < len(train)
    assert set(train) | set(check) <= set(ends)
    used = {row for end in train for row in range(end - 9, end + 1)}
    held = {row for end in check for row in range(end - 9, end + 1)}
    assert not used & held
    stretch = np.cumsum(np.isnan(rows[:, 0]))
    for number in np.unique(stretch[check]):
        mine = train[stretch[train] == number]
        assert not len(mine) or mine.max() < check[stretch[check] == number].min()


def test_few_windows_all_train() -> None:
    ends = window_ends(wave(20), 8)
    train, check = hold_out(ends, 8, 0.1)
    assert train.tolist() == ends.tolist()
    assert not len(check)


def trained(training: Training, rows: Floats | None = None, seed: int = 0) -> tuple[Net, Any, str]:
    windows, ends = windows_of(wave(400) if rows is None else rows)
    with seeded(seed):
        net = DenseNet(1, 8, [8], 3, 0.0)
        history, stopped = training.run(net, windows, ends)
    return net, history, stopped


def test_training_gets_better_and_tells_how() -> None:
    _, history, stopped = trained(Training(epochs=12, learning_rate=0.01))
    assert len(history) == 12
    assert stopped == "all epochs done"
    assert history[-1].loss < 0.5 * history[0].loss
    assert all(epoch.validation_loss is not None for epoch in history)


def test_the_loss_is_that_of_a_window_however_they_are_batched() -> None:
    losses = [trained(Training(epochs=1, learning_rate=1e-12, batch_windows=size))[1][0].loss for size in (1, 7, 1000)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4) == pytest.approx(losses[2], rel=1e-4)


def test_training_stops_when_later_windows_get_no_better_and_keeps_the_best_weights() -> None:
    random = np.random.default_rng(1)
    rows = random.normal(size=(120, 1))  # nothing to learn: later windows soon get worse
    training = Training(epochs=400, learning_rate=0.03, patience=4, plateau=50)
    net, history, stopped = trained(training, rows)
    assert stopped == "no better on later windows"
    assert len(history) < 400
    checked = [epoch.validation_loss for epoch in history]
    best = int(np.argmin(checked))
    assert len(history) - 1 - best >= 4
    windows, ends = windows_of(rows)
    _, check = hold_out(ends, 8, 0.1)
    with torch.inference_mode():
        assert float(net.loss(*windows.at(check))) == pytest.approx(min(checked), rel=2e-3)


def test_the_learning_rate_is_halved_on_a_plateau() -> None:
    _, history, _ = trained(Training(epochs=40, learning_rate=0.03, patience=30, plateau=2))
    rates = {epoch.learning_rate for epoch in history}
    assert {0.03, 0.015} <= rates


def test_weight_decay_shrinks_weights() -> None:
    kept, shrunk = (trained(Training(epochs=5, weight_decay=decay))[0] for decay in (0.0, 10.0))
    sizes = [sum(float(weight.detach().square().sum()) for weight in net.parameters()) for net in (kept, shrunk)]
    assert sizes[1] < 0.9 * sizes[0]


def test_the_gradient_is_clipped() -> None:
    rows = wave(400)
    free, clipped = (trained(Training(epochs=1, clip=clip, learning_rate=0.01), rows)[0] for clip in (1e9, 1e-9))
    with seeded(0):
        fresh = DenseNet(1, 8, [8], 3, 0.0)
    moved = [
        sum(float((a - b).detach().abs().sum()) for a, b in zip(net.parameters(), fresh.parameters(), strict=True))
        for net in (free, clipped)
    ]
    assert moved[1] < 0.5 * moved[0]


def test_the_same_seed_trains_the_same_net_and_draws_nothing_from_others() -> None:
    torch.manual_seed(3)
    wanted = torch.rand(2)
    torch.manual_seed(3)
    first, second, other = (trained(Training(epochs=2), seed=seed)[0].state_dict() for seed in (0, 0, 1))
    assert torch.equal(torch.rand(2), wanted)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


class _Interrupts(logging.Handler):
    """Presses Ctrl-C when so many epochs are done."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.left = epochs

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("training"):
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt


@pytest.fixture
def log() -> Any:
    logger = logging.getLogger("isang")
    level, handlers = logger.level, list(logger.handlers)
    logger.setLevel(logging.INFO)
    yield logger
    logger.setLevel(level)
    logger.handlers[:] = handlers


def test_control_c_ends_training_with_the_best_weights_so_far(log: logging.Logger) -> None:
    log.addHandler(_Interrupts(3))
    net, history, stopped = trained(Training(epochs=50, learning_rate=0.01))
    assert stopped == "interrupted"
    assert len(history) == 3
    assert not net.training


def test_control_c_before_the_first_epoch_is_done_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(Windows, "at", pressed)
    with pytest.raises(KeyboardInterrupt):
        trained(Training(epochs=50))


def test_a_training_that_goes_astray_says_so() -> None:
    with pytest.raises(ValueError, match=r"went astray.*learning_rate"):
        trained(Training(epochs=30, learning_rate=1e30))


def test_progress_is_told_epoch_by_epoch(log: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    log.addHandler(caplog.handler)
    trained(Training(epochs=2))
    told = [record.getMessage() for record in caplog.records]
    assert [line for line in told if "1 of 2" in line and "loss" in line and "on later windows" in line]


def test_a_device_that_is_not_there_is_one_line() -> None:
    assert pick("cpu") == CPU
    for name in ("warp", "meta:7x", *([] if torch.cuda.is_available() else ["cuda"])):
        with pytest.raises(UsageError, match=f"device '{name}'.*take cpu, or auto") as caught:
            pick(name)
        assert "\n" not in str(caught.value)
    moved = DenseAutoencoder(window_rows=4, training=Training(epochs=1)).fit(wave(100))
    there = moved.anomaly_score(wave(50))
    moved.set_params(training=Training(device="warp"))  # a model that was trained where there is one
    np.testing.assert_allclose(moved.anomaly_score(wave(50)), there, rtol=1e-5)  # equal, unless that was on CUDA
    detector = DenseAutoencoder(window_rows=4, training=Training(device="warp"))
    with pytest.raises(UsageError):
        detector.fit(wave(100))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_a_cuda_device_gives_the_scores_of_the_processor() -> None:
    rows = wave(600, 2)
    fitted = DenseAutoencoder(window_rows=8, training=Training(epochs=2, device="cuda")).fit(rows)
    on_device = fitted.anomaly_score(rows)
    on_cpu = fitted.set_params(training=Training(device="cpu")).anomaly_score(rows)
    np.testing.assert_allclose(on_device, on_cpu, rtol=1e-3, atol=1e-4)


def test_small_steps_take_one_thread_and_what_was_set_comes_back() -> None:
    before = torch.get_num_threads()
    with threads(1e6):
        assert torch.get_num_threads() == 1
    with threads(1e12):
        assert torch.get_num_threads() == before
    assert torch.get_num_threads() == before


def test_only_large_products_of_recurrent_nets_lose_precision_on_a_processor() -> None:
    recurrent, dense = (nets(1, 4)[name] for name in ("lstm", "dense"))
    for net, cost in ((recurrent, 1.0), (dense, 1e12)):
        with precision(net, CPU, cost):
            assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
    if torch.cpu._is_avx512_bf16_supported():
        with precision(recurrent, CPU, 1e12):
            assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16
