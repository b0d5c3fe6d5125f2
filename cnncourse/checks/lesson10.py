"""Checks of lesson 10: mirror, shift and erase; which of them are safe, and an experiment."""

import numpy as np

from cnncourse.checks.core import Check, Rule, equals, same, unlike
from cnncourse.checks.examples import affine, run
from cnncourse.checks.lesson07 import AFFINE
from cnncourse.checks.networks import alike, runs_by_name

NAMES = ("plain", "augmented")
TRIES = 8  # erasures that are looked at


def _batch() -> np.ndarray:
    return np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)


def _picture() -> np.ndarray:
    return np.arange(1, 10 * 10 * 3 + 1, dtype=np.float64).reshape(10, 10, 3) / 1000


def _shifted(image, pixels):
    moved = np.zeros_like(image)
    moved[:, pixels:] = image[:, : image.shape[1] - pixels]
    return moved


def _erase(image, size, rng):
    erased = image.copy()
    top, left = (rng.integers(length - size + 1) for length in image.shape[:2])
    erased[top : top + size, left : left + size] = 0
    return erased


def _erase_corner(image, size, rng):
    erased = image.copy()
    erased[:size, :size] = 0
    return erased


def _erase_in_place(image, size, rng):
    image[:size, :size] = 0
    return image


def _erase_outside(image, size, rng):
    erased = image.copy()
    top, left = rng.integers(image.shape[0], size=2)
    erased[top : top + size, left : left + size] = 0
    return erased


def _holes(function) -> list[np.ndarray]:
    """Return where some erasures changed the picture, bool (height, width, channels) each."""
    rng = np.random.default_rng(0)
    return [function(_picture(), 3, rng) != _picture() for _ in range(TRIES)]


def _is_square(hole) -> bool:
    rows, columns = np.nonzero(hole.any(axis=-1))
    whole = hole.sum() == 3 * 3 * hole.shape[-1]
    return bool(whole and np.ptp(rows) == 2 and np.ptp(columns) == 2)


CHECKS = [
    Check(
        "10-flip",
        solution=lambda: lambda images: images[:, :, ::-1],
        why="The third axis holds the columns, so this swaps left and right.",
        rules=[
            Rule(
                lambda function: np.shape(function(_batch())) == (2, 4, 5, 3),
                hints=(
                    "For a batch of shape (2, 4, 5, 3), does your function return one?",
                    "Begin with `def mirror(images):`. Slices such as `[::-1]` keep the shape.",
                ),
                wrong=(lambda: 1, lambda: lambda images: images.transpose(0, 2, 1, 3)),
            ),
            Rule(
                lambda function: not same(function(_batch()), _batch()[:, ::-1]),
                hints=(
                    "Your pictures stand on their heads.",
                    "The axes are pictures, rows, columns, channels. Turn the columns round.",
                ),
                wrong=(lambda: lambda images: images[:, ::-1],),
            ),
            Rule(
                lambda function: not same(function(_batch()), _batch()[..., ::-1]),
                hints=(
                    "You turned the colours round: red became blue.",
                    "The last axis holds the channels. The columns stand before it.",
                ),
                wrong=(lambda: lambda images: images[..., ::-1],),
            ),
            Rule(
                lambda function: same(function(_batch()), _batch()[:, :, ::-1]),
                hints=(
                    "Each picture should stay where it is in the batch, with left and right "
                    "swapped.",
                    "`images[:, :, ::-1]` turns the third axis round, the columns.",
                ),
                wrong=(
                    lambda: lambda images: images[::-1],
                    lambda: lambda images: images,
                ),
            ),
        ],
    ),
    Check(
        "10-shift",
        solution=lambda: _shifted,
        why="What leaves on the right is gone, and black comes in from the left.",
        rules=[
            Rule(
                lambda function: np.shape(function(_picture(), 2)) == (10, 10, 3),
                hints=(
                    "Does the picture keep its shape?",
                    "Begin with `def shift_right(image, pixels):`, and fill an array of zeros like "
                    "`image`.",
                ),
                wrong=(lambda: 2, lambda: lambda image, pixels: image[:, pixels:]),
            ),
            Rule(
                lambda function: not same(function(_picture(), 2), np.roll(_picture(), 2, axis=1)),
                hints=(
                    "What leaves on the right comes back on the left. Should it?",
                    "`np.roll` goes round in a circle. Set the first columns to 0.",
                ),
                wrong=(lambda: lambda image, pixels: np.roll(image, pixels, axis=1),),
            ),
            Rule(
                lambda function: same(function(_picture(), 2), _shifted(_picture(), 2)),
                hints=(
                    "Which axis, and which direction?",
                    "Column 0 of the picture moves to column `pixels`; rows stay.",
                ),
                wrong=(
                    lambda: lambda image, pixels: _shifted(image[:, ::-1], pixels)[:, ::-1],
                    lambda: lambda image, pixels: image,
                ),
            ),
            Rule(
                lambda function: same(function(_picture(), 0), _picture()),
                hints=(
                    "What does it do for a shift by 0?",
                    "`image[:, :-0]` is empty: write `image[:, : image.shape[1] - pixels]`.",
                ),
                wrong=(
                    lambda: (
                        lambda image, pixels: np.concatenate(
                            [np.zeros_like(image[:, :pixels]), image[:, :-pixels]], axis=1
                        )
                    ),
                ),
            ),
        ],
    ),
    Check(
        "10-erase",
        solution=lambda: _erase,
        why="Each time another part is hidden, so the network cannot rely on a single one.",
        rules=[
            Rule(
                lambda function: (
                    np.shape(function(_picture(), 3, np.random.default_rng(0))) == (10, 10, 3)
                ),
                hints=(
                    "Does your function return a picture of the same shape?",
                    "Begin with `def erase(image, size, rng):` and end with `return erased`.",
                ),
                wrong=(lambda: 0, lambda: lambda image, size, rng: None),
            ),
            Rule(
                lambda function: (
                    function(image := _picture(), 3, np.random.default_rng(0)) is not image
                    and same(image, _picture())
                ),
                hints=(
                    "The picture that you passed has changed.",
                    "Work on a copy: `erased = image.copy()`.",
                ),
                wrong=(lambda: _erase_in_place,),
            ),
            Rule(
                lambda function: all(map(_is_square, _holes(function))),
                hints=(
                    "Not every erasure is a square of `size` x `size` pixels, in all channels.",
                    "The upper left corner may be at most `height - size`, or a part of the square "
                    "lies outside: `rng.integers(height - size + 1)`.",
                ),
                wrong=(
                    lambda: _erase_outside,
                    lambda: lambda image, size, rng: np.zeros_like(image),
                ),
            ),
            Rule(
                lambda function: len({hole.tobytes() for hole in _holes(function)}) > 1,
                hints=(
                    "It always erases the same place.",
                    "Draw the place with the generator that was passed: `rng.integers(...)`.",
                ),
                wrong=(
                    lambda: _erase_corner,
                    lambda: lambda image, size, rng: _erase(image, size, np.random.default_rng(0)),
                ),
            ),
        ],
    ),
    Check(
        "10-mirror",
        solution=lambda: {"fashion_mnist", "cifar10"},
        why="A mirrored shoe is a shoe, a mirrored cat a cat. A mirrored 2 is nothing.",
        rules=[
            unlike(
                {"mnist", "fashion_mnist", "cifar10"},
                "Hold a 2 or a 7 before a mirror.",
                "A label must stay true. Digits do not survive the mirror.",
            ),
            unlike(
                {"cifar10"},
                "Is a shoe still a shoe?",
                "Clothes may be mirrored as well.",
            ),
            equals(
                {"fashion_mnist", "cifar10"},
                'A set of names: some of "mnist", "fashion_mnist" and "cifar10".',
                "Clothes and things may be mirrored, digits may not.",
            ),
        ],
    ),
    Check(
        "10-layer",
        solution=lambda: affine(shift=0.1, flip=True, fill_mode="reflect"),
        why="Mirrored and shifted a little: the labels stay true, and no picture comes twice.",
        rules=[
            AFFINE,
            Rule(
                lambda layer: layer.flip,
                hints=(
                    "A car that drives to the left is a car.",
                    "Pass `flip=True`.",
                ),
                wrong=(lambda: affine(shift=0.1),),
            ),
            Rule(
                lambda layer: 0 < layer.shift <= 0.2,
                hints=(
                    "How far may a picture of 32 pixels move? You have {seen}.",
                    "Pass a share such as `shift=0.1`: 3 of 32 pixels.",
                ),
                wrong=(lambda: affine(flip=True), lambda: affine(flip=True, shift=0.6)),
                seen=lambda layer: f"shift={layer.shift:g}",
            ),
            Rule(
                lambda layer: layer.rotation <= 20 and layer.zoom <= 0.3,
                hints=(
                    "Would you meet such pictures outside?",
                    "Ships do not stand on their heads: turn and zoom little or not at all.",
                ),
                wrong=(lambda: affine(flip=True, shift=0.1, rotation=180),),
            ),
        ],
    ),
    Check(
        "10-trials",
        solution=lambda: {name: run() for name in NAMES},
        why="Same network, same seeds, same epochs: only the augmentation differs.",
        rules=[
            runs_by_name(*NAMES, wrong=lambda: {"augmented": run()}),
            alike(wrong=lambda: {"plain": run(), "augmented": run(epochs=4)}),
        ],
    ),
]
