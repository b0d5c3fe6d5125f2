"""Checks of lesson 4: shapes, a convolutional network, numbers of filters and a fair rival."""

from cnncourse.checks.core import Check, Rule, equals, unlike
from cnncourse.checks.examples import conv_net, dense_net, run, sequential
from cnncourse.checks.networks import (
    NETWORK,
    activations,
    alike,
    count,
    filters,
    is_builder,
    layers,
    runs_by_name,
    runs_of,
)

COLOUR, GREY = (32, 32, 3), (28, 28, 1)
NAMES = ("16", "32", "64")
RIVAL = 93_322  # weights of the lesson's network


def _builder(first: int, *, dense: int = 64):
    return lambda: conv_net(GREY, [first, "pool"], dense=[dense])


def _three(first: int = 16, *, epochs: int = 2) -> dict:
    return {
        "16": run(_builder(first)(), epochs=epochs),
        "32": run(_builder(32)()),
        "64": run(_builder(64)()),
    }


def _keras_net(
    *,
    shape: tuple = COLOUR,
    scale: float = 1 / 255,
    activation: str | None = "relu",
    pooling: str = "MaxPooling2D",
    pools: int = 2,
    flat: str = "Flatten",
    last: str = "softmax",
):
    described = [("Rescaling", {"scale": scale})] if shape == COLOUR else []
    for number, width in enumerate((16, 32, 64)):
        options = {"filters": width, "kernel_size": 3, "activation": activation}
        described.append(("Conv2D", options))
        described += [(pooling, {"pool_size": 2})] if number < pools else []
    head = [(flat, {}), ("Dense", {"units": 10, "activation": last})]
    return sequential(shape, *described, *head)


CHECKS = [
    Check(
        "04-shape",
        solution=lambda: (4, 4, 64),
        why="32, 30, 15, 13, 6, 4: each convolution takes 2, each pooling half, rounded down.",
        rules=[
            unlike(
                (8, 8, 64),
                "Pooling is right. What do the convolutions do to the size?",
                'Padding is "valid": a 3 x 3 convolution makes the picture 2 pixels smaller.',
            ),
            unlike(
                (3, 3, 64),
                "That is the lesson's network. How large are these pictures?",
                "Begin with 32 pixels, not with 28.",
            ),
            unlike(
                (5, 5, 64),
                "How did you round 13 / 2?",
                "Pooling drops what is left over: 13 halves to 6.",
            ),
            equals(
                (4, 4, 64),
                "Follow the size step by step, as at the end of lesson 3.",
                "Height and width: minus 2, half, minus 2, half (rounded down), minus 2. The last "
                "number is the filters of the last convolution.",
            ),
        ],
    ),
    Check(
        "04-flatten",
        solution=lambda: 4 * 4 * 64,
        why="Flatten forgets the places and keeps all the numbers.",
        rules=[
            unlike(
                4 * 4,
                "That is one channel.",
                "There are 64 of them, and all their numbers are kept.",
            ),
            unlike(
                3 * 3 * 64,
                "That is the lesson's network, for pictures of 28 pixels.",
                "Use the shape that you found above.",
            ),
            equals(
                4 * 4 * 64,
                "How many numbers does the last convolution put out for one picture?",
                "Multiply the three numbers of its shape.",
            ),
        ],
    ),
    Check(
        "04-weights",
        solution=lambda: 3 * 3 * 16 * 32 + 32,
        why="Each of the 32 filters reaches through 16 channels: 144 weights and a bias.",
        rules=[
            unlike(
                3 * 3 * 16 * 32,
                "Almost: each filter has one number more.",
                "Add 32 biases.",
            ),
            unlike(
                3 * 3 * 32 + 32,
                "This would be right if it got one channel.",
                "The first convolution hands it 16 channels; a filter reaches through them all.",
            ),
            unlike(
                3 * 3 * 3 * 32 + 32,
                "Does the second convolution look at the colours?",
                "It looks at the 16 channels that the first convolution puts out.",
            ),
            equals(
                3 * 3 * 16 * 32 + 32,
                "Begin with one filter: how many weights does it have?",
                "3 x 3 x 16 weights and a bias for each of the 32 filters.",
            ),
        ],
    ),
    Check(
        "04-network",
        solution=_keras_net,
        why="The list of layers is the architecture, in plain Keras too.",
        rules=[
            NETWORK,
            Rule(
                lambda model: (
                    model.input_shape[1:] == COLOUR and layers(model, "Rescaling")[0].scale < 0.01
                ),
                hints=(
                    "How does a network for these pictures begin?",
                    "Begin with `keras.Input((32, 32, 3))` and `keras.layers.Rescaling(1 / 255)`.",
                ),
                wrong=(lambda: _keras_net(shape=GREY), lambda: _keras_net(scale=255)),
            ),
            Rule(
                lambda model: filters(model) == [16, 32, 64],
                hints=(
                    "The convolutions have {seen} filters. Which ones does the list name?",
                    "Three convolutions: 16, 32 and 64 filters, in this order.",
                ),
                wrong=(lambda: conv_net(COLOUR, [16, "pool", 32, "pool", 32]),),
                seen=filters,
            ),
            Rule(
                lambda model: (
                    layers(model, "Conv2D")[-1].output.shape[1:] == (4, 4, 64)
                    and len(layers(model, "MaxPooling2D")) == 2
                ),
                hints=(
                    "After the last convolution the shape is {seen}. What did you work out above?",
                    "Kernels of 3 x 3, padding valid, and a 2 x 2 max pooling after the first and "
                    "after the second convolution.",
                ),
                wrong=(
                    lambda: _keras_net(pools=1),
                    lambda: _keras_net(pooling="AveragePooling2D"),
                    lambda: conv_net(COLOUR, [16, "pool", 32, "pool", 64], padding="same"),
                ),
                seen=lambda model: tuple(layers(model, "Conv2D")[-1].output.shape[1:]),
            ),
            Rule(
                lambda model: activations(model, "Conv2D") == ["relu"] * 3,
                hints=(
                    "Something is missing after the sums of each convolution. See the lesson's.",
                    'Give each `Conv2D` the argument `activation="relu"`.',
                ),
                wrong=(lambda: _keras_net(activation=None),),
            ),
            Rule(
                lambda model: (
                    layers(model, "Dense")[-1].units == 10
                    and activations(model, "Dense")[-1] == "softmax"
                ),
                hints=(
                    "What should the last layer put out for ten classes?",
                    'End with `keras.layers.Dense(10, activation="softmax")`.',
                ),
                wrong=(lambda: _keras_net(last="relu"),),
            ),
            Rule(
                lambda model: count(model) == count(_keras_net()),
                hints=(
                    "It has {seen} weights. What stands between the convolutions and the answer?",
                    "Kernels of 3 x 3, then `Flatten`, and no other layer before the last `Dense`.",
                ),
                wrong=(lambda: _keras_net(flat="GlobalAveragePooling2D"),),
                seen=lambda model: f"{count(model):,}",
            ),
        ],
    ),
    Check(
        "04-builders",
        solution=lambda: {name: _builder(int(name)) for name in NAMES},
        why="Three functions, and each call builds a network with fresh weights.",
        rules=[
            Rule(
                lambda builders: builders.keys() == set(NAMES),
                hints=(
                    "The answer should be a dictionary with three names.",
                    'Its keys are the texts "16", "32" and "64".',
                ),
                wrong=(lambda: [_builder(16)], lambda: {"16": _builder(16)}),
            ),
            Rule(
                lambda builders: all(map(is_builder, builders.values())),
                hints=(
                    "The values should be functions that build a network. What are yours?",
                    "A network would start trained the second time. Write "
                    "`lambda: models.conv_net(...)`, without calling it.",
                ),
                wrong=(lambda: {name: _builder(int(name))() for name in NAMES},),
            ),
            Rule(
                lambda builders: all(filters(builders[name]()) == [int(name)] for name in NAMES),
                hints=(
                    "The networks have {seen} filters. Did you write the functions in a loop?",
                    "A `lambda` in a loop looks its variable up when it is called, and finds the "
                    "last value. Write `lambda n=n: ...`, or three lines.",
                ),
                wrong=(
                    lambda: {name: _builder(64) for name in NAMES},
                    lambda: {name: lambda: conv_net(GREY, [8, "pool", 8]) for name in NAMES},
                ),
                seen=lambda builders: [filters(builders[name]()) for name in NAMES],
            ),
            Rule(
                lambda builders: all(
                    count(builders[name]()) == count(_builder(int(name))()) for name in NAMES
                ),
                hints=(
                    "They have {seen} weights. Is everything but the filters as it should be?",
                    'Return `models.conv_net((28, 28, 1), [n, "pool"], dense=[64])`, three times.',
                ),
                wrong=(
                    lambda: {name: _builder(int(name), dense=int(name)) for name in NAMES},
                    lambda: {name: _builder(int(name), dense=32) for name in NAMES},
                    lambda: {n: lambda n=n: conv_net(GREY, [int(n)], dense=[64]) for n in NAMES},
                ),
                seen=lambda builders: [count(builders[name]()) for name in NAMES],
            ),
        ],
    ),
    Check(
        "04-filters",
        solution=_three,
        why="Only the filters differ: what you see comes from them, and from luck.",
        rules=[
            runs_by_name(*NAMES, wrong=lambda: {"16": run()}),
            Rule(
                lambda runs: all(
                    filters(one.model) == [int(name)]
                    for name, group in runs_of(runs).items()
                    for one in group
                ),
                hints=(
                    "The trained networks do not have the filters that their names say.",
                    "Train `builders[name]()` under the key `name`.",
                ),
                wrong=(lambda: _three(32),),
            ),
            alike(wrong=lambda: _three(epochs=1)),
        ],
    ),
    Check(
        "04-rival",
        solution=lambda: dense_net(GREY, [110, 64]),
        why="Now a difference in accuracy cannot come from the number of weights.",
        rules=[
            NETWORK,
            Rule(
                lambda model: not layers(model, "Conv2D") and layers(model, "Dense"),
                hints=(
                    "The rival should do without convolutions.",
                    "Use `models.dense_net((28, 28, 1), [...])`.",
                ),
                wrong=(lambda: conv_net(GREY, [32, "pool", 64, "pool", 64], dense=[64]),),
            ),
            Rule(
                lambda model: abs(count(model) - RIVAL) <= 0.02 * RIVAL,
                hints=(
                    "It has {seen} weights, and should have 93,322 or up to 2 % more or fewer.",
                    "Nearly all weights are in the first layer: each of its neurons brings 785. So "
                    "take about 93,000 / 785 neurons, a few fewer if another layer follows.",
                ),
                wrong=(lambda: dense_net(GREY, [128]), lambda: dense_net(GREY, [64])),
                seen=count,
            ),
        ],
    ),
]
