"""How much faster a network trains with FusedBatchNormalization than with Keras' own layer.

The network is the course's for MNIST (three blocks of convolutions), in batches of 128 pictures.

Run it on a quiet machine: ``python benchmarks/batch_normalization.py``
"""

import statistics
import time
from unittest import mock

import numpy as np

from cnncourse import layers, models
from cnncourse.backend import keras, tf

BATCH, STEPS, ROUNDS = 128, 4, 5
LAYERS = [(24, 5), "pool", 32, 32, "pool", 64, 64, "pool"]


def network(normalization: type[keras.layers.Layer]) -> keras.Model:
    """Return the network with one kind of batch normalisation, ready to train."""
    with mock.patch.object(models.networks, "FusedBatchNormalization", normalization):
        model = models.conv_net((28, 28, 1), LAYERS, padding="same", batch_norm=True)
    model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    return model


def main() -> None:
    rng = np.random.default_rng(0)
    x = tf.constant(rng.integers(0, 256, (BATCH, 28, 28, 1), np.uint8))
    y = tf.constant(rng.integers(0, 10, BATCH))
    kinds = {
        "fused": layers.FusedBatchNormalization,
        "Keras": keras.layers.BatchNormalization,
    }
    networks = {name: network(kind) for name, kind in kinds.items()}
    speeds = {name: [] for name in networks}
    for number in range(ROUNDS + 1):
        for name, model in networks.items():
            started = time.perf_counter()
            for _ in range(STEPS):
                model.train_on_batch(x, y)
            if number:  # the first round warms up
                speeds[name].append(BATCH * STEPS / (time.perf_counter() - started))
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    for name, speed in medians.items():
        print(f"{name}: {speed:,.0f} pictures/s in training")
    print(f"ratio: {medians['fused'] / medians['Keras']:.2f}")


if __name__ == "__main__":
    main()
