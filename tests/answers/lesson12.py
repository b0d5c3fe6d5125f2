import numpy as np

from answers import PASSED, keras, run
from cnncourse.models import conv_net

COLOUR = (32, 32, 3)
NAMES = ("from scratch", "transferred")


def keep(x, y, classes):
    chosen = np.isin(y, classes)
    return x[chosen], np.searchsorted(classes, y[chosen])


def few(labels, count):
    return np.concatenate([np.flatnonzero(labels == c)[:count] for c in np.unique(labels)])


def body():
    base = conv_net(COLOUR, [16, "pool", 32, "pool"], padding="same", classes=6)
    return keras().Model(base.inputs, base.layers[-2].output)


def transferred(*, classes=4, frozen=True, all_frozen=False):
    base = body()
    base.trainable = not frozen
    head = keras().layers.Dense(classes, activation="softmax")
    network = keras().Sequential([keras().Input(COLOUR), base, head])
    if all_frozen:
        network.trainable = False
    return base, network


def stopping(**options):
    defaults = {"monitor": "val_loss", "patience": 5, "restore_best_weights": True}
    return keras().callbacks.EarlyStopping(**(defaults | options))


def net(filters=8):
    return conv_net(COLOUR, [filters, "pool"], classes=4)


def answers():
    adam, sgd = keras().optimizers.Adam, keras().optimizers.SGD
    others = conv_net(COLOUR, [16, "pool", 32, "pool"], padding="same", classes=4)
    return {
        "12-keep": {
            PASSED: [keep],
            "The answer should be a function": [(0, 1, 8, 9), lambda x, y, classes: x],
            "Of 20 pictures, two of each class": [
                lambda x, y, classes: (x, y),
                lambda x, y, classes: (x[list(classes)], y[list(classes)]),
            ],
            "The labels are [0, 1, 8, 9, 0, 1, 8, 9]": [
                lambda x, y, classes: (x[np.isin(y, classes)], y[np.isin(y, classes)])
            ],
        },
        "12-few": {
            PASSED: [few],
            "The answer should be a function": [20, lambda labels, count: count],
            "For four classes and 20 of each it takes [": [
                lambda labels, count: np.arange(4 * count),
                lambda labels, count: few(labels, 2 * count),
            ],
            "Some pictures are taken more": [
                lambda labels, count: np.repeat(few(labels, count // 2), 2)
            ],
        },
        "12-frozen": {
            PASSED: [transferred()],
            "The answer should be a network": [(body(), "frozen")],
            "Its convolutions are new": [(body(), others)],
            "It tells 10 classes apart": [transferred(classes=10)],
            "It tells 6 classes apart": [transferred(classes=6)],
            "The body would be trained too: 5088": [transferred(frozen=False)],
            "Nothing is left to train": [transferred(all_frozen=True)],
        },
        "12-stop": {
            PASSED: [stopping()],
            "The answer should be a callback": [keras().callbacks.TerminateOnNaN(), "val_loss"],
            "It watches `loss`": [stopping(monitor="loss")],
            "It watches `accuracy`": [stopping(monitor="accuracy")],
            "A single bad epoch": [stopping(patience=0)],
            "After the best epoch": [stopping(restore_best_weights=False)],
        },
        "12-rate": {
            PASSED: [adam(1e-4), sgd(0.001)],
            "The answer should be an optimizer": [1e-4, "adam"],
            "The rate is 0.001, the optimizer's own 0.001": [adam()],
            "The rate is 0.01, the optimizer's own 0.01": [sgd(0.01)],
        },
        "12-trials": {
            PASSED: [{name: [run(net(), seed=seed) for seed in (0, 1)] for name in NAMES}],
            "The answer should be a dictionary": [{"transferred": run()}],
            "The runs were not trained alike": [
                {name: run(seed=seed) for seed, name in enumerate(NAMES)}
            ],
            "With one run of each": [{name: run() for name in NAMES}],
            "The two networks have different layers": [
                {name: [run(net(8 * n))] * 2 for n, name in enumerate(NAMES, start=1)}
            ],
        },
    }
