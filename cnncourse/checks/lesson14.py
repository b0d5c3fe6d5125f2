"""Checks of lesson 14: what the fast recipe is made of, and how to take it apart."""

import numpy as np

from cnncourse.checks.core import Check, Rule, equals, same, unlike
from cnncourse.checks.examples import keras
from cnncourse.checks.networks import is_a

FULL = {"label_smoothing": 0.2, "flip": True, "shift": 2, "batch_norm": True}
WITHOUT = {"label_smoothing": 0.0, "flip": False, "shift": 0, "batch_norm": False}


def _identity() -> np.ndarray:
    kernel = np.zeros((3, 3, 4, 4))
    kernel[1, 1] = np.eye(4)
    return kernel


def _ones_in_the_middle() -> np.ndarray:
    kernel = np.zeros((3, 3, 4, 4))
    kernel[1, 1] = 1
    return kernel


def _in_the_corner() -> np.ndarray:
    return np.roll(_identity(), 1, axis=(0, 1))


def _sgd(**options):
    return keras().optimizers.SGD(**({"learning_rate": 0.5, "momentum": 0.9} | options))


def _mirrored(first, epoch):
    return first ^ (epoch % 2 == 1)


def _first() -> np.ndarray:
    return np.array([True, False, False, True, True])


def _patches() -> np.ndarray:
    """Make 500 patches whose four numbers depend on each other."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(500, 4)) @ rng.normal(size=(4, 4)) + [1.0, 2.0, 3.0, 4.0]


def _whiten(patches):
    centred = patches - patches.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(centred.T))
    return centred @ vectors / np.sqrt(values)


def _covariance(function) -> np.ndarray:
    return np.cov(np.asarray(function(_patches())).T)


def _ablation(**changes) -> dict:
    variants = {f"no {key}": FULL | {key: value} for key, value in WITHOUT.items()}
    return {"full": FULL} | variants | changes


def _stripped() -> dict:
    """Make variants that leave out one more part each."""
    variants, left = {"full": FULL}, dict(FULL)
    for key, value in WITHOUT.items():
        left = left | {key: value}
        variants[f"no {key}"] = left
    return variants


def _changed(recipe: dict) -> list[str]:
    return [key for key in FULL if recipe[key] != FULL[key]]


def _changes(variants: dict) -> list[list[str]]:
    return [_changed(recipe) for name, recipe in variants.items() if name != "full"]


CHECKS = [
    Check(
        "14-steps",
        solution=lambda: 882,
        why="98 batches in an epoch, the last of them smaller, and 9 epochs.",
        rules=[
            unlike(
                98,
                "That is one epoch.",
                "Nine epochs have nine times as many steps.",
            ),
            unlike(
                97 * 9,
                "What happens to the 336 pictures that are left over in each epoch?",
                "They make a smaller batch of their own: 98 batches in an epoch.",
            ),
            unlike(
                879,
                "Each epoch starts afresh: its last batch is smaller.",
                "Round up in each epoch, not at the end: 98 batches in an epoch.",
            ),
            equals(
                882,
                "How many batches of 512 make 50,000 pictures?",
                "50,000 / 512 is 97.7: round up, and multiply by 9.",
            ),
        ],
    ),
    Check(
        "14-smooth",
        solution=lambda: [0.02, 0.02, 0.02, 0.82, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02],
        why="A fifth is spread evenly over all ten classes, the true one among them.",
        rules=[
            unlike(
                [0.2 / 9] * 3 + [0.8] + [0.2 / 9] * 6,
                "You spread it over the nine wrong classes.",
                "Keras spreads it over all ten: the true class gets its tenth back.",
            ),
            unlike(
                [0.02] * 3 + [0.8] + [0.02] * 6,
                "Do your ten numbers add up to 1?",
                "The true class gets its share of what is spread: 0.8 + 0.02.",
            ),
            unlike(
                [0.0] * 3 + [1.0] + [0.0] * 6,
                "That is without smoothing.",
                "Multiply by 0.8, and add a tenth of 0.2 everywhere.",
            ),
            equals(
                [0.02] * 3 + [0.82] + [0.02] * 6,
                "Write ten numbers that add up to 1; class 3 is the fourth.",
                "0.02 for each wrong class, and 0.8 + 0.02 for class 3.",
            ),
        ],
    ),
    Check(
        "14-identity",
        solution=_identity,
        why="Every channel passes unchanged, so a deep network starts as a shallow one.",
        rules=[
            Rule(
                lambda kernel: np.shape(kernel) == (3, 3, 4, 4),
                hints=(
                    "The shape is {seen}. Which one has the kernel of such a convolution?",
                    "Rows, columns, channels that come in, filters: (3, 3, 4, 4).",
                ),
                wrong=(lambda: np.eye(4), lambda: np.eye(3)),
                seen=np.shape,
            ),
            Rule(
                lambda kernel: same(np.asarray(kernel).sum(axis=(0, 1)), np.eye(4)),
                hints=(
                    "Filter 0 should give channel 0, and nothing of the others.",
                    "In the middle stands `np.eye(4)`: a 1 where channel and filter are the same.",
                ),
                wrong=(_ones_in_the_middle, lambda: np.ones((3, 3, 4, 4))),
            ),
            Rule(
                lambda kernel: same(np.asarray(kernel), _identity()),
                hints=(
                    "The channels are right. Does the picture stay where it is?",
                    "Only the middle of the window counts: `kernel[1, 1] = np.eye(4)`.",
                ),
                wrong=(_in_the_corner, lambda: np.tile(np.eye(4) / 9, (3, 3, 1, 1))),
            ),
        ],
    ),
    Check(
        "14-optimizer",
        solution=lambda: _sgd(nesterov=True),
        why="Momentum keeps the direction, and Nesterov looks ahead before each step.",
        rules=[
            Rule(
                lambda optimizer: is_a(optimizer, "SGD"),
                hints=(
                    "The recipe does without Adam. Which optimizer does it use?",
                    "Write `keras.optimizers.SGD(...)`.",
                ),
                wrong=(lambda: keras().optimizers.Adam(), lambda: "sgd"),
            ),
            Rule(
                lambda optimizer: same(optimizer.momentum, 0.9),
                hints=(
                    "The momentum is {seen}.",
                    "Pass `momentum=0.9`.",
                ),
                wrong=(lambda: _sgd(momentum=0.0), lambda: _sgd(momentum=0.1)),
                seen=lambda optimizer: optimizer.momentum,
            ),
            Rule(
                lambda optimizer: optimizer.nesterov,
                hints=(
                    "Something is missing that looks ahead.",
                    "Pass `nesterov=True`.",
                ),
                wrong=(lambda: _sgd(),),
            ),
        ],
    ),
    Check(
        "14-mirrored",
        solution=lambda: _mirrored,
        why="In any two epochs in a row the network sees both views of each picture, once each.",
        rules=[
            Rule(
                lambda function: same(np.asarray(function(_first(), 0)), _first()),
                hints=(
                    "In epoch 0 the answer is known already.",
                    "Begin with `def mirrored(first, epoch):`, and return `first` for epoch 0.",
                ),
                wrong=(
                    lambda: True,
                    lambda: lambda first, epoch: np.full(first.shape, epoch % 2 == 1),
                ),
            ),
            Rule(
                lambda function: same(np.asarray(function(_first(), 1)), ~_first()),
                hints=(
                    "In epoch 1 each picture should be seen the other way round.",
                    "Return `~first` in epochs 1, 3, 5 and so on.",
                ),
                wrong=(
                    lambda: lambda first, epoch: first,
                    lambda: lambda first, epoch: first | (epoch % 2 == 1),
                ),
            ),
            Rule(
                lambda function: same(np.asarray(function(_first(), 6)), _first()),
                hints=(
                    "It is right for epochs 0 and 1. And for epoch 6?",
                    "Every even epoch is like epoch 0: look at `epoch % 2`.",
                ),
                wrong=(lambda: lambda first, epoch: ~first if epoch else first,),
            ),
        ],
    ),
    Check(
        "14-whiten",
        solution=lambda: _whiten,
        why="Each number now says something that the others do not.",
        rules=[
            Rule(
                lambda function: np.shape(function(_patches())) == (500, 4),
                hints=(
                    "For 500 patches of 4 numbers, does your function return as many?",
                    "Begin with `def whiten(patches):`; a row is a patch.",
                ),
                wrong=(lambda: np.eye(4), lambda: lambda patches: np.cov(patches.T)),
            ),
            Rule(
                lambda function: np.allclose(np.diag(_covariance(function)), 1, atol=0.02),
                hints=(
                    "The spread of the columns is not 1.",
                    "Divide each column of the turned patches by the root of its eigenvalue.",
                ),
                wrong=(
                    lambda: lambda patches: patches - patches.mean(axis=0),
                    lambda: lambda patches: patches,
                ),
            ),
            Rule(
                lambda function: np.allclose(_covariance(function), np.eye(4), atol=0.02),
                hints=(
                    "Each column has the spread 1, but the columns are still correlated.",
                    "Turn the patches first: `patches @ vectors`, with the eigenvectors of the "
                    "covariance from `np.linalg.eigh`.",
                ),
                wrong=(
                    lambda: lambda patches: (patches - patches.mean(axis=0)) / patches.std(axis=0),
                ),
            ),
        ],
    ),
    Check(
        "14-ablation",
        solution=_ablation,
        why="One part less each time: the difference to `full` is what that part brings.",
        rules=[
            Rule(
                lambda variants: all(recipe.keys() == FULL.keys() for recipe in variants.values()),
                hints=(
                    "The answer should be a dictionary of whole recipes.",
                    'Make each from the full one: `full | {"flip": False}`.',
                ),
                wrong=(lambda: {"full": FULL, "no flip": {"flip": False}}, lambda: [FULL]),
            ),
            Rule(
                lambda variants: same(variants["full"], FULL),
                hints=(
                    "What do you compare the variants with?",
                    'The full recipe belongs among them, under the name "full".',
                ),
                wrong=(
                    lambda: {k: v for k, v in _ablation().items() if k != "full"},
                    lambda: _ablation(full=FULL | {"flip": False}),
                ),
            ),
            Rule(
                lambda variants: all(len(changed) == 1 for changed in _changes(variants)),
                hints=(
                    "The variants change {seen}. When two things change at once, which one was it?",
                    "Start from the full recipe each time, and change a single setting.",
                ),
                wrong=(_stripped,),
                seen=_changes,
            ),
            Rule(
                lambda variants: {key for keys in _changes(variants) for key in keys} == set(FULL),
                hints=(
                    "Not every part is left out once.",
                    "Write a variant for each of the four settings.",
                ),
                wrong=(lambda: {"full": FULL, "no flip": FULL | {"flip": False}},),
            ),
        ],
    ),
]
