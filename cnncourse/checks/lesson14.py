"""Questions of lesson 14: what the fast recipe is made of, and how to take it apart."""

from collections.abc import Callable

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, called, is_a, of_shape, right

FULL = {"label_smoothing": 0.2, "flip": True, "shift": 2, "batch_norm": True}
FIRST = np.array([True, False, False, True, True])
PATCHES = np.random.default_rng(0).normal(size=(504, 4))  # whose numbers depend on each other
PATCHES = PATCHES[4:] @ PATCHES[:4] + [1.0, 2.0, 3.0, 4.0]
IDENTITY = np.zeros((3, 3, 4, 4))
IDENTITY[1, 1] = np.eye(4)


def _covariance(whiten: Callable) -> np.ndarray:
    return np.cov(np.asarray(whiten(PATCHES.copy())).T)


def _changes(variants: dict) -> list[list[str]]:
    """Return the settings that each variant changes."""
    recipes = [recipe for name, recipe in variants.items() if name != "full"]
    return [[key for key in FULL if recipe[key] != FULL[key]] for recipe in recipes]


QUESTIONS: dict[str, Table] = {
    "14-steps": {
        WHY: "98 batches in an epoch, the last of them smaller, and 9 epochs.",
        98: """That is one epoch.
            Nine epochs have nine times as many steps.""",
        97 * 9: """What happens to the 336 pictures that are left over in each epoch?
            They make a smaller batch of their own: 98 batches in an epoch.""",
        879: """Each epoch starts afresh: its last batch is smaller.
            Round up in each epoch, not at the end: 98 batches in an epoch.""",
        right(882): """How many batches of 512 make 50,000 pictures?
            50,000 / 512 is 97.7: round up, and multiply by 9.""",
    },
    "14-smooth": {
        WHY: "A fifth is spread evenly over all ten classes, the true one among them.",
        (0.2 / 9,) * 3 + (0.8,) + (0.2 / 9,) * 6: """You spread it over the nine wrong classes.
            Keras spreads it over all ten: the true class gets its tenth back.""",
        (0.02,) * 3 + (0.8,) + (0.02,) * 6: """Do your ten numbers add up to 1?
            The true class gets its share of what is spread: 0.8 + 0.02.""",
        (0.0,) * 3 + (1.0,) + (0.0,) * 6: """That is without smoothing.
            Multiply by 0.8, and add a tenth of 0.2 everywhere.""",
        right((0.02,) * 3 + (0.82,) + (0.02,) * 6): """
            Write ten numbers that add up to 1; class 3 is the fourth.
            0.02 for each wrong class, and 0.8 + 0.02 for class 3.""",
    },
    "14-identity": {
        WHY: "Every channel passes unchanged, so a deep network starts as a shallow one.",
        Rule(np.shape, (3, 3, 4, 4)): """
            The shape is {found}. What shape does the kernel of such a convolution have?
            Rows, columns, channels that come in, filters: (3, 3, 4, 4).""",
        Rule(lambda kernel: np.sum(kernel, axis=(0, 1)), np.eye(4)): """
            Filter 0 should give channel 0, and nothing of the others.
            `np.eye(4)` stands in the middle: a 1 where channel and filter are the same.""",
        Rule(np.asarray, IDENTITY): """The channels are right. Does the picture stay where it is?
            Only the middle of the window counts: `kernel[1, 1] = np.eye(4)`.""",
    },
    "14-optimizer": {
        WHY: "Momentum keeps the direction, and Nesterov looks ahead before each step.",
        Rule(is_a("SGD")): """The recipe does without Adam. Which optimizer does it use?
            Write `keras.optimizers.SGD(...)`.""",
        Rule(lambda optimizer: optimizer.momentum, 0.9): """The momentum is {found}.
            Pass `momentum=0.9`.""",
        Rule(lambda optimizer: optimizer.nesterov): """Something is missing that looks ahead.
            Pass `nesterov=True`.""",
    },
    "14-mirrored": {
        WHY: "In any two epochs in a row the network sees both views of each picture, once each.",
        Rule(called(FIRST, 0), FIRST): """In epoch 0 the answer is known already.
            Begin with `def mirrored(first, epoch):`, and return `first` for epoch 0.""",
        Rule(called(FIRST, 1), ~FIRST): """
            In epoch 1 each picture should be seen the other way round.
            Return `~first` in epochs 1, 3, 5 and so on.""",
        Rule(called(FIRST, 6), FIRST): """It is right for epochs 0 and 1. And for epoch 6?
            Every even epoch is like epoch 0: look at `epoch % 2`.""",
    },
    "14-whiten": {
        WHY: "Each number now says something that the others do not.",
        Rule(called(PATCHES), of_shape(500, 4)): """
            For 500 patches of 4 numbers, does your function return as many?
            Begin with `def whiten(patches):`; a row is a patch.""",
        Rule(_covariance, lambda found: np.allclose(np.diag(found), 1, atol=0.02)): """
            The spread of the columns is not 1.
            Divide each column of the turned patches by the root of its eigenvalue.""",
        Rule(_covariance, lambda found: np.allclose(found, np.eye(4), atol=0.02)): """
            Each column has the spread 1, but the columns are still correlated.
            Turn the patches first: `patches @ vectors`, with the eigenvectors of the covariance \
            from `np.linalg.eigh`.""",
    },
    "14-ablation": {
        WHY: "One part less each time: the difference to `full` is what that part brings.",
        Rule(lambda variants: all(r.keys() == FULL.keys() for r in variants.values())): """
            The answer should be a dictionary of complete recipes.
            Make each from the full one: `full | {"flip": False}`.""",
        Rule(lambda variants: variants["full"], FULL): """What do you compare the variants with?
            The full recipe belongs among them, under the name "full".""",
        Rule(_changes, lambda changes: all(len(changed) == 1 for changed in changes)): """
            The variants change {found}. When two things change at once, which one was it?
            Start from the full recipe each time, and change a single setting.""",
        Rule(_changes, lambda changes: {key for [key] in changes} == FULL.keys()): """
            Not every part is left out once.
            Write a variant for each of the four settings.""",
    },
}
