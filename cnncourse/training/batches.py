"""Feed batches to a network: shuffled and augmented ones in training, plain ones to measure it."""

from collections.abc import Iterator

import numpy as np

from cnncourse.augmentation import Augmentation, augment_batch
from cnncourse.backend import tf

PREDICTION_BATCH = 250  # twice as many are no faster, and take more memory


def in_order(*arrays: np.ndarray) -> tf.data.Dataset:
    """Return pictures, or pictures and labels, in batches of `PREDICTION_BATCH`."""
    whole = tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0])
    return _untuned(whole.batch(PREDICTION_BATCH).prefetch(1))


def _untuned(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """Switch off the thread that tunes a data set while it is read: nothing here needs tuning.

    That thread naps for up to a minute and, in TensorFlow 2.21, often sleeps through the end of its
    data set: the next epoch waits until it wakes up (see ``benchmarks/autotuning.py``).
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


class Batches:
    """The training pictures of a run, shuffled anew each epoch.

    Order and augmentation derive from (seed, epoch) alone. Pictures stay uint8 until their batch
    is drawn: the data set is never copied as float32.

    Args:
        x: Pictures, uint8 (N, height, width, channels).
        y: One-hot labels, float32 (N, classes).
        batch_size: Pictures in a batch; the last one may be smaller.
        augment: What changes the pictures, if anything.
        seed: Seed of the run.
    """

    def __init__(
        self, x: np.ndarray, y: np.ndarray, batch_size: int, augment: Augmentation | None, seed: int
    ) -> None:
        """Keep the arrays; nothing is copied."""
        self.x, self.y, self.batch_size, self.augment, self.seed = x, y, batch_size, augment, seed
        self.steps = -(-len(x) // batch_size)
        self.epoch = 0  # set before each epoch

    def dataset(self) -> tf.data.Dataset:
        """Return a data set whose every iteration is the epoch that `epoch` says."""
        signature = (
            tf.TensorSpec((None, *self.x.shape[1:]), tf.uint8),
            tf.TensorSpec((None, self.y.shape[1]), tf.float32),
            tf.TensorSpec((2,), tf.int32),
            tf.TensorSpec((None,), tf.int64),
            tf.TensorSpec((), tf.int64),
        )
        raw = tf.data.Dataset.from_generator(self._epoch, output_signature=signature)
        counted = tf.data.experimental.assert_cardinality(self.steps)
        return _untuned(raw.map(self._augmented).apply(counted).prefetch(4))

    def _epoch(self) -> Iterator[tuple]:
        epoch = self.epoch
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.x))
        for step in range(self.steps):
            chosen = order[step * self.batch_size : (step + 1) * self.batch_size]
            seed = np.array([self.seed, epoch * self.steps + step], np.int32)
            yield self.x[chosen], self.y[chosen], seed, chosen, epoch

    def _augmented(self, x: tf.Tensor, y: tf.Tensor, *known: tf.Tensor) -> tuple:
        return (x if self.augment is None else augment_batch(self.augment, x, *known)), y
