"""Feed batches to a network: shuffled and augmented ones in training, plain ones to measure it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cnncourse.augmentation import augment_batch
from cnncourse.backend import keras, tf

if TYPE_CHECKING:
    from cnncourse.training.callbacks import Seeds

PREDICTION_BATCH = 250  # twice as many are no faster, and take more memory


def in_order(*arrays: np.ndarray) -> tf.data.Dataset:
    """Return pictures, or pictures and labels, in batches of `PREDICTION_BATCH`.

    Example:
        >>> int(in_order(np.zeros((500, 8, 8, 1)), np.zeros(500)).cardinality())
        2
    """
    slices = tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0])
    return _without_autotuning(slices.batch(PREDICTION_BATCH).prefetch(1))


def shuffled_batches(
    x: np.ndarray,
    y: np.ndarray,
    seeds: "Seeds",
    batch_size: int = 128,
    augment: keras.layers.Layer | None = None,
) -> tf.data.Dataset:
    """Return batches for ``model.fit``: shuffled anew, and augmented anew, each epoch.

    Order and augmentation derive from the seed and the epoch alone. Pictures stay uint8 until
    their batch is drawn: the data set is never copied as float32.

    Args:
        x: Pictures, uint8 (N, height, width, channels).
        y: Labels, integers (N,).
        seeds: The `Seeds` that are among the callbacks of ``fit``: it knows the seed and the epoch.
        batch_size: Pictures in a batch; the last one may be smaller.
        augment: What changes the pictures, if anything: our layer, or one of Keras' own.

    Returns:
        A data set of pairs, pictures (batch, height, width, channels) and labels (batch,).

    Example:
        >>> from cnncourse.training.callbacks import Seeds
        >>> batches = shuffled_batches(np.zeros((9, 8, 8, 1), np.uint8), np.arange(9), Seeds(0))
        >>> sorted(next(iter(batches))[1].numpy().tolist())
        [0, 1, 2, 3, 4, 5, 6, 7, 8]
    """
    steps = -(-len(x) // batch_size)

    def epoch() -> Iterator[tuple]:
        number = seeds.epoch
        order = np.random.default_rng([seeds.seed, number]).permutation(len(x))
        for step in range(steps):
            chosen = order[step * batch_size : (step + 1) * batch_size]
            seed = np.array([seeds.seed, number * steps + step], np.int32)
            yield x[chosen], y[chosen], seed, chosen, number

    def augmented(pictures: tf.Tensor, labels: tf.Tensor, *known: tf.Tensor) -> tuple:
        return (pictures if augment is None else augment_batch(augment, pictures, *known)), labels

    signature = (
        tf.TensorSpec((None, *x.shape[1:]), x.dtype),
        tf.TensorSpec((None,), y.dtype),
        tf.TensorSpec((2,), tf.int32),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((), tf.int64),
    )
    drawn = tf.data.Dataset.from_generator(epoch, output_signature=signature)
    counted = tf.data.experimental.assert_cardinality(steps)
    return _without_autotuning(drawn.map(augmented).apply(counted).prefetch(4))


def _without_autotuning(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """Switch off the thread that tunes a data set while it is read: nothing here needs tuning.

    That thread naps for up to a minute and, in TensorFlow 2.21, often sleeps through the end of its
    data set: the next epoch waits until it wakes up (see ``benchmarks/autotuning.py``).
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)
