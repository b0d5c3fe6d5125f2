"""Checks of lesson 12: classes and few labels, a frozen body, and how to fine-tune it."""

import numpy as np

from cnncourse.checks.core import Check, Rule, equals, same, unlike
from cnncourse.checks.examples import conv_net, keras, run
from cnncourse.checks.networks import alike, count, is_a, is_network, layers, repeated, runs_by_name

COLOUR = (32, 32, 3)
VEHICLES = (0, 1, 8, 9)
NAMES = ("from scratch", "transferred")


def _pictures() -> tuple:
    """Make two pictures of each class, each filled with its class."""
    y = np.tile(np.arange(10), 2)
    return np.broadcast_to(y[:, None, None, None], (20, 4, 4, 3)).astype(np.uint8), y


def _keep(x, y, classes):
    chosen = np.isin(y, classes)
    return x[chosen], np.searchsorted(classes, y[chosen])


def _few(labels, count):
    return np.concatenate([np.flatnonzero(labels == c)[:count] for c in np.unique(labels)])


def _labels() -> np.ndarray:
    return np.random.default_rng(0).choice(4, 400, p=[0.4, 0.3, 0.2, 0.1])


def _counts(function) -> list[int]:
    labels = _labels()
    return np.bincount(labels[np.asarray(function(labels, 20))], minlength=4).tolist()


def _body():
    base = conv_net(COLOUR, [16, "pool", 32, "pool"], padding="same", classes=6)
    return keras().Model(base.inputs, base.layers[-2].output)


def _transferred(*, classes: int = 4, frozen: bool = True, all_frozen: bool = False) -> tuple:
    body = _body()
    body.trainable = not frozen
    head = keras().layers.Dense(classes, activation="softmax")
    network = keras().Sequential([keras().Input(COLOUR), body, head])
    if all_frozen:
        network.trainable = False
    return body, network


def _others() -> tuple:
    return _body(), conv_net(COLOUR, [16, "pool", 32, "pool"], padding="same", classes=4)


def _trained_weights(network) -> int:
    return sum(int(np.prod(weights.shape)) for weights in network.trainable_weights)


def _stopping(**options):
    defaults = {"monitor": "val_loss", "patience": 5, "restore_best_weights": True}
    return keras().callbacks.EarlyStopping(**(defaults | options))


def _rates(optimizer) -> list[float]:
    """Return the learning rate of an optimizer, and the one that its class starts with."""
    return [float(np.asarray(one.learning_rate)) for one in (optimizer, type(optimizer)())]


CHECKS = [
    Check(
        "12-keep",
        solution=lambda: _keep,
        why="Four classes, numbered as the four outputs of the new network.",
        rules=[
            Rule(
                lambda function: len(function(*_pictures(), VEHICLES)) == 2,
                hints=(
                    "The answer should be a function that returns pictures and labels.",
                    "Begin with `def keep(x, y, classes):` and end with `return x[...], ...`.",
                ),
                wrong=(lambda: VEHICLES, lambda: lambda x, y, classes: x),
            ),
            Rule(
                lambda function: same(
                    np.asarray(function(*_pictures(), VEHICLES)[0])[:, 0, 0, 0],
                    [0, 1, 8, 9, 0, 1, 8, 9],
                ),
                hints=(
                    "Of 20 pictures, two of each class, which 8 does it keep?",
                    "`np.isin(y, classes)` says which pictures belong to one of the classes.",
                ),
                wrong=(
                    lambda: lambda x, y, classes: (x, y),
                    lambda: lambda x, y, classes: (x[list(classes)], y[list(classes)]),
                ),
            ),
            Rule(
                lambda function: same(
                    np.asarray(function(*_pictures(), VEHICLES)[1]), [0, 1, 2, 3, 0, 1, 2, 3]
                ),
                hints=(
                    "The labels are {seen}. How many outputs would the network need for them?",
                    "The new label is the place of the class in `classes`: for (0, 1, 8, 9) "
                    "8 becomes 2 and 9 becomes 3. `np.searchsorted` finds it.",
                ),
                wrong=(
                    lambda: lambda x, y, classes: (x[np.isin(y, classes)], y[np.isin(y, classes)]),
                ),
                seen=lambda function: np.asarray(function(*_pictures(), VEHICLES)[1]).tolist(),
            ),
        ],
    ),
    Check(
        "12-few",
        solution=lambda: _few,
        why="Equally many of each class, however frequent it is.",
        rules=[
            Rule(
                lambda function: np.ndim(function(_labels(), 20)) == 1,
                hints=(
                    "The answer should be a function that returns places in the array of labels.",
                    "Begin with `def few(labels, count):`; `np.flatnonzero(labels == 0)` gives the "
                    "places of class 0.",
                ),
                wrong=(lambda: 20, lambda: lambda labels, count: count),
            ),
            Rule(
                lambda function: _counts(function) == [20] * 4,
                hints=(
                    "For four classes and 20 of each it takes {seen}.",
                    "Take the first `count` places of each class, and join them with "
                    "`np.concatenate`.",
                ),
                wrong=(
                    lambda: lambda labels, count: np.arange(4 * count),
                    lambda: lambda labels, count: _few(labels, 2 * count),
                ),
                seen=_counts,
            ),
            Rule(
                lambda function: len(np.unique(function(_labels(), 20))) == 80,
                hints=(
                    "Some pictures are taken more than once.",
                    "Without replacement: each place may come once only.",
                ),
                wrong=(lambda: lambda labels, count: np.repeat(_few(labels, count // 2), 2),),
            ),
        ],
    ),
    Check(
        "12-frozen",
        solution=_transferred,
        why="What the body has learned stays as it is; only the new head learns.",
        rules=[
            Rule(
                lambda pair: len(pair) == 2 and all(map(is_network, pair)),
                hints=(
                    "The answer should be a network.",
                    "`keras.Sequential([keras.Input((32, 32, 3)), body, ...])` makes one.",
                ),
                wrong=(lambda: (_body(), "frozen"),),
            ),
            Rule(
                lambda pair: (
                    {id(layer) for layer in layers(pair[0], "Conv2D")}
                    == {id(layer) for layer in layers(pair[1], "Conv2D")}
                ),
                hints=(
                    "Its convolutions are new. Where is what the body has learned?",
                    "Use `body` as a layer of the new network.",
                ),
                wrong=(_others,),
            ),
            Rule(
                lambda pair: pair[1].output_shape[-1] == 4,
                hints=(
                    "It tells {seen} classes apart.",
                    'The head for four vehicles is `keras.layers.Dense(4, activation="softmax")`.',
                ),
                wrong=(lambda: _transferred(classes=10), lambda: _transferred(classes=6)),
                seen=lambda pair: pair[1].output_shape[-1],
            ),
            Rule(
                lambda pair: not pair[0].trainable_weights,
                hints=(
                    "The body would be trained too: {seen} of its weights can change.",
                    "Set `body.trainable = False`.",
                ),
                wrong=(lambda: _transferred(frozen=False),),
                seen=lambda pair: _trained_weights(pair[0]),
            ),
            Rule(
                lambda pair: len(pair[1].trainable_weights) >= 2,
                hints=(
                    "Nothing is left to train.",
                    "Freeze the body only, not the whole network.",
                ),
                wrong=(lambda: _transferred(all_frozen=True),),
            ),
        ],
    ),
    Check(
        "12-trainable",
        solution=lambda: 8 * 8 * 32 * 4 + 4,
        why="8,192 weights and 4 biases: the frozen ones do not count.",
        rules=[
            unlike(
                8 * 8 * 32 * 4 + 4 + 448 + 4640,
                "That is all of them. Which ones are frozen?",
                "Leave out the weights of the two convolutions.",
            ),
            unlike(
                8 * 8 * 32 * 4,
                "Almost: each of the four neurons has one more.",
                "Add the 4 biases.",
            ),
            unlike(
                32 * 4 + 4,
                "That would be right after a global average.",
                "Flatten hands over all 8 x 8 x 32 numbers.",
            ),
            equals(
                8 * 8 * 32 * 4 + 4,
                "Only the head is trained. How many numbers reach it?",
                "8 x 8 x 32 inputs and a bias for each of 4 neurons.",
            ),
        ],
    ),
    Check(
        "12-stop",
        solution=_stopping,
        why="It waits a little, and then goes back to the best epoch.",
        rules=[
            Rule(
                lambda callback: is_a(callback, "EarlyStopping"),
                hints=(
                    "The answer should be a callback of Keras.",
                    "Write `keras.callbacks.EarlyStopping(...)`.",
                ),
                wrong=(lambda: keras().callbacks.TerminateOnNaN(), lambda: "val_loss"),
            ),
            Rule(
                lambda callback: callback.monitor.startswith("val_"),
                hints=(
                    "It watches `{seen}`, which keeps getting better also by learning by heart.",
                    'Watch the validation pictures: `monitor="val_loss"`.',
                ),
                wrong=(lambda: _stopping(monitor="loss"), lambda: _stopping(monitor="accuracy")),
                seen=lambda callback: callback.monitor,
            ),
            Rule(
                lambda callback: callback.patience >= 2,
                hints=(
                    "A single bad epoch may be luck.",
                    "Pass a `patience` of some epochs; yours is {seen}.",
                ),
                wrong=(lambda: _stopping(patience=0),),
                seen=lambda callback: callback.patience,
            ),
            Rule(
                lambda callback: callback.restore_best_weights,
                hints=(
                    "After the best epoch came some worse ones. Which weights do you keep?",
                    "Pass `restore_best_weights=True`.",
                ),
                wrong=(lambda: _stopping(restore_best_weights=False),),
            ),
        ],
    ),
    Check(
        "12-rate",
        solution=lambda: keras().optimizers.Adam(1e-4),
        why="Small steps refine what is there; large ones would wipe it out.",
        rules=[
            Rule(
                lambda optimizer: is_a(optimizer, "Optimizer"),
                hints=(
                    "The answer should be an optimizer.",
                    "Write `keras.optimizers.Adam(...)` with a learning rate.",
                ),
                wrong=(lambda: 1e-4, lambda: "adam"),
            ),
            Rule(
                lambda optimizer: 0 < _rates(optimizer)[0] <= _rates(optimizer)[1] / 5,
                hints=(
                    "The rate is {seen}. Is this far smaller?",
                    "Take about a tenth of the usual rate: for Adam `learning_rate=1e-4`.",
                ),
                wrong=(
                    lambda: keras().optimizers.Adam(),
                    lambda: keras().optimizers.SGD(0.01),
                ),
                seen=lambda optimizer: "{:g}, the optimizer's own {:g}".format(*_rates(optimizer)),
            ),
        ],
    ),
    Check(
        "12-trials",
        solution=lambda: {
            name: [run(conv_net(COLOUR, [8, "pool"], classes=4), seed=seed) for seed in (0, 1)]
            for name in NAMES
        },
        why="Same pictures, same layers, same seeds: only the first weights differ.",
        rules=[
            runs_by_name(*NAMES, wrong=lambda: {"transferred": run()}),
            alike(wrong=lambda: {name: run(seed=seed) for seed, name in enumerate(NAMES)}),
            repeated(wrong=lambda: {name: run() for name in NAMES}),
            Rule(
                lambda runs: len({count(group[0].model) for group in runs.values()}) == 1,
                hints=(
                    "The two networks have different layers.",
                    "Build both with the same list; only the first weights may differ.",
                ),
                wrong=(
                    lambda: {
                        name: [run(conv_net(COLOUR, [8 * number, "pool"], classes=4))] * 2
                        for number, name in enumerate(NAMES, start=1)
                    },
                ),
            ),
        ],
    ),
]
