"""S2's job in Keras 3 with vectorised windows: `python keras_counters.py FOLDER OUT SHARE EPOCHS EPOCHS`.

A file of its own, which needs NumPy, polars and Keras alone. Four files of two years in FOLDER, `predict.csv` of the
second year and `scores.npy` (window errors after the training rows) in OUT; at most SHARE of the rows are dropped;
EPOCHS of the first and the second stage, all of them run. The nets learn from the first three quarters of the first
year, as those of `isang detect --preset s2` do. Prints one line of JSON: seconds of each epoch, and the share dropped.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import polars as pl
from keras import layers

_WINDOW_ROWS, _BATCH, _TRAINED_ON = 5, 128, 0.75
_SUSPECT_OVER, _STRANGE_OVER = 0.2, 0.1  # roots of mean squares


class _Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """When each epoch, its validation included, was done."""

    def on_train_begin(self, logs: Any = None) -> None:
        self.done = [time.perf_counter()]

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.done.append(time.perf_counter())


def job(folder: Path, out: Path, most_dropped: float, first_epochs: int, second_epochs: int) -> dict[str, Any]:
    """Both stages, from the files to the predictions."""
    rows, year = read(folder)
    trained = int(_TRAINED_ON * year)
    train = robust(rows[:trained])
    first, each_first = fitted(lstm(rows.shape[1], 128, 64), train, first_epochs)
    errors = window_errors(first, train)
    limit = max(_SUSPECT_OVER, float(np.quantile(errors, 1 - most_dropped)))
    kept = np.append(np.ones(_WINDOW_ROWS - 1, dtype=bool), errors <= limit)
    low, high = rows[:trained][kept].min(axis=0), rows[:trained][kept].max(axis=0)
    scaled = (rows - low) / np.where(high > low, high - low, 1)
    second, each_second = fitted(lstm(rows.shape[1], 64, 32), scaled[:trained][kept], second_epochs)
    scores = window_errors(second, scaled[trained - _WINDOW_ROWS + 1 :])
    np.save(out / "scores.npy", scores)
    strange = (scores[year - trained :] > _STRANGE_OVER).astype(np.int8)
    pl.DataFrame({"Prediction": strange}).write_csv(out / "predict.csv")
    return {"first": each_first, "second": each_second, "dropped": float(1 - kept.mean())}


def read(folder: Path) -> tuple[Any, int]:
    """(slots, columns) of all files on one grid of slots, missing cells by their mean, and the second year's first."""
    stamp = pl.col("Timestamp").str.slice(0, 13).str.to_datetime("%Y%m%d_%H%M")
    files = [pl.read_csv(file).with_columns(stamp.alias("Timestamp")) for file in sorted(folder.glob("Media_*.csv"))]
    moments = pl.concat([file["Timestamp"] for file in files])
    slots: Any = pl.datetime_range(moments.min(), moments.max(), "5m", eager=True)  # type: ignore[arg-type]
    whole = pl.DataFrame({"Timestamp": slots})
    for number, file in enumerate(files):
        whole = whole.join(file, on="Timestamp", how="left", suffix=f"_{number}", maintain_order="left")
    year = int((slots.dt.year() == slots.dt.year()[0]).sum())
    values = whole.drop("Timestamp").select(pl.all().cast(pl.Float32).fill_null(strategy="mean"))
    return values.to_numpy(), year


def robust(rows: Any) -> Any:
    """Distance from the median in interquartile ranges, 1 where that is 0: scikit-learn's RobustScaler."""
    low, middle, high = np.quantile(rows, [0.25, 0.5, 0.75], axis=0)
    return ((rows - middle) / np.where(high > low, high - low, 1)).astype(np.float32)


def lstm(columns: int, wide: int, narrow: int) -> Any:
    """S2's net; its relu is tanh here."""
    return keras.Sequential(
        [
            layers.Input((_WINDOW_ROWS, columns)),
            layers.LSTM(wide, return_sequences=True),
            layers.LSTM(narrow),
            layers.RepeatVector(_WINDOW_ROWS),
            layers.LSTM(narrow, return_sequences=True),
            layers.LSTM(wide, return_sequences=True),
            layers.TimeDistributed(layers.Dense(columns)),
        ]
    )


def windows_of(rows: Any) -> Any:
    """(n - 4, 5, columns)."""
    view = np.lib.stride_tricks.sliding_window_view(rows.astype(np.float32), _WINDOW_ROWS, axis=0)
    return np.ascontiguousarray(view.transpose(0, 2, 1))


def fitted(net: Any, rows: Any, epochs: int) -> tuple[Any, list[float]]:
    """The net after so many epochs, and the seconds of each."""
    net.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    clock, windows = _Clock(), windows_of(rows)
    net.fit(windows, windows, epochs=epochs, batch_size=_BATCH, validation_split=0.2, verbose=0, callbacks=[clock])
    return net, np.diff(clock.done).tolist()


def window_errors(net: Any, rows: Any) -> Any:
    """(n - 4,) root of the mean squared error of the window that ends at each row."""
    windows = windows_of(rows)
    written = net.predict(windows, batch_size=4096, verbose=0)
    return np.sqrt(np.square(written - windows).mean(axis=(1, 2)))


if __name__ == "__main__":
    folder, out, share, first, second = sys.argv[1:]
    keras.utils.set_random_seed(0)
    print(json.dumps(job(Path(folder), Path(out), float(share), int(first), int(second))))
