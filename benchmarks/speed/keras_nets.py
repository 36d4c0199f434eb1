"""The nets in Keras 3, as S2 and S4 write them: `python keras_nets.py epoch|dense ROWS.npy OUT.npz EPOCHS`.

A file of its own, which needs NumPy and Keras alone, for an environment of its own: TensorFlow is large. Prints one
line of JSON; OUT.npz gets what the net makes of the last row of each window.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import keras
import numpy as np
from keras import layers

_WINDOW_ROWS = 5


class _Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """When each epoch, its validation included, was done."""

    def on_train_begin(self, logs: Any = None) -> None:
        self.done = [time.perf_counter()]

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.done.append(time.perf_counter())


def epoch(rows: Any, out: str, epochs: int) -> dict[str, Any]:
    """S2's stage 1: LSTM 128, 64, repeat, 64, 128, dense; batch 128, a fifth to validate. Its relu is tanh here."""
    view = np.lib.stride_tricks.sliding_window_view(rows, _WINDOW_ROWS, axis=0).transpose(0, 2, 1)
    windows, columns = np.ascontiguousarray(view), rows.shape[1]
    net = keras.Sequential(
        [
            layers.Input((_WINDOW_ROWS, columns)),
            layers.LSTM(128, return_sequences=True),
            layers.LSTM(64),
            layers.RepeatVector(_WINDOW_ROWS),
            layers.LSTM(64, return_sequences=True),
            layers.LSTM(128, return_sequences=True),
            layers.TimeDistributed(layers.Dense(columns)),
        ]
    )
    told = _fitted(net, windows, epochs, batch=128, validation_split=0.2)
    np.savez(out, last=net.predict(windows, batch_size=4096, verbose=0)[:, -1])
    return told


def dense(rows: Any, out: str, epochs: int) -> dict[str, Any]:
    """S4's deep variant with a linear output; batch 64, the last 4000 rows to validate."""
    widths = (32, 24, 16, 8, 16, 24, 32)
    hidden = [layers.Dense(width, activation="relu" if width != 8 else None) for width in widths]
    net = keras.Sequential([layers.Input((rows.shape[1],)), *hidden, layers.Dense(rows.shape[1])])
    return _fitted(net, rows, epochs, batch=64, validation_split=4000 / len(rows))


def _fitted(net: Any, windows: Any, epochs: int, batch: int, validation_split: float) -> dict[str, Any]:
    net.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    clock = _Clock()
    history = net.fit(
        windows,
        windows,
        epochs=epochs,
        batch_size=batch,
        validation_split=validation_split,
        verbose=0,
        callbacks=[clock],
    )
    each = np.diff(clock.done).tolist()
    return {"seconds": each, "validation_loss": history.history["val_loss"], "keras": keras.__version__}


if __name__ == "__main__":
    job, rows_file, out_file, count = sys.argv[1:]
    keras.utils.set_random_seed(0)
    print(json.dumps({"epoch": epoch, "dense": dense}[job](np.load(rows_file), out_file, int(count))))
