"""Questions of lesson 8: memory, the functional API, a split without a leak, regularisation."""

from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, is_a, right
from cnncourse.checks.networks import NETWORK, activations, count, layers, poolings

NUMBERS = 50_000 * 32 * 32 * 3
WEIGHTS = (3 * 9 + 1) * 32 + (32 * 9 + 1) * 32 + (16 * 16 * 32 + 1) * 10


def _shapes(model: Any) -> list[tuple]:
    return [tuple(layer.output.shape[1:]) for layer in layers(model, "Conv2D")]


def _ending(model: Any) -> tuple:
    return poolings(model), activations("Dense")(model), count(model)


def _rates(model: Any) -> list[float]:
    return [layer.rate for layer in layers(model, "Dropout")]


def _penalties(layer: Any) -> list[float]:
    """Return what a layer's regulariser takes for a single weight of 1, and of 2."""
    penalty = layer.kernel_regularizer
    return [round(float(penalty(np.array([weight], np.float32))), 6) for weight in (1, 2)]


QUESTIONS: dict[str, Table] = {
    "08-memory": {
        WHY: "614.4 MB, where `uint8` takes 154: so the pixels stay `uint8` until the network.",
        NUMBERS / 1e6: """That is `uint8`, a byte for each number.
            `float32` takes four bytes for each number.""",
        NUMBERS * 8 / 1e6: """That is `float64`, which dividing by 255 gives.
            `float32` takes half as much.""",
        NUMBERS / 3 * 4 / 1e6: """That is one channel.
            Colour pictures have three of them.""",
        right(NUMBERS * 4 / 1e6): """How many numbers are in a picture, and how many bytes has each?
            50,000 x 32 x 32 x 3 numbers, four bytes each; a megabyte is a million bytes.""",
    },
    "08-functional": {
        WHY: "Each layer is called with what the one before it returned.",
        **NETWORK,
        Rule(lambda model: not is_a("Sequential")(model)): """
            This one is a `Sequential`. Try the other way.
            Begin with `inputs = keras.Input((32, 32, 3))`, write `x = layer(...)(x)` for each \
            layer, and end with `keras.Model(inputs, x)`.""",
        Rule(lambda model: model.input_shape[1:] == (32, 32, 3) and layers(model, "Rescaling")): """
            The network should take raw pixels of colour pictures.
            After `keras.Input((32, 32, 3))` comes `keras.layers.Rescaling(1 / 255)`.""",
        Rule(_shapes, [(32, 32, 32)] * 2): """
            Two convolutions of 32 filters should keep the size of 32 x 32 pixels.
            Give both `padding="same"`, and pool after the second one.""",
        Rule(activations("Conv2D"), ["relu", "relu"]): """
            Two convolutions, one after the other: what must stand between them?
            Give both `activation="relu"`, or they do no more than a single one.""",
        Rule(_ending, (1, ["softmax"], WEIGHTS)): """
            Is there a pooling, and are there ten probabilities? See what follows them.
            After the convolutions come `MaxPooling2D`, `Flatten` and \
            `Dense(10, activation="softmax")`, and nothing else.""",
    },
    "08-linear": {
        WHY: "Away from the edge they are one linear map of 5 x 5 pixels: depth buys nothing.",
        9: """Nine is the number of weights of one of them.
            How far apart may two pixels be that meet in one sum?""",
        6: """Almost: the two windows overlap.
            The second window spans 3 sums, and each of them reaches 1 pixel further.""",
        3: """The second convolution sees sums of the first, and each reaches further.
            Draw it: the second window covers 3 sums, the outer ones reach 1 pixel further.""",
        right(5): """Which pixels of the picture can reach one number of the result?
            3 pixels, and one more on either side.""",
    },
    "08-split": {
        WHY: "No picture is in both: nothing leaks from one to the other.",
        Rule(lambda split: len(split) == 2 and all(np.ndim(part) == 1 for part in split)): """
            The answer should be two arrays of picture numbers.
            Shuffle `np.arange(1000)`, and cut it in two.""",
        Rule(lambda split: len(np.intersect1d(*split)), 0): """
            {found} pictures are in both sets. What will the validation accuracy be worth?
            Draw once, with `permutation(1000)`, and take the first 200 for one set and the \
            others for the other.""",
        Rule(lambda split: sorted(np.concatenate(split)), list(range(1000))): """
            Some pictures are in neither set, or come twice.
            Each number from 0 to 999 belongs to one of the sets, once.""",
        Rule(lambda split: len(split[1]), 200): """The validation set has {found} pictures.
            20 % of 1,000 are 200; training comes first, validation second.""",
        Rule(lambda split: len(set(np.diff(np.sort(split[1])))) > 1): """
            Is the order of the file an accident? The last pictures may be of one kind.
            Shuffle before you cut: `np.random.default_rng(0).permutation(1000)`.""",
    },
    "08-dropout": {
        WHY: "A quarter is switched off while training, and nothing when the network answers.",
        **NETWORK,
        Rule(lambda model: len(_rates(model)), lambda number: number >= 2): """
            It has {found} dropout layers. Where were they wanted?
            `models.conv_net(..., dropout=...)` puts one after each pooling.""",
        Rule(_rates, lambda rates: set(rates) == {0.25}): """
            The rates are {found}. Is that the share that is dropped, or kept?
            The rate is what is dropped: a quarter, 0.25.""",
    },
    "08-l2": {
        WHY: "Large weights now cost something, so they only grow where it pays.",
        Rule(lambda x: (is_a("Dense")(x), x.units, x.activation.__name__), (True, 128, "relu")): """
            The answer should be a layer of 128 neurons with relu.
            Write `keras.layers.Dense(128, activation="relu", ...)`.""",
        Rule(lambda layer: layer.kernel_regularizer is not None): """
            Its weights go free. Which argument makes them pay?
            Pass `kernel_regularizer=`: the bias and the outputs are not meant.""",
        Rule(_penalties, [0.01, 0.04]): """
            Weights of 1 and 2 cost {found}. What is 0.01 times the square of each?
            Pass `keras.regularizers.L2(0.01)`.""",
    },
    "08-diagnose": {
        WHY: "It learns its training pictures by heart: less freedom or more pictures would help.",
        "underfitting": """It does very well on the training pictures.
            Compare the two columns: which one gets worse?""",
        "leak": """With a leak, validation would look too good. Does it?
            Compare the two columns: which one gets worse?""",
        right("overfitting"): """Choose from "overfitting", "underfitting" and "leak".
            Training still improves while validation gets worse.""",
    },
}
