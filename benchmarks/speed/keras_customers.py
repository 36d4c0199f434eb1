"""S0's way in Keras 3: a net for each customer: `python keras_customers.py COSTS.npy OUT.npz EPOCHS`.

A file of its own, which needs NumPy and Keras alone. COSTS.npy is (customers, days). Each customer's costs, from 0 to
1, are learnt as windows of 7 days by an LSTM autoencoder of 32 units (tanh; 80 % of the windows, batches of 16, early
stop), which then judges all of them. Prints one line of JSON: seconds of each customer; OUT.npz gets the errors.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import keras
import numpy as np
from keras import layers

_WINDOW_ROWS, _UNITS, _BATCH, _TRAINED_ON, _PATIENCE = 7, 32, 16, 0.8, 5


def judged(costs: Any, epochs: int) -> Any:
    """(windows,) the mean squared error of each window of one customer."""
    low, high = costs.min(), costs.max()
    scaled = (costs - low) / ((high - low) or 1.0)
    windows = np.lib.stride_tricks.sliding_window_view(scaled, _WINDOW_ROWS)[..., None].astype(np.float32)
    train = windows[: int(_TRAINED_ON * len(windows))]
    net = keras.Sequential(
        [
            layers.Input((_WINDOW_ROWS, 1)),
            layers.LSTM(_UNITS),
            layers.RepeatVector(_WINDOW_ROWS),
            layers.LSTM(_UNITS, return_sequences=True),
            layers.TimeDistributed(layers.Dense(1)),
        ]
    )
    net.compile(optimizer="adam", loss="mse")
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=_PATIENCE, restore_best_weights=True)
    net.fit(
        train, train, epochs=epochs, batch_size=_BATCH, validation_split=0.1, shuffle=False, verbose=0, callbacks=[stop]
    )
    return ((net.predict(windows, verbose=0) - windows) ** 2).mean(axis=(1, 2))


def main() -> None:
    rows_file, out_file, epochs = sys.argv[1:]
    keras.utils.set_random_seed(0)
    seconds, errors = [], []
    for costs in np.load(rows_file):
        began = time.perf_counter()
        errors.append(judged(costs, int(epochs)))
        seconds.append(time.perf_counter() - began)
    np.savez(out_file, errors=np.array(errors))
    print(json.dumps({"seconds": seconds, "keras": keras.__version__}))


if __name__ == "__main__":
    main()
