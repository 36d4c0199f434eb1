"""Model folders: what was learnt comes back to the last bit, and what was tampered with is refused in one line.

The ids are those of the campaign M01-M11 (models) and of the source systems (S1-10, S1-D2, S1-D9).
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save

import isang
from command import lines, refused, write
from isang.bundle import FILES, GOLDEN, LINES, MANIFEST, STATE
from isang.errors import InputError, ModelError, OutputError, UsageError
from isang.sealed import CHECKSUMS
from models import made, reseal, spiked, with_arrays, with_manifest

TRAIN, NEW = made(), spiked(made(100, seed=1, after=500), 130, 900.0)
WINDOWS = {"name": "pca_autoencoder", "window_rows": 24}
DETECTORS = ["auto", "robust_zscore", "knn", "isolation_forest", WINDOWS, "knn,isolation_forest"]
NAMES = [name for name in FILES if name != LINES]  # that of logs alone
LIMIT = {"silence": {}, "limit": {"above": 700.0, "column": "cpu"}}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of trees, seasons and rules; not to be changed."""
    plan = {"detector": {"name": "isolation_forest", "trees": 5}, "rules": LIMIT}
    return isang.fit(TRAIN, plan=plan).save(tmp_path_factory.mktemp("kept") / "model")


@pytest.fixture(scope="module")
def kept_net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of an LSTM autoencoder; not to be changed."""
    net = {"name": "lstm_autoencoder", "window_rows": 12, "hidden": [16, 8], "latent": 4, "training": {"epochs": 2}}
    return isang.fit(TRAIN, detector=net).save(tmp_path_factory.mktemp("net") / "model")


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(kept, tmp_path / "model"))


def scores(result: isang.Result) -> NDArray[np.float64]:
    return np.asarray(result.scores["score"].to_numpy())


def refusal(folder: Path) -> str:
    """The one line with which a folder is refused."""
    with pytest.raises(ModelError) as error:
        isang.load(folder)
    told = str(error.value)
    assert "\n" not in told
    assert len(told) < 600
    return told


# it comes back as it was


@pytest.mark.parametrize("detector", DETECTORS)
def test_s1_10_a_loaded_model_scores_the_same_to_the_last_bit(tmp_path: Path, detector: Any) -> None:
    model = isang.fit(TRAIN, detector=detector)
    again = isang.load(model.save(tmp_path / "model"))
    one, two = model.detect(NEW), again.detect(NEW)
    assert np.array_equal(scores(one), scores(two), equal_nan=True)
    assert np.isfinite(scores(one)).sum() > 100
    assert one.incidents == two.incidents
    assert one.run["thresholds"] == two.run["thresholds"]
    assert one.run["detector"] == two.run["detector"]
    assert one.incidents or detector == "isolation_forest"  # which looks at a cell no closer than at its column


@pytest.mark.parametrize(
    "options",
    [
        {"alerts": "3/week"},
        {"threshold": "quantile:0.99"},
        {"step": "2h"},
        {"apart": True},
        {"value": "cpu", "where": "host=db"},
        {"plan": {"features": {}, "rules": LIMIT}},
        {"seed": 7, "detector": {"name": "isolation_forest", "trees": 3}},
    ],
)
def test_whatever_was_told_to_fit_holds_when_it_judges(tmp_path: Path, options: dict[str, Any]) -> None:
    model = isang.fit(TRAIN, **options)
    again = isang.load(model.save(tmp_path / "model"))
    assert np.array_equal(scores(model.detect(NEW)), scores(again.detect(NEW)), equal_nan=True)
    assert again.trained == model.trained
    assert again.plan == model.plan.model_copy(update={"out": again.plan.out})


def test_s1_d9_scaler_threshold_seed_and_columns_are_in_the_folder(kept: Path) -> None:
    manifest = json.loads((kept / MANIFEST).read_text())
    assert manifest["format"] == 1
    assert manifest["plan"]["seed"] == 0
    assert manifest["thresholds"][0]["value"] == manifest["pipeline"]["decision_"]["threshold"]
    assert [one["name"] for one in manifest["trained"]["columns"]] == ["time", "host", "cpu", "memory"]
    assert [one["role"] for one in manifest["trained"]["columns"]] == ["time", "key", "value", "value"]
    assert manifest["pipeline"]["learner_"]["state"]["detector_"]["state"]["scale_"]["center"]["shape"] == [2]
    assert {"isang", "numpy", "scikit-learn"} <= set(manifest["versions"])


def test_the_same_rows_give_the_same_arrays(tmp_path: Path) -> None:
    one, two = (isang.fit(TRAIN, detector="isolation_forest").save(tmp_path / name) for name in ("a", "b"))
    assert (one / STATE).read_bytes() == (two / STATE).read_bytes()
    assert (one / GOLDEN).read_bytes() == (two / GOLDEN).read_bytes()


@pytest.mark.parametrize("model", ["kept", "kept_net"])
def test_s1_d2_another_process_scores_the_same_to_the_last_bit(
    model: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kept: Path = request.getfixturevalue(model)
    NEW.write_parquet(tmp_path / "new.parquet")
    code = (
        "import sys, isang, numpy; numpy.save(sys.argv[3], isang.load(sys.argv[1]).detect(sys.argv[2]).scores['score'])"
    )
    words = [
        sys.executable,
        "-W",
        "error",
        "-c",
        code,
        str(kept),
        str(tmp_path / "new.parquet"),
        str(tmp_path / "s.npy"),
    ]
    subprocess.run(words, check=True)
    here = isang.load(kept).detect(str(tmp_path / "new.parquet"))
    assert np.array_equal(np.load(tmp_path / "s.npy"), scores(here), equal_nan=True)


def test_a_net_comes_back_with_its_weights_and_its_history(kept_net: Path, tmp_path: Path) -> None:
    detector = isang.load(kept_net).pipeline.learner_.detector_
    assert detector.weights_["encoder.0.weight_ih_l0"].shape == (64, 2)
    assert len(detector.history_) == 2
    copy = Path(shutil.copytree(kept_net, tmp_path / "model"))

    def spoil(arrays: dict[str, NDArray[Any]]) -> None:
        next(array for name, array in arrays.items() if "weights_" in name)[0] = np.nan

    with_arrays(copy, spoil)
    assert "not finite" in refusal(copy)


def test_weights_that_fit_no_net_are_refused(kept_net: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(kept_net, tmp_path / "model"))
    with_manifest(copy, lambda told: told["plan"]["detector"].update(hidden=[16, 16]))
    with_manifest(copy, lambda told: told["pipeline"]["learner_"]["state"]["detector_"]["parameters"].update(latent=9))
    assert "golden rows cannot be judged" in refusal(copy)


def test_sha256sum_reads_the_checksums(kept: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", CHECKSUMS], cwd=kept, check=True, capture_output=True)


def test_golden_rows_are_one_block_longer_than_what_a_score_depends_on(tmp_path: Path) -> None:
    model = isang.fit(TRAIN, detector={"name": "pca_autoencoder", "window_rows": 150})
    assert len(model.golden.time) > model.pipeline.learner_.detector_.context_rows_
    assert (np.diff(model.golden.time) == 3_600_000_000).all()
    assert model.golden.scored.sum() >= 50


def test_data_without_time_or_keys(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(400, 3))
    model = isang.fit(rows)
    again = isang.load(model.save(tmp_path / "model"))
    assert np.array_equal(scores(model.detect(rows[:50])), scores(again.detect(rows[:50])), equal_nan=True)
    assert (again.trained.start, again.trained.tz, again.golden.zone) == (None, None, None)


def test_too_little_is_refused_by_fit() -> None:
    with pytest.raises(InputError, match="at least 10 are needed"):
        isang.fit(TRAIN[:8])


def test_what_only_python_can_read_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.svm import OneClassSVM

    from isang.detectors.wrapped import Wrapped

    monkeypatch.setattr("isang.plan.Plan.detector_spec", lambda plan: Wrapped(OneClassSVM()))
    model = isang.fit(TRAIN)
    with pytest.raises(UsageError, match="wrapped around OneClassSVM cannot be saved: use one of isang's own"):
        model.save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


# M01: damage


@pytest.mark.parametrize("name", NAMES)
def test_m01_a_flipped_byte_anywhere_is_found(folder: Path, name: str) -> None:
    file = folder / name
    whole = file.read_bytes()
    for at in [*range(0, len(whole), 97), len(whole) - 1]:
        file.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        told = refusal(folder)
        assert name in told or name == CHECKSUMS
    file.write_bytes(whole)
    isang.load(folder)


@pytest.mark.parametrize("name", NAMES)
def test_m01_a_file_cut_off_or_made_longer_is_found(folder: Path, name: str) -> None:
    file = folder / name
    whole = file.read_bytes()
    for data in (*(whole[:length] for length in range(0, len(whole), 997)), whole[:-1], whole + b"\n", whole + b"\0"):
        file.write_bytes(data)
        refusal(folder)


@pytest.mark.parametrize("name", NAMES)
def test_m01_a_missing_file_is_found(folder: Path, name: str) -> None:
    (folder / name).unlink()
    refusal(folder)


@pytest.mark.parametrize("name", [MANIFEST, STATE, GOLDEN])
def test_m01_damage_under_new_checksums_is_refused_or_scores_as_before(folder: Path, name: str) -> None:
    """Whatever bytes an attacker writes: a typed error, or a model that passes its golden rows."""
    file, random, told = folder / name, np.random.default_rng(0), list[str]()
    whole = file.read_bytes()
    for _ in range(150):
        at = int(random.integers(len(whole)))
        file.write_bytes(whole[:at] + random.bytes(int(random.integers(1, 9))) + whole[at + 1 :])
        reseal(folder)
        try:
            model = isang.load(folder)
        except ModelError as error:
            told.append(str(error))
        else:
            model.golden.check(model.pipeline)
    assert len(told) > 30
    assert not any("\n" in line for line in told)


# M02, M03: what is no model


class Runs:
    """A pickle that makes a file when it is read."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("ran",)


def zipped(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../ran", "out")
        archive.writestr("/tmp/ran", "out")  # noqa: S108
        archive.writestr("manifest.json", "{}")


def dumped(file: Path) -> None:
    import joblib

    joblib.dump(Runs(), file)


def packed(file: Path) -> None:
    import joblib

    joblib.dump(Runs(), file, compress=3)


def holding(name: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        folder.mkdir()
        (folder / name).touch()

    return make


STRANGERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "model.pkl": (lambda file: file.write_bytes(pickle.dumps(Runs())), "a pickle, which runs code"),
    "old.pkl": (lambda file: file.write_bytes(pickle.dumps(Runs(), protocol=2)), "a pickle, which runs code"),
    "model.joblib": (dumped, "a pickle, which runs code"),
    "model.joblib.z": (packed, "a packed file; joblib's are a pickle, which runs code"),
    "model.pt": (zipped, "a zip file"),
    "bomb.zip": (lambda file: file.write_bytes(b"PK\x03\x04" + b"\0" * 100), "a zip file"),
    "model.h5": (lambda file: file.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100), "an HDF5 file"),
    "scores.npy": (lambda file: np.save(file, np.zeros(3)), "an array of numpy"),
    "text.pkl": (lambda file: file.write_bytes(pickle.dumps([1], protocol=0)), "a file"),
    "empty": (lambda file: file.mkdir(), "an empty folder"),
    "other": (holding("model.pkl"), "a folder without manifest.json"),
    "result": (holding("run.json"), "a result of 'isang detect'"),
    "nothing": (lambda file: None, "not there"),
    "pipe": (os.mkfifo, "no folder"),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_m02_m03_what_is_no_model_is_named_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make, told = STRANGERS[name]
    file = tmp_path / name
    make(file)
    metric, before = write(tmp_path, lines()), sorted(os.listdir())
    line = refused(4, "detect", metric, "--model", file)
    assert line == f"{file} is {told}{line.partition(told)[2]}"
    assert line.endswith("; a model is a folder that 'isang fit' wrote.")
    assert sorted(os.listdir()) == before
    assert not Path("/tmp/ran").exists()  # noqa: S108


# M04: other versions


def test_m04_a_newer_format_is_refused_with_both_versions(folder: Path) -> None:
    (folder / "more.bin").touch()  # whatever a newer version may add
    with_manifest(folder, lambda manifest: manifest.update(format=2, versions={"isang": "3.1.0"}, new={}))
    assert refusal(folder).endswith("written by isang 3.1.0, format 2; this version reads format 1: upgrade isang.")


@pytest.mark.parametrize("number", [0, -1, "1", 1.0, None, True, [1]])
def test_m04_what_is_no_format_is_refused(folder: Path, number: Any) -> None:
    with_manifest(folder, lambda manifest: manifest.update(format=number))
    assert "it names no format" in refusal(folder)


def test_m04_other_versions_of_libraries_are_judged_by_the_golden_rows(folder: Path) -> None:
    with_manifest(folder, lambda manifest: manifest["versions"].update(numpy="9.9"))
    isang.load(folder)


def test_m11_golden_rows_that_score_differently_are_refused(folder: Path) -> None:
    def other_spread(arrays: dict[str, NDArray[Any]]) -> None:
        arrays["/learner_/features_/1/columns_/0/profile/spread"] *= 1.01

    with_arrays(folder, other_spread)
    told = refusal(folder)
    assert "golden row" in told
    assert "learn anew with this version, on this machine" in told


# crafted folders


@pytest.mark.parametrize("inside", ["link", "folder", "pipe", "file", "far"])
def test_only_plain_files_that_are_listed_are_read(folder: Path, tmp_path: Path, inside: str) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes((folder / STATE).read_bytes())
    makers: dict[str, Callable[[Path], object]] = {
        "link": lambda file: file.symlink_to(folder / MANIFEST),
        "folder": lambda file: file.mkdir(),
        "pipe": os.mkfifo,
        "file": lambda file: file.write_text("print('hello')"),
    }
    if inside == "far":
        (folder / STATE).unlink()
        (folder / STATE).symlink_to(secret)
    else:
        makers[inside](folder / "extra.py")
    told = refusal(folder)
    assert ("is no plain file" if inside != "file" else CHECKSUMS) in told
    if inside == "file":
        reseal(folder)
        assert "to nothing else" in refusal(folder)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b", "\x1b[2J", "manifest.json\0"])
def test_names_in_the_checksums_lead_nowhere(folder: Path, name: str) -> None:
    with (folder / CHECKSUMS).open("a") as file:
        file.write(f"{'0' * 64}  {name}\n")
    assert "which is not there" in refusal(folder)


def test_names_that_are_no_text_are_refused(folder: Path) -> None:
    for name in ("b\udcff.json", "two\nlines"):
        (folder / name).touch()
        assert "is not listed" in refusal(folder)
        (folder / name).unlink()


def test_a_desktop_may_leave_its_files_and_a_link_may_lead_to_the_folder(folder: Path, tmp_path: Path) -> None:
    (folder / ".DS_Store").touch()
    (tmp_path / "current").symlink_to(folder)
    isang.load(tmp_path / "current")


def test_huge_files_are_refused_before_they_are_read(folder: Path) -> None:
    with (folder / MANIFEST).open("ab") as file:
        file.truncate(33 << 20)
    assert "at most 33,554,432 are read" in refusal(folder)


def test_many_files_are_refused(folder: Path) -> None:
    for at in range(50):
        (folder / f"{at}.json").touch()
    assert "a model has few" in refusal(folder)


def detector(manifest: Any) -> Any:
    return manifest["pipeline"]["learner_"]["state"]["detector_"]


MANIFESTS: dict[str, tuple[Callable[[Any], object], str]] = {
    "unknown key": (lambda m: m.update({"__class__": "os.system"}), "'__class__' is unknown"),
    "a million keys": (lambda m: m.update(dict.fromkeys(map(str, range(10**6)), 0)), "is unknown"),
    "missing key": (lambda m: m.pop("golden"), "'golden' is missing"),
    "unknown member": (lambda m: detector(m).update(name="isolation_forrest"), "Did you mean 'isolation_forest'?"),
    "import path": (lambda m: detector(m).update(name="os.system"), "is no member of detectors"),
    "another member": (lambda m: detector(m).update(name="knn"), "unknown"),
    "module": (lambda m: detector(m).update(module="os"), "'module' is unknown"),
    "method": (lambda m: detector(m)["state"].update(fit="x"), "'fit' is unknown"),
    "unfitted": (lambda m: detector(m).update(state={}), "belongs to nothing"),
    "plan is no plan": (lambda m: m["plan"].update(detectr="knn"), "its plan makes no sense"),
    "plan is a list": (lambda m: m.update(plan=[1]), "its plan makes no sense"),
    "plan with a member that is none": (lambda m: m["plan"].update(detector="os"), "its plan makes no sense"),
    "huge shape": (lambda m: detector(m)["state"]["forest_"]["left"].update(shape=[10**9]), "as told is needed"),
    "shape of text": (lambda m: detector(m)["state"]["forest_"]["left"].update(shape="x"), "as told is needed"),
    "another dtype": (lambda m: detector(m)["state"]["forest_"]["left"].update(dtype="object"), "as told is needed"),
    "columns": (lambda m: detector(m)["state"]["forest_"].update(columns=1), "cuts a column that is not there"),
    "columns of the frame": (lambda m: m["pipeline"]["columns_"].update(values=["cpu"]), "cannot be judged"),
    "no columns": (lambda m: m["pipeline"]["columns_"].update(values=[]), "cannot be judged"),
    "rule": (lambda m: m["pipeline"]["rules_"].append(["silence", {"name": "quantile"}]), "unknown|missing"),
    "season": (
        lambda m: m["pipeline"]["learner_"]["state"]["features_"][1]["state"]["columns_"][0]["profile"].update(bins=0),
        "cannot have 0 bins",
    ),
    "zone": (lambda m: m["golden"].update(zone="Mars/Olympus"), "cannot be judged"),
    "entity": (lambda m: m["golden"].update(entity=[]), "cannot be judged"),
    "trained": (lambda m: m["trained"].update(rows="many"), "rows is 'many'"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_m07_a_crafted_manifest_is_refused(folder: Path, name: str) -> None:
    change, told = MANIFESTS[name]
    with_manifest(folder, change)
    assert any(word in refusal(folder) for word in told.split("|"))


ODD: tuple[Any, ...] = (None, True, -1, 0, 7, 10**30, 1e308, 0.5, "x", "knn", "inf", [], {}, [[]], {"name": "knn"})


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every place of a tree that can be changed."""
    inner = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    return [(tree, key) for key, _ in inner] + [place for _, one in inner for place in places(one)]


@pytest.mark.parametrize("detector", ["auto", "knn", WINDOWS])
def test_m07_whatever_stands_in_the_manifest_it_is_refused_or_scores_as_before(tmp_path: Path, detector: Any) -> None:
    """One place at a time is taken out or made something else: a typed error, or golden rows as they were."""
    folder = isang.fit(TRAIN, detector=detector).save(tmp_path / "model")
    random, whole, told = np.random.default_rng(0), (folder / MANIFEST).read_text(), list[str]()
    for _ in range(250):
        manifest = json.loads(whole)
        held, key = places(manifest)[random.integers(len(places(manifest)))]
        if random.random() < 0.2:
            del held[key]
        else:
            held[key] = ODD[random.integers(len(ODD))]
        (folder / MANIFEST).write_text(json.dumps(manifest))
        reseal(folder)
        try:
            isang.load(folder)
        except ModelError as error:
            told.append(str(error))
    assert len(told) > 150
    assert not any("\n" in line or len(line) > 700 for line in told)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "{" * 100_000,
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"format": 1e400}',
        '{"format": NaN}',
        "\x00",
        "ÿþ",
        '{"format": ' + "9" * 5000 + "}",
        '{"format": 2, "versions": [1]}',
        '{"format": 2, "versions": {"isang": {"a": "\\u001b[2J"}}}',
    ],
)
def test_m07_what_is_no_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    reseal(folder)
    assert MANIFEST in refusal(folder)


FOREST, BODY = "/learner_/detector_/forest_", "/decision_/tail/body"
ARRAYS: dict[str, Callable[[dict[str, NDArray[Any]]], object]] = {
    "a loop": lambda arrays: arrays[f"{FOREST}/left"].__setitem__(1, 0),
    "a child out of range": lambda arrays: arrays[f"{FOREST}/right"].__setitem__(0, 2**62),
    "a column out of range": lambda arrays: arrays[f"{FOREST}/feature"].__setitem__(0, 2**40),
    "trees without nodes": lambda arrays: arrays.update({f"{FOREST}/first": np.zeros(10**6, dtype=np.int64)}),
    "a cut at NaN": lambda arrays: arrays[f"{FOREST}/threshold"].__setitem__(0, np.nan),
    "a spread of NaN": lambda arrays: arrays["/learner_/detector_/scale_/spread"].__setitem__(0, np.nan),
    "an infinite centre": lambda arrays: arrays["/learner_/detector_/scale_/center"].__setitem__(0, np.inf),
    "one more": lambda arrays: arrays.update(more=np.zeros(3)),
    "one less": lambda arrays: arrays.pop("/decision_/tail/body"),
    "unsorted scores": lambda arrays: arrays.update({BODY: arrays[BODY][::-1].copy()}),
    "other numbers": lambda arrays: arrays.update({f"{FOREST}/left": arrays[f"{FOREST}/left"].astype(np.int32)}),
    "many": lambda arrays: arrays.update({str(at): np.zeros(0) for at in range(60_000)}),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_m07_crafted_arrays_are_refused(folder: Path, name: str) -> None:
    with_arrays(folder, lambda arrays: ARRAYS[name](arrays))
    refusal(folder)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        b"\0" * 8,
        b"\xff" * 8,
        b"\xff" * 100,
        (2**40).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        (9).to_bytes(8, "little") + b'{"a": {}}',
        pickle.dumps([1]),
        save({"a": np.zeros(3)})[:-1],
        save({"a": np.zeros(3)}) + b"x",
        (78).to_bytes(8, "little") + b'{"a":{"dtype":"F64","shape":[1000000000000],"data_offsets":[0,8000000000000]}}',
    ],
)
def test_m07_what_is_no_file_of_arrays_is_refused(folder: Path, data: bytes) -> None:
    for name in (STATE, GOLDEN):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(data)
        reseal(folder)
        assert name in refusal(folder)
        (folder / name).write_bytes(whole)


# M08: writing


@pytest.mark.parametrize("moment", ["swap._flush, 2", "swap._flush, 5", "swap.Path.rename, 2", "swap.Path.rename, 3"])
def test_m08_a_kill_in_the_middle_of_saving_leaves_a_whole_model(kept: Path, tmp_path: Path, moment: str) -> None:
    """While files are written, and between the old folder's step aside and the new one's taking its place."""
    target = Path(shutil.copytree(kept, tmp_path / "model"))
    name, calls = moment.split(", ")
    code = f"""
import os, signal, sys, isang
from isang.reports import swap
usual, left = {name}, [{calls}]
def dying(*arguments):
    left[0] -= 1
    left[0] or os.kill(os.getpid(), signal.SIGKILL)
    return usual(*arguments)
model = isang.load(sys.argv[1])
{name} = dying
model.save(sys.argv[2])
"""
    done = subprocess.run([sys.executable, "-c", code, str(kept), str(target)], check=False)
    assert done.returncode == -signal.SIGKILL
    found, usual = isang.load(target).detect(NEW), isang.load(kept).detect(NEW)
    assert np.array_equal(scores(found), scores(usual), equal_nan=True)
    assert isang.load(kept).save(target) == target
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model"]


def test_m08_a_full_disk_leaves_the_old_model(kept: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    model = isang.load(kept)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="What stood there is untouched"):
        model.save(folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_folder_that_holds_something_else_is_never_replaced(kept: Path, tmp_path: Path) -> None:
    model = isang.load(kept)
    for name in ("thesis.txt", "run.json"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
        with pytest.raises(OutputError, match=r"holds no manifest\.json of isang"):
            model.save(tmp_path / name)
    own = model.save(tmp_path / "own")
    (own / "notes.txt").touch()
    with pytest.raises(OutputError, match=r"also holds 'notes\.txt'"):
        model.save(own)


def test_a_saved_model_replaces_an_older_one(kept: Path, tmp_path: Path) -> None:
    first = isang.fit(TRAIN, detector="robust_zscore").save(tmp_path / "model")
    assert isang.load(kept).save(first) == first
    assert isang.load(first).plan == isang.load(kept).plan
