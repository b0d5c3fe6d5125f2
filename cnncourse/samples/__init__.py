"""Small stand-in data sets, made on the spot when the real ones cannot be fetched.

The pictures have the shapes, the types and the ten classes of MNIST, Fashion-MNIST and CIFAR-10,
so every lesson runs without a network. "mnist" varies the real handwritten digits that ship with
scikit-learn; "fashion_mnist" and "cifar10" are painted from tables of shapes. Accuracies
measured on them say nothing about the real data sets.
"""

import zlib

import numpy as np

from cnncourse.datafiles import check_name
from cnncourse.samples import digits
from cnncourse.samples.drawings import LOOKS
from cnncourse.samples.painting import paint
from cnncourse.validation import brief, is_one_of, whole_number

_SPLITS = ("train", "test")


def draw(
    name: str, count: int, *, split: str = "train", seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a small stand-in data set; the same arguments always give the same pictures.

    Args:
        name: "mnist", "fashion_mnist" or "cifar10".
        count: How many pictures, at least 1. The ten classes share them evenly, to within one.
        split: "train" or "test"; whatever the seeds, the two have no source picture in common.
        seed: A whole number from 0 up; another one gives other pictures.

    Returns:
        The images, uint8 of shape (count, 28, 28, 1), or (count, 32, 32, 3) for "cifar10", and
        the labels, int64 of shape (count,) from 0 to 9, in random order.

    Raises:
        ValueError: If an argument is not one of the above.

    Example:
        >>> images, labels = draw("fashion_mnist", 20, seed=1)
        >>> images.shape, images.dtype.name, labels.dtype.name
        ((20, 28, 28, 1), 'uint8', 'int64')
        >>> sorted(labels.tolist()) == sorted(2 * list(range(10)))
        True
    """
    check_name(name)
    count, seed = whole_number("count", count), whole_number("seed", seed, 0)
    if not is_one_of(split, _SPLITS):
        raise ValueError(f"split={brief(split)}: choose 'train' or 'test'.")
    rng = np.random.default_rng([zlib.crc32(name.encode()), _SPLITS.index(split), seed])
    labels = rng.permutation(np.arange(count, dtype=np.int64) % 10)
    look = LOOKS.get(name)
    shape = (look.side, look.side, len(look.mode)) if look else (28, 28, 1)
    images = np.empty((count, *shape), np.uint8)
    for label in range(min(10, count)):
        members = np.flatnonzero(labels == label)
        if look:
            pictures = paint(look, label, len(members), rng)
        else:
            pictures = digits.write(digits.originals(split)[label], len(members), rng)
        images[members] = pictures.reshape(-1, *shape)
    return images, labels
