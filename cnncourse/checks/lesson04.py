"""Questions of lesson 4: shapes, a convolutional network, numbers of filters and a fair rival."""

from collections.abc import Callable
from typing import Any

from cnncourse.checks.kinds import WHY, Rule, Table, right
from cnncourse.checks.networks import NETWORK, activations, count, filters, layers, poolings, units
from cnncourse.checks.runs import ALIKE, all_networks, is_builder, runs_named

COLOUR = (32, 32, 3)
NAMES = ("16", "32", "64")
RIVAL = 93_322  # weights of the lesson's network
WEIGHTS = [10 * n + (13 * 13 * n + 1) * 64 + 65 * 10 for n in (16, 32, 64)]  # with n filters


def _last_shape(model: Any) -> tuple:
    return tuple(layers(model, "Conv2D")[-1].output.shape[1:])


def _built(look: Callable) -> Callable:
    return lambda builders: [look(builders[name]()) for name in NAMES]


QUESTIONS: dict[str, Table] = {
    "04-shape": {
        WHY: "32, 30, 15, 13, 6, 4: each convolution takes 2, each pooling half, rounded down.",
        (8, 8, 64): """Pooling is right. What do the convolutions do to the size?
            Padding is "valid": a 3 x 3 convolution makes the picture 2 pixels smaller.""",
        (3, 3, 64): """That is the lesson's network. How large are these pictures?
            Begin with 32 pixels, not with 28.""",
        (5, 5, 64): """How did you round 13 / 2?
            Pooling drops what is left over: 13 halves to 6.""",
        right((4, 4, 64)): """Follow the size step by step, as at the end of lesson 3.
            Height and width: minus 2, half, minus 2, half (rounded down), minus 2. The last \
            number is the filters of the last convolution.""",
    },
    "04-flatten": {
        WHY: "Flatten forgets the places and keeps all the numbers.",
        4 * 4: """That is one channel.
            There are 64 of them, and all their numbers are kept.""",
        3 * 3 * 64: """That is the lesson's network, for pictures of 28 pixels.
            Use the shape that you found above.""",
        right(4 * 4 * 64): """How many numbers does the last convolution output for one picture?
            Multiply the three numbers of its shape.""",
    },
    "04-weights": {
        WHY: "Each of the 32 filters reaches through 16 channels: 144 weights and a bias.",
        3 * 3 * 16 * 32: """Almost: each filter has one number more.
            Add 32 biases.""",
        3 * 3 * 32 + 32: """This would be right if it got one channel.
            The first convolution hands it 16 channels; a filter reaches through them all.""",
        3 * 3 * 3 * 32 + 32: """Does the second convolution look at the colours?
            It looks at the 16 channels that the first convolution outputs.""",
        right(3 * 3 * 16 * 32 + 32): """Begin with one filter: how many weights does it have?
            3 x 3 x 16 weights and a bias for each of the 32 filters.""",
    },
    "04-network": {
        WHY: "The list of layers is the architecture, in plain Keras too.",
        **NETWORK,
        Rule(lambda m: m.input_shape[1:] == COLOUR and layers(m, "Rescaling")[0].scale < 0.01): """
            How does a network for these pictures begin?
            Begin with `keras.Input((32, 32, 3))` and `keras.layers.Rescaling(1 / 255)`.""",
        Rule(filters, [16, 32, 64]): """
            The convolutions have {found} filters. Which ones does the list name?
            Three convolutions: 16, 32 and 64 filters, in this order.""",
        Rule(lambda m: (_last_shape(m), poolings(m)), ((4, 4, 64), 2), show=_last_shape): """
            After the last convolution the shape is {found}. What did you work out above?
            Kernels of 3 x 3, padding valid, and a 2 x 2 max pooling after the first and after \
            the second convolution.""",
        Rule(activations("Conv2D"), ["relu"] * 3): """
            Something is missing after the sums of each convolution. See the lesson's.
            Give each `Conv2D` the argument `activation="relu"`.""",
        Rule(lambda m: (units(m)[-1], activations("Dense")(m)[-1]), (10, "softmax")): """
            What should the last layer output for ten classes?
            End with `keras.layers.Dense(10, activation="softmax")`.""",
        Rule(count, 448 + 4640 + 18_496 + 10_250, show=lambda model: f"{count(model):,}"): """
            It has {found} weights. What stands between the convolutions and the answer?
            Kernels of 3 x 3, then `Flatten`, and no other layer before the last `Dense`.""",
    },
    "04-builders": {
        WHY: "Three functions, and each call builds a network with fresh weights.",
        Rule(lambda builders: builders.keys() == set(NAMES)): """
            The answer should be a dictionary with three names.
            Its keys are the texts "16", "32" and "64".""",
        Rule(lambda builders: all(map(is_builder, builders.values()))): """
            The values should be functions that build a network. What are yours?
            A network would start trained the second time. Write `lambda: models.conv_net(...)`, \
            without calling it.""",
        Rule(_built(filters), [[16], [32], [64]]): """
            The networks have {found} filters. Did you write the functions in a loop?
            A `lambda` in a loop looks its variable up when it is called, and finds the last \
            value. Write `lambda n=n: ...`, or three lines.""",
        Rule(_built(count), WEIGHTS): """
            They have {found} weights. Is everything but the filters as it should be?
            Return `models.conv_net((28, 28, 1), [n, "pool"], dense=[64])`, three times.""",
    },
    "04-filters": {
        WHY: "Only the filters differ: what you see comes from them, and from luck.",
        **runs_named(*NAMES),
        Rule(all_networks(lambda name, model: filters(model) == [int(name)])): """
            The trained networks do not have the filters that their names say.
            Train `builders[name]()` under the key `name`.""",
        **ALIKE,
    },
    "04-rival": {
        WHY: "Now a difference in accuracy cannot come from the number of weights.",
        **NETWORK,
        Rule(lambda model: layers(model, "Dense") and not layers(model, "Conv2D")): """
            The rival should do without convolutions.
            Use `models.dense_net((28, 28, 1), [...])`.""",
        Rule(count, lambda weights: abs(weights - RIVAL) <= 0.02 * RIVAL): """
            It has {found} weights, and should have 93,322 or up to 2 % more or fewer.
            Nearly all weights are in the first layer: each of its neurons brings 785. So take \
            about 93,000 / 785 neurons, a few fewer if another layer follows.""",
    },
}
