"""What was learnt as plain data: everything that detectors may learn comes back as it was, and nothing else comes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
import pytest
from annotated_types import Ge
from numpy.typing import NDArray
from sklearn.svm import OneClassSVM

from contracts.stored import stored
from isang.detectors.base import Detector
from isang.detectors.ensemble import Ensemble
from isang.detectors.isolation_forest import IsolationForest
from isang.detectors.knn import Knn
from isang.detectors.robust_zscore import RobustZscore
from isang.detectors.wrapped import Wrapped
from isang.errors import ModelError, UsageError
from isang.scaling import RobustScale
from isang.state.hints import Arrays, Unbounded
from isang.state.restoring import restored
from isang.state.saving import saved
from isang.words.frame import Flags, Floats, Integers

ROWS = np.random.default_rng(0).normal(size=(400, 2))


Count = Annotated[int, Ge(1)]


@dataclass(frozen=True)
class Training:
    epochs: Count = 3
    device: str | None = None
    rate: float = 0.1


@dataclass(frozen=True)
class Epoch:
    number: int
    loss: float
    best: bool


class Net:
    """Learns what a net learns, and every other kind that a class may declare."""

    weights_: dict[str, NDArray[np.float32]]
    history_: list[Epoch]
    scale_: RobustScale
    mask_: Flags
    counts_: Integers | None
    limit_: Unbounded
    pair_: tuple[str, int]
    known_: list[tuple[str, ...]]
    inner_: Detector

    def __init__(
        self,
        training: Training | None = None,
        first: Detector | None = None,
        members: list[Detector] | None = None,
        kind: Literal["row", "window"] = "row",
        hidden: Sequence[Count] = (64,),
    ) -> None:
        self.training = training
        self.first = first
        self.members = members
        self.kind = kind
        self.hidden = hidden

    def fit(self) -> Self:
        self.weights_ = {"lstm.weight_ih_l0": np.ones((2, 3), dtype=np.float32), "dense.bias": np.zeros(3, np.float32)}
        self.history_ = [Epoch(1, 0.5, best=False), Epoch(2, 1e-300, best=True)]
        self.scale_ = RobustScale(np.array([1.0]), np.array([2.0]))
        self.mask_, self.counts_ = np.array([True, False]), None
        self.limit_, self.pair_, self.known_ = -np.inf, ("web", 7), [("a", "b"), ()]
        self.inner_ = RobustZscore().fit(ROWS)
        return self


def test_s1_d9_all_that_a_net_learns_comes_back() -> None:
    net = Net(Training(device="cpu"), Knn(neighbors=3), [RobustZscore(), IsolationForest()], "window").fit()
    again = stored(net)
    assert (again.training, again.kind, repr(again.members)) == (net.training, net.kind, repr(net.members))
    assert repr(again.first) == "Knn(neighbors=3)"
    assert again.weights_.keys() == net.weights_.keys()
    for name, weights in net.weights_.items():
        np.testing.assert_array_equal(again.weights_[name], weights)
        assert again.weights_[name].dtype == np.float32
    assert (again.history_, again.limit_, again.pair_) == (net.history_, net.limit_, net.pair_)
    assert (again.known_, again.counts_, again.mask_.tolist()) == (net.known_, None, [True, False])
    np.testing.assert_array_equal(again.inner_.anomaly_score(ROWS), net.inner_.anomaly_score(ROWS))


def test_parameters_alone_come_back_unfitted() -> None:
    again = stored(Net())
    assert vars(again) == vars(Net(hidden=[64]))


def put_apart() -> tuple[dict[str, Any], Arrays]:
    tree, arrays = saved(Net(Training(), members=[Knn()]).fit())
    return json.loads(json.dumps(tree)), arrays


def set_at(*path: Any) -> Callable[[dict[str, Any], Arrays], None]:
    """Change the tree: the last of `path` is the value, the others lead there."""

    def change(tree: dict[str, Any], arrays: Arrays) -> None:
        *way, last, value = path
        inner: Any = tree
        for step in way:
            inner = inner[step]
        inner[last] = value

    return change


def array_as(array: NDArray[Any]) -> Callable[[dict[str, Any], Arrays], None]:
    """Put another array, told as it is, where the spread of the scale was."""

    def change(tree: dict[str, Any], arrays: Arrays) -> None:
        arrays["/scale_/spread"] = array
        tree["state"]["scale_"]["spread"] = {"dtype": str(array.dtype), "shape": list(array.shape)}

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (set_at("state", "__class__", "os.system"), "'__class__' is unknown"),
        (set_at("state", "fit", 1), "'fit' is unknown"),
        (set_at("parameters", "window", 1), "'window' is unknown"),
        (set_at("parameters", {}), "is missing"),
        (set_at("state", {"scale_": 3}), "is missing"),
        (set_at("state", []), "a dict is needed"),
        (set_at("state", "inner_", "name", "os"), "'os' is no member of detectors"),
        (set_at("state", "inner_", "name", "isang.detectors.knn"), "is no member of detectors"),
        (set_at("state", "inner_", "name", "../detectors/knn"), "is no member of detectors"),
        (set_at("state", "inner_", "name", "base"), "is no member of detectors"),
        (set_at("state", "inner_", "name", "__init__"), "is no member of detectors"),
        (set_at("state", "inner_", "name", "quantile"), "is no member of detectors"),
        (set_at("state", "inner_", "name", ["knn"]), "is no member of detectors"),
        (set_at("state", "inner_", "name", "knn"), "is unknown|is missing"),
        (set_at("parameters", "kind", "batch"), "kind is 'batch'"),
        (set_at("parameters", "training", "epochs", 0), "epochs is 0; input should be greater than or equal to 1"),
        (set_at("parameters", "hidden", 0, -5), "hidden/0 is -5; input should be"),
        (set_at("parameters", "training", "epochs", 1.5), "epochs is 1.5; int is needed"),
        (set_at("parameters", "training", "epochs", True), "epochs is True; int is needed"),
        (set_at("parameters", "training", "rate", float("nan")), "rate is nan"),
        (set_at("parameters", "training", "rate", 10**400), "rate is 1000"),
        (set_at("parameters", "training", "device", 5), "device is 5; str is needed"),
        (set_at("parameters", "members", 0, "parameters", "neighbors", "many"), "neighbors is 'many'"),
        (set_at("state", "limit_", "-Infinity"), "limit_ is '-Infinity'"),
        (set_at("state", "pair_", ["web"]), "pair_ has 1 entries; 2 are needed"),
        (set_at("state", "known_", {"a": 1}), "known_ is dict; a list is needed"),
        (set_at("state", "history_", 0, "loss", None), "loss is None"),
        (set_at("state", "scale_", "spread", "shape", [2]), "shape"),
        (set_at("state", "scale_", "spread", "dtype", "object"), "float64"),
        (set_at("state", "scale_", "spread", [2.0]), "a dict is needed"),
        (array_as(np.array([2.0], dtype=np.float32)), "float64 as told is needed"),
        (array_as(np.array([[2.0]])), "centre and a spread"),
        (array_as(np.array([2.0, 3.0])), "centre and a spread"),
        (array_as(np.array([-2.0])), "centre and a spread"),
        (array_as(np.array([np.nan])), "not finite"),
        (array_as(np.array([np.inf])), "not finite"),
        (lambda tree, arrays: arrays.clear(), "is missing"),
        (lambda tree, arrays: arrays.update(more=np.zeros(1)), "'more' belongs to nothing"),
    ],
)
def test_a_crafted_tree_is_refused_with_its_place(change: Callable[[Any, Arrays], None], told: str) -> None:
    tree, arrays = put_apart()
    change(tree, arrays)
    with pytest.raises(ModelError, match=told) as refused:
        restored(Net, tree, arrays)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("tree", [None, 3, "x", [], {}, {"parameters": {}}])
def test_what_is_no_tree_is_refused(tree: Any) -> None:
    with pytest.raises(ModelError):
        restored(Net, tree, {})


def test_members_in_members_without_end_are_refused() -> None:
    tree, arrays = saved(Ensemble([Knn()]))
    for _ in range(2000):
        tree = {**tree, "name": "ensemble", "parameters": {**tree["parameters"], "members": [tree]}}
    del tree["name"]
    with pytest.raises(ModelError, match="nested too deeply"):
        restored(Ensemble, tree, arrays)


class Foreign(RobustZscore):
    """A detector of the user's own."""


class Forgets(RobustZscore):
    def fit(self, X: Any, y: Any = None) -> Self:
        self.more_ = 3
        return super().fit(X)


class Spoilt(RobustZscore):
    def fit(self, X: Any, y: Any = None) -> Self:
        super().fit(X)
        self.scale_ = RobustScale(self.scale_.center, np.array([1.0, np.nan]))
        return self


@pytest.mark.parametrize(
    ("member", "told"),
    [
        (Wrapped(OneClassSVM()), "wrapped around OneClassSVM cannot be saved: use one of isang's own detectors"),
        (Wrapped(type("IsolationForest", (OneClassSVM,), {})()), "Did you mean 'isolation_forest'?"),
        (Wrapped(type("KNN", (OneClassSVM,), {})()), "Did you mean 'knn'?"),
        (Ensemble([Wrapped(OneClassSVM())]), "wrapped around OneClassSVM cannot be saved"),
        (Foreign(), "Foreign is none of isang's own detectors"),
    ],
)
def test_what_only_python_can_read_is_refused_with_what_to_use_instead(member: Detector, told: str) -> None:
    holder = Net(first=member)
    with pytest.raises(UsageError) as refused:
        saved(holder)
    assert told in str(refused.value)


def test_what_is_not_declared_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="Forgets learns 'more_', which its class does not declare"):
        saved(Forgets().fit(ROWS))


def test_numbers_that_are_not_finite_are_not_saved() -> None:
    with pytest.raises(UsageError, match="spread holds numbers that are not finite"):
        saved(Spoilt().fit(ROWS))


def test_restoring_imports_nothing_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "planted.py").write_text("import pathlib; pathlib.Path('ran').touch()")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("planted", "planted.knn", "detectors.planted"):
        tree, arrays = put_apart()
        tree["state"]["inner_"]["name"] = name
        with pytest.raises(ModelError):
            restored(Net, tree, arrays)
    assert os.listdir(tmp_path) == ["planted.py"]


def test_floats_come_back_to_the_last_bit() -> None:
    @dataclass(frozen=True)
    class One:
        value: float

    for value in (0.1, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0):
        again = stored(One(value))
        assert np.float64(again.value).tobytes() == np.float64(value).tobytes()


def test_arrays_come_back_in_one_piece() -> None:
    @dataclass(frozen=True)
    class One:
        array: Floats

    strided = np.arange(12.0).reshape(3, 4)[:, ::-2]
    np.testing.assert_array_equal(stored(One(strided)).array, strided)
