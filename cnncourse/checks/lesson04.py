"""Questions of lesson 4: shapes, plain Keras from start to file, mending, judging."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, called, of_shape, right
from cnncourse.checks.networks import (
    NETWORK,
    activations,
    are_two_networks,
    count,
    filters,
    layers,
    poolings,
    units,
)
from cnncourse.checks.runs import ALIKE, all_networks, groups, is_builder, runs_named

GREY = (28, 28, 1)
NAMES = ("16", "32", "64")
WEIGHTS = [10 * n + (13 * 13 * n + 1) * 64 + 65 * 10 for n in (16, 32, 64)]  # with n filters
LOSS = "sparse_categorical_crossentropy"
MOST_WEIGHTS = 10_000
POINT = np.zeros((28, 28, 1), np.uint8)
POINT[14, 14] = 255  # one bright pixel, whose place tells how the picture was moved


def _begins_well(model: Any) -> bool:
    """Say whether a network takes raw pixels of digits, and scales them."""
    scales = [layer.scale for layer in layers(model, "Rescaling")]
    return model.input_shape[1:] == GREY and len(scales) == 1 and scales[0] < 0.01


def _ends_well(model: Any) -> bool:
    """Say whether a network gives ten probabilities."""
    last = model.layers[-1]
    named = getattr(getattr(last, "activation", None), "__name__", type(last).__name__)
    return model.output_shape[1:] == (10,) and named.lower() == "softmax"


def _last_shape(model: Any) -> tuple:
    return tuple(layers(model, "Conv2D")[-1].output.shape[1:])


def _sizes(model: Any) -> tuple:
    return filters(model), poolings(model), units(model)


def _windows(model: Any) -> list:
    return [(*layer.kernel_size, layer.padding) for layer in layers(model, "Conv2D")]


def _loss(model: Any) -> str:
    loss = model.loss
    return loss if isinstance(loss, str) else getattr(loss, "name", "") or loss.__name__


def _same_weights(pair: tuple) -> bool:
    one, other = (model.get_weights() for model in pair)
    alike = [np.array_equal(a, b) for a, b in zip(one, other, strict=True)]
    return len(alike) > 0 and all(alike)


def _built(look: Callable) -> Callable:
    return lambda builders: [look(builders[name]()) for name in NAMES]


def _reads(axis: int) -> Callable:
    """Return a stand-in for a network: a bright pixel in row or column 10 is a 0, and so on."""

    def answer(pictures: Any) -> np.ndarray:
        places = np.asarray(pictures).reshape(-1, 28, 28).sum(axis=2 - axis).argmax(axis=1)
        return np.eye(10)[np.clip(places - 10, 0, 9)]

    return answer


COLUMN, ROW = called(_reads(1), POINT), called(_reads(0), POINT)
VOTES = [0, 0, 5, 5, 5, 5, 5, 0, 0, 0]  # each of five columns, or rows, five times

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
    "04-network": {
        WHY: "Each layer is a line, and the sizes go 28, 14, 7.",
        **NETWORK,
        Rule(_begins_well): """
            How does a network for raw digits begin?
            Begin with `keras.Input((28, 28, 1))` and `keras.layers.Rescaling(1 / 255)`.""",
        Rule(filters, [16, 32]): """
            The convolutions have {found} filters. Which ones were asked for?
            Two convolutions: the first with 16 filters, the second with 32.""",
        Rule(_windows, [(5, 5, "same")] * 2): """
            The convolutions look like this: {found}. Which windows and padding were asked for?
            Write `keras.layers.Conv2D(16, (5, 5), padding="same", ...)`, and so for the second.""",
        Rule(lambda m: (_last_shape(m), poolings(m)), ((14, 14, 32), 2), show=_last_shape): """
            After the last convolution the shape is {found}. Where do the poolings stand?
            A `MaxPooling2D((2, 2))` follows each of the two convolutions.""",
        Rule(activations("Conv2D"), ["relu"] * 2): """
            Something is missing after the sums of each convolution. See the lesson's.
            Give each `Conv2D` the argument `activation="relu"`.""",
        Rule(_ends_well): """
            What should the last layer output for ten classes?
            End with `keras.layers.Dense(10, activation="softmax")`.""",
        Rule(count, 416 + 12_832 + 15_690, show=lambda model: f"{count(model):,}"): """
            It has {found} weights. What stands between the convolutions and the answer?
            After the second pooling comes `Flatten`, and then no layer but the last `Dense`.""",
    },
    "04-trained": {
        WHY: "Compiled with a loss for integer labels, and trained.",
        **NETWORK,
        Rule(lambda model: model.compiled): """
            How should this network learn? Nobody has told it.
            Call `network.compile(optimizer="adam", loss=..., metrics=["accuracy"])` before `fit`.
            """,
        Rule(_loss, LOSS): """
            The loss is {found}. In which form does it want the labels?
            The labels are integers: `loss="sparse_categorical_crossentropy"`.""",
        Rule(lambda model: int(model.optimizer.iterations) > 0): """
            Its optimizer has not taken a step yet.
            Call `network.fit(small.x_train, small.y_train, ...)`, and run the cell.""",
    },
    "04-file": {
        WHY: "Two objects with the same weights: the file holds all that was learned.",
        Rule(are_two_networks): """
            The answer should be a pair of networks. Is yours?
            `save` first, then `loaded = keras.saving.load_model(...)`; give both.""",
        Rule(lambda pair: pair[0] is not pair[1]): """
            These are two names of one network. Where did you load it?
            `loaded = keras.saving.load_model("exercise.keras")` makes a new one of the file.""",
        Rule(_same_weights): """
            The two have other weights. What happened to the network after it was saved?
            Save it after the training, load it, and train neither of them again.""",
    },
    "04-mended": {
        WHY: "Channels, scaled pixels, relu, a flattening, and probabilities that add up to 1.",
        **NETWORK,
        Rule(_begins_well): """
            How does it begin? Look at the pictures' shape and at the size of their numbers.
            Begin with `keras.Input((28, 28, 1))` and `keras.layers.Rescaling(1 / 255)`.""",
        Rule(activations("Conv2D"), ["relu"] * 2): """
            The convolutions end with {found}: two sums in a row do no more than one.
            Give both `Conv2D` the argument `activation="relu"`.""",
        Rule(lambda model: model.output_shape[1:], (10,)): """
            For each picture it answers with the shape {found}. What should it answer with?
            Put `keras.layers.Flatten()` before the first `Dense`.""",
        Rule(_ends_well): """
            Do its ten outputs add up to 1?
            The last layer needs `activation="softmax"`.""",
        Rule(_sizes, ([32, 64], 2, [64, 10])): """
            It has other layers than the broken one: {found}. Mend only what is wrong.
            Keep two convolutions, two poolings and two dense layers with their sizes.""",
    },
    "04-place": {
        WHY: "Behind it each place has weights of its own, so a stroke elsewhere is a new one.",
        "dense": """A dense layer stands in both convolutional networks. What stands before it?
            Compare the two networks layer by layer: they differ in one.""",
        "conv2d": """Both networks have the same convolutions. What comes after them?
            A kernel is the same everywhere. Which layer keeps the places apart?""",
        "maxpooling2d": """Both have this pooling, and it makes a network depend on places less.
            Look at what follows the last convolution.""",
        right("flatten"): """Compare the networks of the two curves: which layer does only one of \
            them have, and which one replaces it in the other?
            Write the name of the layer that makes a row of a picture: it keeps places apart.""",
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
        WHY: "Only the filters and the seeds differ, so you can see how much is luck.",
        **runs_named(*NAMES),
        Rule(all_networks(lambda name, model: filters(model) == [int(name)])): """
            The trained networks do not have the filters that their names say.
            Train `builders[name]()` under the key `name`.""",
        Rule(lambda answer: all(len(runs) > 1 for runs in groups(answer))): """
            With one run of each, how would you notice luck?
            Pass `repeats=3` to `train_many`.""",
        **ALIKE,
    },
    "04-votes": {
        WHY: "25 pictures, 25 answers: a digit at the border of two classes gets votes for both.",
        Rule(COLUMN, of_shape(10)): """
            Called with a stand-in for a network, it returned {found}. What should it return?
            Ten numbers, one for each class: `np.bincount(answers, minlength=10)`.""",
        Rule(lambda function: int(np.sum(COLUMN(function))), 25): """
            It counted {found} votes. At how many places does the digit stand?
            Five shifts down for each of five shifts to the right, 0 and 0 among them.""",
        Rule(COLUMN, VOTES): """
            A single bright pixel does not move through five columns. Are the shifts from -2 to 2?
            Use `range(-2, 3)` for the shifts to the right.""",
        Rule(ROW, VOTES): """
            To the right it moves well, but not down.
            Use `range(-2, 3)` for the shifts down, too, in a second loop.""",
    },
    "04-small": {
        WHY: "Small enough. Whether it is good enough is for the validation pictures to say.",
        **NETWORK,
        Rule(lambda model: model.input_shape[1:] == GREY and _ends_well(model)): """
            It should take raw digits, and give ten probabilities.
            `models.conv_net((28, 28, 1), [...])` does both.""",
        Rule(lambda model: len(layers(model, "Conv2D")), lambda found: found > 0): """
            It has no convolution. Would a dense network this small do?
            Begin with a few filters and a pooling: `[8, "pool"]`.""",
        Rule(count, lambda found: found <= MOST_WEIGHTS, show=lambda m: f"{count(m):,}"): """
            It has {found} weights, and at most 10,000 are allowed. Where do most of them sit?
            Pool twice before the dense layer, or leave out all dense layers but the last.""",
    },
}
