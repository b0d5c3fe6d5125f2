"""Checks of lesson 7: augmentation that helps and harms, and cleaning."""

import dataclasses

import numpy as np

from cnncourse.checks.core import Check, Rule, equals, unlike
from cnncourse.checks.examples import affine, run
from cnncourse.checks.networks import alike, is_a, repeated, runs_by_name

NAMES = ("none", "modest", "harmful")

AFFINE = Rule(
    lambda answer: is_a(answer, "RandomAffine"),
    hints=(
        "The answer should be an augmentation.",
        "Write `RandomAffine(...)`, with some of rotation, shift, zoom and flip.",
    ),
    wrong=(lambda: {"rotation": 10},),
)
CHANGES = Rule(
    lambda layer: layer.flip or layer.rotation or layer.shift or layer.zoom,
    hints=(
        "This one changes nothing.",
        "Without arguments all amounts are 0. Try `rotation=`, `shift=`, `zoom=` or `flip=`.",
    ),
    wrong=(lambda: affine(),),
)


def _data(change=lambda images: images, *parts: str):
    """Make a tiny data set with some of its three sets changed."""
    from cnncourse.data import ImageDataset

    images = np.arange(20 * 16, dtype=np.uint16).astype(np.uint8).reshape(20, 4, 4, 1)
    labels = np.arange(20) % 10
    dataset = ImageDataset(
        "tiny", images, labels, images, labels, images, labels, tuple("0123456789"), "samples"
    )
    return dataclasses.replace(dataset, **{part: change(images) for part in parts})


def _pair(change, *parts: str) -> tuple:
    return _data(), _data(change, *parts)


def _inverted(pair: tuple, part: str) -> bool:
    before, after = (getattr(dataset, part) for dataset in pair)
    return before.shape == after.shape and bool(np.all(after == 255 - before))


CHECKS = [
    Check(
        "07-modest",
        solution=lambda: affine(rotation=10, shift=0.1, zoom=0.1),
        why="Every variant can still be read, and its label is still true.",
        rules=[
            AFFINE,
            CHANGES,
            Rule(
                lambda layer: not layer.flip,
                hints=(
                    "Look at a 2 or a 5 in a mirror.",
                    "Digits must not be mirrored: leave `flip` out.",
                ),
                wrong=(lambda: affine(rotation=10, flip=True),),
            ),
            Rule(
                lambda layer: layer.rotation <= 30,
                hints=(
                    "You turn by up to {seen} degrees. What does that make of a 6?",
                    "A person's writing leans by 10 or 20 degrees, hardly by more than 30.",
                ),
                wrong=(lambda: affine(rotation=180), lambda: affine(rotation=90, shift=0.1)),
                seen=lambda layer: layer.rotation,
            ),
            Rule(
                lambda layer: layer.shift <= 0.2 and layer.zoom <= 0.3,
                hints=(
                    "Draw some variants with `plotting.plot_augmentations`: is each digit still "
                    "whole?",
                    "Shift by at most 0.2, and zoom by at most 0.3: both are shares.",
                ),
                wrong=(lambda: affine(shift=0.5), lambda: affine(zoom=0.9)),
            ),
        ],
    ),
    Check(
        "07-harm",
        solution=lambda: affine(rotation=180, flip=True),
        why="A 6 becomes a 9, a mirrored 5 nearly a 2: the labels are not true any more.",
        rules=[
            AFFINE,
            CHANGES,
            Rule(
                lambda layer: (
                    layer.flip or layer.rotation >= 90 or layer.shift >= 0.3 or layer.zoom >= 0.7
                ),
                hints=(
                    "With this one, nearly all digits can still be read.",
                    "Which change turns a digit into another one, or moves it out of the picture? "
                    "Mirror it, turn it upside down, or shift it by half of its width.",
                ),
                wrong=(
                    lambda: affine(rotation=10, shift=0.1, zoom=0.1),
                    lambda: affine(zoom=0.2),
                ),
            ),
        ],
    ),
    Check(
        "07-trials",
        solution=lambda: {name: [run(seed=0), run(seed=1)] for name in NAMES},
        why="Same network, same seeds, same epochs: only the augmentation differs.",
        rules=[
            runs_by_name(*NAMES, wrong=lambda: {"modest": run()}),
            alike(wrong=lambda: {name: run(seed=seed) for seed, name in enumerate(NAMES)}),
            repeated(wrong=lambda: {name: run() for name in NAMES}),
        ],
    ),
    Check(
        "07-sets",
        solution=lambda: {"turning": {"training"}, "cleaning": {"training", "validation", "test"}},
        why="Turned pictures are more to learn from. Cleaning changes what the network knows.",
        rules=[
            unlike(
                {
                    "turning": {"training", "validation", "test"},
                    "cleaning": {"training", "validation", "test"},
                },
                "Will the pictures that you meet later be turned at random?",
                "Only training pictures are turned: validation and test must stay as they are.",
            ),
            unlike(
                {"turning": {"training"}, "cleaning": {"training"}},
                "A network that has only seen clean pictures: which ones does it meet in the test?",
                "Whatever cleans the pictures must clean all three sets.",
            ),
            equals(
                {"turning": {"training"}, "cleaning": {"training", "validation", "test"}},
                'Each value is a set such as `{"training", "test"}`.',
                "Turning at random is for the training pictures, cleaning for all of them.",
            ),
        ],
    ),
    Check(
        "07-inverted",
        solution=lambda: _pair(lambda images: 255 - images, "x_train", "x_val", "x_test"),
        why="Dark strokes on bright paper, in all three sets, and still `uint8`.",
        rules=[
            Rule(
                lambda pair: len(pair) == 2 and all(is_a(part, "ImageDataset") for part in pair),
                hints=(
                    "The answer should be a data set.",
                    "`mnist.transform(function)` returns one.",
                ),
                wrong=(lambda: (_data(), _data().x_train),),
            ),
            Rule(
                lambda pair: _inverted(pair, "x_train"),
                hints=(
                    "Black (0) should become white (255). What becomes of 255?",
                    "The new pixel is 255 minus the old one.",
                ),
                wrong=(
                    lambda: _pair(lambda images: images),
                    lambda: _pair(lambda images: images[:, ::-1], "x_train", "x_val", "x_test"),
                ),
            ),
            Rule(
                lambda pair: _inverted(pair, "x_val") and _inverted(pair, "x_test"),
                hints=(
                    "Look at the pictures of the other sets, too.",
                    "`mnist.transform(...)` changes all three sets alike.",
                ),
                wrong=(
                    lambda: _pair(lambda images: 255 - images, "x_train"),
                    lambda: _pair(lambda images: 255 - images, "x_train", "x_val"),
                ),
            ),
        ],
    ),
    Check(
        "07-seen",
        solution=lambda: 30_000,
        why="Without augmentation it would have been the same 1,000 pictures, thirty times.",
        rules=[
            unlike(
                1000,
                "That is right without augmentation.",
                "Every epoch draws a new variant of each picture.",
            ),
            unlike(
                31_000,
                "Are the originals shown as well?",
                "`train` changes every picture each time: count variants only.",
            ),
            equals(
                30_000,
                "How many variants does an epoch show?",
                "One variant of each of 1,000 pictures, in each of 30 epochs.",
            ),
        ],
    ),
]
