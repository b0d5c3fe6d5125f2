"""Questions of lesson 12: classes and few labels, a frozen body, and how to fine-tune it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, called, is_a, right
from cnncourse.checks.networks import are_two_networks, count, layers
from cnncourse.checks.runs import ALIKE, REPEATED, groups, runs_named

VEHICLES = (0, 1, 8, 9)
Y = np.tile(np.arange(10), 2)
X = np.broadcast_to(Y[:, None, None, None], (20, 4, 4, 3)).astype(np.uint8)  # filled with its class
LABELS = np.random.default_rng(0).choice(4, 400, p=[0.4, 0.3, 0.2, 0.1])


def _pictures(keep: Callable) -> np.ndarray:
    return np.asarray(keep(X.copy(), Y.copy(), VEHICLES)[0])[:, 0, 0, 0]


def _labels(keep: Callable) -> list[int]:
    return np.asarray(keep(X.copy(), Y.copy(), VEHICLES)[1]).tolist()


def _counts(few: Callable) -> list[int]:
    return np.bincount(LABELS[np.asarray(few(LABELS.copy(), 20))], minlength=4).tolist()


def _share_convolutions(pair: Any) -> bool:
    body, network = ({id(layer) for layer in layers(model, "Conv2D")} for model in pair)
    return body == network


def _trained_weights(pair: Any) -> int:
    return sum(int(np.prod(weights.shape)) for weights in pair[0].trainable_weights)


def _rates(optimizer: Any) -> list[float]:
    """Return the learning rate of an optimizer, and the one that its class starts with."""
    return [float(np.asarray(one.learning_rate)) for one in (optimizer, type(optimizer)())]


def _shown_rates(optimizer: Any) -> str:
    return "{:g}, the optimizer's own {:g}".format(*_rates(optimizer))


QUESTIONS: dict[str, Table] = {
    "12-keep": {
        WHY: "Four classes, numbered as the four outputs of the new network.",
        Rule(called(X, Y, VEHICLES), lambda kept: len(kept) == 2): """
            The answer should be a function that returns pictures and labels.
            Begin with `def keep(x, y, classes):` and end with `return x[...], ...`.""",
        Rule(_pictures, [0, 1, 8, 9, 0, 1, 8, 9]): """
            Of 20 pictures, two of each class, which 8 does it keep?
            `np.isin(y, classes)` says which pictures belong to one of the classes.""",
        Rule(_labels, [0, 1, 2, 3, 0, 1, 2, 3]): """
            The labels are {found}. How many outputs would the network need for them?
            The new label is the place of the class in `classes`: for (0, 1, 8, 9) 8 becomes 2 \
            and 9 becomes 3. `np.searchsorted` finds it.""",
    },
    "12-few": {
        WHY: "The same number of each class, however common it is.",
        Rule(called(LABELS, 20), lambda places: np.ndim(places) == 1): """
            The answer should be a function that returns places in the array of labels.
            Begin with `def few(labels, count):`; `np.flatnonzero(labels == 0)` gives the places \
            of class 0.""",
        Rule(_counts, [20] * 4): """For four classes and 20 of each it takes {found}.
            Take the first `count` places of each class, and join them with `np.concatenate`.""",
        Rule(called(LABELS, 20), lambda places: len(np.unique(places)) == 80): """
            Some pictures are taken more than once.
            Without replacement: each place may come once only.""",
    },
    "12-frozen": {
        WHY: "What the body has learned stays as it is; only the new head learns.",
        Rule(are_two_networks): """The answer should be a network.
            `keras.Sequential([keras.Input((32, 32, 3)), body, ...])` makes one.""",
        Rule(_share_convolutions): """Its convolutions are new. Where is what the body has learned?
            Use `body` as a layer of the new network.""",
        Rule(lambda pair: pair[1].output_shape[-1], 4): """It tells {found} classes apart.
            The head for four vehicles is `keras.layers.Dense(4, activation="softmax")`.""",
        Rule(_trained_weights, 0): """
            The body would be trained too: {found} of its weights can change.
            Set `body.trainable = False`.""",
        Rule(lambda pair: len(pair[1].trainable_weights) >= 2): """Nothing is left to train.
            Freeze the body only, not the whole network.""",
    },
    "12-trainable": {
        WHY: "8,192 weights and 4 biases: the frozen ones do not count.",
        8 * 8 * 32 * 4 + 4 + 448 + 4640: """That is all of them. Which ones are frozen?
            Leave out the weights of the two convolutions.""",
        8 * 8 * 32 * 4: """Almost: each of the four neurons has one more.
            Add the 4 biases.""",
        32 * 4 + 4: """That would be right after a global average.
            Flatten hands over all 8 x 8 x 32 numbers.""",
        right(8 * 8 * 32 * 4 + 4): """Only the head is trained. How many numbers reach it?
            8 x 8 x 32 inputs and a bias for each of 4 neurons.""",
    },
    "12-stop": {
        WHY: "It waits a little, and then goes back to the best epoch.",
        Rule(is_a("EarlyStopping")): """The answer should be a callback of Keras.
            Write `keras.callbacks.EarlyStopping(...)`.""",
        Rule(lambda callback: callback.monitor, lambda watched: watched.startswith("val_")): """
            It watches `{found}`, which also gets better by learning by heart.
            Watch the validation pictures: `monitor="val_loss"`.""",
        Rule(lambda callback: callback.patience, lambda patience: patience >= 2): """
            A single bad epoch may be luck.
            Pass a `patience` of some epochs; yours is {found}.""",
        Rule(lambda callback: callback.restore_best_weights): """
            After the best epoch came some worse ones. Which weights do you keep?
            Pass `restore_best_weights=True`.""",
    },
    "12-rate": {
        WHY: "Small steps refine what is there; large ones would wipe it out.",
        Rule(is_a("Optimizer")): """The answer should be an optimizer.
            Write `keras.optimizers.Adam(...)` with a learning rate.""",
        Rule(_rates, lambda rates: 0 < rates[0] <= rates[1] / 5, show=_shown_rates): """
            The rate is {found}. Is this far smaller?
            Take about a tenth of the usual rate: for Adam `learning_rate=1e-4`.""",
    },
    "12-trials": {
        WHY: "Same pictures, same layers, same seeds: only the first weights differ.",
        **runs_named("from scratch", "transferred"),
        **ALIKE,
        **REPEATED,
        Rule(lambda runs: len({count(group[0].model) for group in groups(runs)}) == 1): """
            The two networks have different layers.
            Build both with the same list; only the first weights may differ.""",
    },
}
