"""Checks of lesson 8: memory, the functional API, a split without a leak, and regularisation."""

import numpy as np

from cnncourse.checks.core import Check, Rule, equals, same, unlike
from cnncourse.checks.examples import conv_net, keras
from cnncourse.checks.networks import NETWORK, activations, count, filters, is_a, layers

COLOUR = (32, 32, 3)
PICTURES = 1000


def _functional(
    *,
    activation: str | None = "relu",
    padding: str = "same",
    scaled: bool = True,
    dense: tuple = (),
    last: str | None = "softmax",
):
    inputs = keras().Input(COLOUR)
    x = keras().layers.Rescaling(1 / 255)(inputs) if scaled else inputs
    for _ in range(2):
        x = keras().layers.Conv2D(32, 3, padding=padding, activation=activation)(x)
    x = keras().layers.MaxPooling2D()(x)
    x = keras().layers.Flatten()(x)
    for units in dense:
        x = keras().layers.Dense(units)(x)
    return keras().Model(inputs, keras().layers.Dense(10, activation=last)(x))


def _sequential():
    return keras().Sequential(_functional().layers)


def _split(held: int = 200) -> tuple:
    order = np.random.default_rng(0).permutation(PICTURES)
    return order[held:], order[:held]


def _shared(split: tuple) -> int:
    return len(np.intersect1d(*split))


def _rates(model) -> list[float]:
    return [layer.rate for layer in layers(model, "Dropout")]


def _dropped(rate: float = 0.25, **options):
    return conv_net(COLOUR, [32, "pool", 64, "pool"], dropout=rate, **options)


def _penalties(layer) -> list[float]:
    """Return what a layer's regulariser takes for a single weight of 1, and of 2."""
    penalty = layer.kernel_regularizer
    return [round(float(penalty(np.array([weight], np.float32))), 6) for weight in (1, 2)]


def _dense(**options):
    return keras().layers.Dense(128, **({"activation": "relu"} | options))


CHECKS = [
    Check(
        "08-memory",
        solution=lambda: 50_000 * 32 * 32 * 3 * 4 / 1e6,
        why="614.4 MB, where `uint8` takes 154: so the pixels stay `uint8` until the network.",
        rules=[
            unlike(
                50_000 * 32 * 32 * 3 / 1e6,
                "That is `uint8`, a byte for each number.",
                "`float32` takes four bytes for each number.",
            ),
            unlike(
                50_000 * 32 * 32 * 3 * 8 / 1e6,
                "That is `float64`, which dividing by 255 gives.",
                "`float32` takes half as much.",
            ),
            unlike(
                50_000 * 32 * 32 * 4 / 1e6,
                "That is one channel.",
                "Colour pictures have three of them.",
            ),
            equals(
                50_000 * 32 * 32 * 3 * 4 / 1e6,
                "How many numbers are in a picture, and how many bytes has each?",
                "50,000 x 32 x 32 x 3 numbers, four bytes each; a megabyte is a million bytes.",
            ),
        ],
    ),
    Check(
        "08-functional",
        solution=_functional,
        why="Each layer is called with what the one before it returned.",
        rules=[
            NETWORK,
            Rule(
                lambda model: not is_a(model, "Sequential"),
                hints=(
                    "This one is a `Sequential`. Try the other way.",
                    "Begin with `inputs = keras.Input((32, 32, 3))`, write `x = layer(...)(x)` for "
                    "each layer, and end with `keras.Model(inputs, x)`.",
                ),
                wrong=(_sequential,),
            ),
            Rule(
                lambda model: model.input_shape[1:] == COLOUR and layers(model, "Rescaling"),
                hints=(
                    "The network should take raw pixels of colour pictures.",
                    "After `keras.Input((32, 32, 3))` comes `keras.layers.Rescaling(1 / 255)`.",
                ),
                wrong=(lambda: _functional(scaled=False),),
            ),
            Rule(
                lambda model: (
                    filters(model) == [32, 32]
                    and layers(model, "Conv2D")[-1].output.shape[1:3] == (32, 32)
                ),
                hints=(
                    "Two convolutions of 32 filters should keep the size of 32 x 32 pixels.",
                    'Give both `padding="same"`, and pool after the second one.',
                ),
                wrong=(
                    lambda: _functional(padding="valid"),
                    lambda: conv_net(COLOUR, [32, "pool"], padding="same"),
                ),
            ),
            Rule(
                lambda model: activations(model, "Conv2D") == ["relu", "relu"],
                hints=(
                    "Two convolutions, one after the other: what must stand between them?",
                    'Give both `activation="relu"`, or they do no more than a single one.',
                ),
                wrong=(lambda: _functional(activation=None),),
            ),
            Rule(
                lambda model: (
                    layers(model, "MaxPooling2D")
                    and activations(model, "Dense") == ["softmax"]
                    and count(model) == count(_functional())
                ),
                hints=(
                    "Is there a pooling, and are there ten probabilities? See what follows them.",
                    "After the convolutions come `MaxPooling2D`, `Flatten` and "
                    '`Dense(10, activation="softmax")`, and nothing else.',
                ),
                wrong=(
                    lambda: conv_net(COLOUR, [32, 32], padding="same"),
                    lambda: _functional(dense=(64,)),
                    lambda: _functional(last=None),
                ),
            ),
        ],
    ),
    Check(
        "08-linear",
        solution=lambda: 5,
        why="Away from the edge they are one linear map of 5 x 5 pixels: depth buys nothing.",
        rules=[
            unlike(
                9,
                "Nine is the number of weights of one of them.",
                "How far apart may two pixels be that meet in one sum?",
            ),
            unlike(
                6,
                "Almost: the two windows overlap.",
                "The second window spans 3 sums, and each of them reaches 1 pixel further.",
            ),
            unlike(
                3,
                "The second convolution sees sums of the first, and each reaches further.",
                "Draw it: the second window covers 3 sums, the outer ones reach 1 pixel further.",
            ),
            equals(
                5,
                "Which pixels of the picture can reach one number of the result?",
                "3 pixels, and one more on either side.",
            ),
        ],
    ),
    Check(
        "08-split",
        solution=_split,
        why="No picture is in both: nothing leaks from one to the other.",
        rules=[
            Rule(
                lambda split: len(split) == 2 and all(np.ndim(part) == 1 for part in split),
                hints=(
                    "The answer should be two arrays of picture numbers.",
                    "Shuffle `np.arange(1000)`, and cut it in two.",
                ),
                wrong=(lambda: _split()[0],),
            ),
            Rule(
                lambda split: _shared(split) == 0,
                hints=(
                    "{seen} pictures are in both sets. What will the validation accuracy be worth?",
                    "Draw once, with `permutation(1000)`, and take the first 200 for one set and "
                    "the others for the other.",
                ),
                wrong=(
                    lambda: (np.arange(PICTURES), np.arange(200)),
                    lambda: (np.arange(800), np.arange(700, 900)),
                ),
                seen=_shared,
            ),
            Rule(
                lambda split: same(sorted(np.concatenate(split)), list(range(PICTURES))),
                hints=(
                    "Some pictures are in neither set, or come twice.",
                    "Each number from 0 to 999 belongs into one of the sets, once.",
                ),
                wrong=(lambda: (np.arange(600), np.arange(800, 1000)),),
            ),
            Rule(
                lambda split: len(split[1]) == 200,
                hints=(
                    "The validation set has {seen} pictures.",
                    "20 % of 1,000 are 200; training comes first, validation second.",
                ),
                wrong=(lambda: _split(500), lambda: _split()[::-1]),
                seen=lambda split: len(split[1]),
            ),
            Rule(
                lambda split: len(set(np.diff(np.sort(split[1])))) > 1,
                hints=(
                    "Is the order of the file an accident? The last pictures may be of one kind.",
                    "Shuffle before you cut: `np.random.default_rng(0).permutation(1000)`.",
                ),
                wrong=(
                    lambda: (np.arange(800), np.arange(800, 1000)),
                    lambda: (np.arange(200, 1000), np.arange(200)[::-1]),
                ),
            ),
        ],
    ),
    Check(
        "08-dropout",
        solution=_dropped,
        why="A quarter is switched off while training, and nothing when the network answers.",
        rules=[
            NETWORK,
            Rule(
                lambda model: len(_rates(model)) >= 2,
                hints=(
                    "It has {seen} dropout layers. Where were they wanted?",
                    "`models.conv_net(..., dropout=...)` puts one after each pooling.",
                ),
                wrong=(lambda: conv_net(COLOUR, [32, "pool", 64, "pool"]),),
                seen=lambda model: len(_rates(model)),
            ),
            Rule(
                lambda model: same(_rates(model), [0.25] * len(_rates(model))),
                hints=(
                    "The rates are {seen}. Is that the share that is dropped, or kept?",
                    "The rate is what is dropped: a quarter, 0.25.",
                ),
                wrong=(lambda: _dropped(0.75), lambda: _dropped(0.5)),
                seen=_rates,
            ),
        ],
    ),
    Check(
        "08-l2",
        solution=lambda: _dense(kernel_regularizer=keras().regularizers.L2(0.01)),
        why="Large weights now cost something, so they only grow where it pays.",
        rules=[
            Rule(
                lambda layer: (
                    is_a(layer, "Dense")
                    and layer.units == 128
                    and layer.activation.__name__ == "relu"
                ),
                hints=(
                    "The answer should be a layer of 128 neurons with relu.",
                    'Write `keras.layers.Dense(128, activation="relu", ...)`.',
                ),
                wrong=(
                    lambda: 0.01,
                    lambda: keras().regularizers.L2(0.01),
                    lambda: _dense(activation=None),
                ),
            ),
            Rule(
                lambda layer: layer.kernel_regularizer is not None,
                hints=(
                    "Its weights go free. Which argument makes them pay?",
                    "Pass `kernel_regularizer=`: the bias and the outputs are not meant.",
                ),
                wrong=(
                    _dense,
                    lambda: _dense(activity_regularizer=keras().regularizers.L2(0.01)),
                ),
            ),
            Rule(
                lambda layer: same(_penalties(layer), [0.01, 0.04]),
                hints=(
                    "Weights of 1 and 2 cost {seen}. What is 0.01 times the square of each?",
                    "Pass `keras.regularizers.L2(0.01)`.",
                ),
                wrong=(
                    lambda: _dense(kernel_regularizer=keras().regularizers.L1(0.02)),
                    lambda: _dense(kernel_regularizer=keras().regularizers.L2(0.1)),
                ),
                seen=_penalties,
            ),
        ],
    ),
    Check(
        "08-diagnose",
        solution=lambda: "overfitting",
        why="It learns its training pictures by heart: less freedom or more pictures would help.",
        rules=[
            unlike(
                "underfitting",
                "It does very well on the training pictures.",
                "Compare the two columns: which one gets worse?",
            ),
            unlike(
                "leak",
                "With a leak, validation would look too good. Does it?",
                "Compare the two columns: which one gets worse?",
            ),
            equals(
                "overfitting",
                'Choose from "overfitting", "underfitting" and "leak".',
                "Training still improves while validation gets worse.",
            ),
        ],
    ),
]
