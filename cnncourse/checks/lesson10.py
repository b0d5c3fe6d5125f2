"""Questions of lesson 10: mirror, shift and erase; which of them are safe, and an experiment."""

from collections.abc import Callable

import numpy as np

from cnncourse.checks.kinds import WHY, OtherThan, Rule, Table, called, keeps, of_shape, right
from cnncourse.checks.lesson07 import AFFINE
from cnncourse.checks.runs import ALIKE, runs_named

BATCH = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
PICTURE = np.arange(1, 10 * 10 * 3 + 1, dtype=np.float64).reshape(10, 10, 3) / 1000
SHIFTED = np.concatenate([np.zeros((10, 2, 3)), PICTURE[:, :-2]], axis=1)
RNG = np.random.default_rng(0)  # each call gets a copy


def _holes(function: Callable) -> list[np.ndarray]:
    """Return where eight erasures changed the picture, bool (height, width, channels) each."""
    rng = np.random.default_rng(0)
    return [function(PICTURE.copy(), 3, rng) != PICTURE for _ in range(8)]


def _is_square(hole: np.ndarray) -> bool:
    rows, columns = np.nonzero(hole.any(axis=-1))
    return hole.sum() == 3 * 3 * hole.shape[-1] and np.ptp(rows) == np.ptp(columns) == 2


QUESTIONS: dict[str, Table] = {
    "10-flip": {
        WHY: "The third axis holds the columns, so this swaps left and right.",
        Rule(called(BATCH), of_shape(2, 4, 5, 3)): """
            For a batch of shape (2, 4, 5, 3), does your function return one?
            Begin with `def mirror(images):`. Slices such as `[::-1]` keep the shape.""",
        Rule(called(BATCH), OtherThan(BATCH[:, ::-1])): """Your pictures stand on their heads.
            The axes are pictures, rows, columns, channels. Turn the columns round.""",
        Rule(called(BATCH), OtherThan(BATCH[..., ::-1])): """
            You turned the colours round: red became blue.
            The last axis holds the channels. The columns stand before it.""",
        Rule(called(BATCH), BATCH[:, :, ::-1]): """
            Each picture should stay where it is in the batch, with left and right swapped.
            `images[:, :, ::-1]` turns the third axis round, the columns.""",
    },
    "10-shift": {
        WHY: "What leaves on the right is gone, and black comes in from the left.",
        Rule(called(PICTURE, 2), of_shape(10, 10, 3)): """Does the picture keep its shape?
            Begin with `def shift_right(image, pixels):`, and fill an array of zeros like `image`.
            """,
        Rule(called(PICTURE, 2), OtherThan(np.roll(PICTURE, 2, axis=1))): """
            What leaves on the right comes back on the left. Should it?
            `np.roll` goes round in a circle. Set the first columns to 0.""",
        Rule(called(PICTURE, 2), SHIFTED): """Which axis, and which direction?
            Column 0 of the picture moves to column `pixels`; rows stay.""",
        Rule(called(PICTURE, 0), PICTURE): """What does it do for a shift by 0?
            `image[:, :-0]` is empty: write `image[:, : image.shape[1] - pixels]`.""",
    },
    "10-erase": {
        WHY: "Each time another part is hidden, so the network cannot rely on a single one.",
        Rule(called(PICTURE, 3, RNG), of_shape(10, 10, 3)): """
            Does your function return a picture of the same shape?
            Begin with `def erase(image, size, rng):` and end with `return erased`.""",
        Rule(keeps(PICTURE, 3, RNG)): """The picture that you passed has changed.
            Work on a copy: `erased = image.copy()`.""",
        Rule(lambda function: all(map(_is_square, _holes(function)))): """
            Not every erasure is a square of `size` x `size` pixels, in all channels.
            The upper left corner may be at most `height - size`, or a part of the square lies \
            outside: `rng.integers(height - size + 1)`.""",
        Rule(lambda function: len({hole.tobytes() for hole in _holes(function)}) > 1): """
            It always erases the same place.
            Draw the place with the generator that was passed: `rng.integers(...)`.""",
    },
    "10-mirror": {
        WHY: "A mirrored shoe is a shoe, a mirrored cat a cat. A mirrored 2 is nothing.",
        frozenset({"mnist", "fashion_mnist", "cifar10"}): """Hold a 2 or a 7 before a mirror.
            A label must stay true. Digits do not survive the mirror.""",
        frozenset({"cifar10"}): """Is a shoe still a shoe?
            Clothes may be mirrored as well.""",
        right({"fashion_mnist", "cifar10"}): """
            A set of names: some of "mnist", "fashion_mnist" and "cifar10".
            Clothes and things may be mirrored, digits may not.""",
    },
    "10-layer": {
        WHY: "Mirrored and shifted a little: the labels stay true, and no picture comes twice.",
        **AFFINE,
        Rule(lambda layer: layer.flip): """A car that drives to the left is a car.
            Pass `flip=True`.""",
        Rule(lambda layer: 0 < layer.shift <= 0.2, show=lambda layer: f"shift={layer.shift:g}"): """
            How far may a picture of 32 pixels move? You have {found}.
            Pass a share such as `shift=0.1`: 3 of 32 pixels.""",
        Rule(lambda layer: layer.rotation <= 20 and layer.zoom <= 0.3): """
            Would you meet such pictures outside?
            Ships do not stand on their heads: turn and zoom little or not at all.""",
    },
    "10-trials": {
        WHY: "Same network, same seeds, same epochs: only the augmentation differs.",
        **runs_named("plain", "augmented"),
        **ALIKE,
    },
}
