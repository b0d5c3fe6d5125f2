import numpy as np

from answers import PASSED, keras
from cnncourse.models import conv_net

COLOUR = (32, 32, 3)


def functional(*, activation="relu", padding="same", scaled=True, dense=(), last="softmax"):
    inputs = keras().Input(COLOUR)
    x = keras().layers.Rescaling(1 / 255)(inputs) if scaled else inputs
    for _ in range(2):
        x = keras().layers.Conv2D(32, 3, padding=padding, activation=activation)(x)
    x = keras().layers.MaxPooling2D()(x)
    x = keras().layers.Flatten()(x)
    for units in dense:
        x = keras().layers.Dense(units)(x)
    return keras().Model(inputs, keras().layers.Dense(10, activation=last)(x))


def split(held=200):
    order = np.random.default_rng(0).permutation(1000)
    return order[held:], order[:held]


def sorted_draw():
    validation = np.sort(np.random.default_rng(1).choice(1000, 200, replace=False))
    return np.setdiff1d(np.arange(1000), validation), validation


def dropped(rate):
    return conv_net(COLOUR, [32, "pool", 64, "pool"], dropout=rate)


def dense(**options):
    return keras().layers.Dense(128, **({"activation": "relu"} | options))


def answers():
    l1, l2 = keras().regularizers.L1, keras().regularizers.L2
    return {
        "08-functional": {
            PASSED: [functional()],
            "The answer should be a network": [[32, "pool", 64], "conv_net"],
            "This one is a `Sequential`": [keras().Sequential(functional().layers)],
            "The network should take raw": [functional(scaled=False)],
            "Two convolutions of 32 filters": [
                functional(padding="valid"),
                conv_net(COLOUR, [32, "pool"], padding="same"),
            ],
            "Two convolutions, one after": [functional(activation=None)],
            "Is there a pooling": [
                conv_net(COLOUR, [32, 32], padding="same"),
                functional(dense=(64,)),
                functional(last=None),
            ],
        },
        "08-split": {
            PASSED: [split(), sorted_draw()],
            "The answer should be two arrays": [split()[0]],
            "200 pictures are in both sets": [(np.arange(1000), np.arange(200))],
            "100 pictures are in both sets": [(np.arange(800), np.arange(700, 900))],
            "Some pictures are in neither": [(np.arange(600), np.arange(800, 1000))],
            "The validation set has 500": [split(500)],
            "The validation set has 800": [split()[::-1]],
            "Is the order of the file": [
                (np.arange(800), np.arange(800, 1000)),
                (np.arange(200, 1000), np.arange(200)[::-1]),
            ],
        },
        "08-dropout": {
            PASSED: [dropped(0.25)],
            "The answer should be a network": [[32, "pool", 64], "conv_net"],
            "It has 0 dropout layers": [conv_net(COLOUR, [32, "pool", 64, "pool"])],
            "The rates are [0.75, 0.75]": [dropped(0.75)],
            "The rates are [0.5, 0.5]": [dropped(0.5)],
        },
        "08-l2": {
            PASSED: [dense(kernel_regularizer=l2(0.01))],
            "The answer should be a layer": [0.01, l2(0.01), dense(activation=None)],
            "Its weights go free": [dense(), dense(activity_regularizer=l2(0.01))],
            "Weights of 1 and 2 cost [0.02, 0.04]": [dense(kernel_regularizer=l1(0.02))],
            "Weights of 1 and 2 cost [0.1, 0.4]": [dense(kernel_regularizer=l2(0.1))],
        },
    }
