"""Nets by the command: without torch, without the device, interrupted, with settings that make no sense."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import torch

from command import isang, lines, refused, write
from isang.synthetic import sine_spikes

SHORT = ("--set", "detector.training.epochs=3", "--set", "detector.window_rows=12")


@pytest.fixture
def spikes(tmp_path: Path) -> Path:
    made = sine_spikes(rows=600)
    file = tmp_path / "spikes.csv"
    made.frame.with_columns(pl.Series("label", made.truth).cast(pl.Int8)).write_csv(file)
    return file


WITHOUT_TORCH = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
sys.meta_path.insert(0, Absent())
sys.argv[0] = "isang"
from isang.cli import main
main()
"""


def without_torch(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_TORCH, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_torch_one_line_says_how_to_install_it(spikes: Path) -> None:
    done = without_torch("detect", spikes, "--detector", "lstm_autoencoder")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "isang: lstm_autoencoder needs torch: pip install 'isang[deep]'.\n"


def test_without_torch_the_rest_works(tmp_path: Path) -> None:
    done = without_torch("detect", write(tmp_path, lines()), "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    listed = without_torch("list", "detectors")
    assert "lstm_autoencoder" in listed.stdout, listed.stderr


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_cuda_that_is_not_there_is_one_line(spikes: Path) -> None:
    said = refused(2, "detect", spikes, "--detector", "dense_autoencoder", "--set", "detector.training.device=cuda")
    assert re.fullmatch(r"device 'cuda' is not there for torch [\w.+]+; take cpu, or auto\.", said)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("detector.training.epoch=3", "dense_autoencoder: training has no 'epoch'. Did you mean 'epochs'?"),
        ("detector.training.epochs=many", "training.epochs is 'many'; a whole number of at least 1 is needed."),
        ("detector.hidden=[a]", "hidden is ['a']; a list of whole numbers is needed."),
        ("detector.hidden=64", "hidden is 64; a list of whole numbers is needed."),
        ("detector.window_row=5", "dense_autoencoder has no parameter 'window_row'. Did you mean 'window_rows'?"),
        ("detector.training=fast", "training is 'fast'; a mapping of settings is needed."),
        ("detector.latent=0", "latent is 0; a whole number of at least 1 is needed."),
        ("detector.window_rows=0", "window_rows is 0; a whole number of at least 1 is needed."),
        ("detector.hidden=[16,0]", "hidden is [16, 0]; a list of whole numbers is needed."),
        ("detector.training.epochs=0", "training.epochs is 0; a whole number of at least 1 is needed."),
        ("detector.training.batch_windows=-3", "batch_windows is -3; a whole number of at least 1 is needed."),
        ("detector.training.learning_rate=-1.0", "learning_rate is -1.0; a number above 0 is needed."),
        ("detector.latent=1000000000", "dense_autoencoder does not fit into memory: take a smaller latent or window."),
        ("detector.dropout=1.5", "dropout is 1.5; a number of at least 0 and below 1 is needed."),
    ],
)
def test_settings_that_make_no_sense_are_one_line(spikes: Path, change: str, told: str) -> None:
    assert told in refused(2, "detect", spikes, "--detector", "dense_autoencoder", "--set", change)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--preset", "s11"), "--preset s11: there is none of that name. Did you mean 's1'?"),
        (
            ("--detector", "lstm_autoencoder", "--set", "detector.hidden=[]"),
            "lstm_autoencoder needs at least one layer",
        ),
        (("--detector", "cleaned"), "cleaned needs its parameter 'first'"),
        (("--detector", "cleaned:knm"), "'knm' is no member of detectors."),
        (("--detector", "attention_autoencoder", "--set", "detector.heads=5"), "heads 5 do not divide width 32"),
    ],
)
def test_names_that_make_no_sense_are_one_line(spikes: Path, options: tuple[str, ...], told: str) -> None:
    assert told in refused(2, "detect", spikes, *options)


def test_a_training_that_goes_astray_is_one_line(spikes: Path) -> None:
    far = ("--detector", "dense_autoencoder", "--set", "detector.training.learning_rate=1.0e+30")
    assert "the training went astray" in refused(3, "detect", spikes, *far)


def test_a_series_shorter_than_the_window_is_one_line(tmp_path: Path) -> None:
    file = write(tmp_path, ["value", *(str(at % 7) for at in range(60))])
    assert "hold no window of 50 rows without a gap" in refused(3, "detect", file, "--preset", "s1")


def test_the_losses_stand_in_run_json_and_in_the_report(spikes: Path, tmp_path: Path) -> None:
    ended = isang("detect", spikes, "--detector", "dense_autoencoder", *SHORT, "--out", tmp_path / "out")
    assert ended.code == 0, ended.err
    trained = json.loads((tmp_path / "out" / "run.json").read_text())["training"]
    assert [(net["detector"], net["block"], len(net["epochs"])) for net in trained] == [
        ("dense_autoencoder", 1, 3),
        ("dense_autoencoder", 2, 3),
    ]
    page = (tmp_path / "out" / "report.html").read_text()
    assert 'id="figure-training"' in page
    assert "dense_autoencoder 2: 3 epochs, all epochs done" in page


def test_what_was_dropped_is_told(spikes: Path, tmp_path: Path) -> None:
    ended = isang("detect", spikes, "--detector", "cleaned:robust_zscore", "--out", tmp_path / "out")
    assert ended.code == 0, ended.err
    told = json.loads((tmp_path / "out" / "run.json").read_text())["detector"]["reason"]
    assert re.fullmatch(r"\d+\.\d% of the rows were dropped as strange before it learnt", told)


def test_the_plan_of_a_net_reruns_it(spikes: Path, tmp_path: Path) -> None:
    detector = ("--detector", "cleaned", "--set", "detector.first=robust_zscore")
    second = ("--set", "detector.second.name=dense_autoencoder", "--set", "detector.second.training.epochs=2")
    first = isang("detect", spikes, *detector, *second, "--out", tmp_path / "one")
    assert first.code == 0, first.err
    again = isang("detect", "--plan", tmp_path / "one" / "plan.yaml", "--out", tmp_path / "two")
    assert again.code == 0, again.err
    one, two = (pl.read_parquet(tmp_path / name / "scores.parquet") for name in ("one", "two"))
    assert one.equals(two)


def test_control_c_ends_the_training_and_the_best_weights_judge(spikes: Path, tmp_path: Path) -> None:
    program = (
        "import logging, os, signal, sys\n"
        "class Presses(logging.Handler):\n"
        "    def emit(self, record):\n"
        "        if ' 5 of 100000 ' in record.getMessage(): os.kill(os.getpid(), signal.SIGINT)\n"
        "logging.getLogger('isang').addHandler(Presses()); logging.getLogger('isang').setLevel('INFO')\n"
        "sys.argv = ['isang', *sys.argv[1:]]\n"
        "from isang.cli import main; main()"
    )
    settings = ("--set", "detector.training.epochs=100000", "--set", "detector.training.patience=100000")
    command = ["detect", str(spikes), "--detector", "dense_autoencoder", *settings, "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", program, *command], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert [net["stopped"] for net in run["training"]] == ["interrupted"] * 2
    assert all(len(net["epochs"]) == 5 for net in run["training"])
    assert "interrupted after epoch 5" in run["warnings"][0]
