"""Checks of lesson 1: shapes, weights, a dense network and its answers."""

from cnncourse.checks.core import Check, Rule, equals, same, unlike
from cnncourse.checks.examples import dense_net, fitted, sequential
from cnncourse.checks.networks import NETWORK, activations, layers, units

PICTURE = (28, 28, 1)
SCALE = ("Rescaling", {"scale": 1 / 255})
FLATTEN = ("Flatten", {})


def _dense(units: int, activation: str | None) -> tuple:
    return "Dense", {"units": units, "activation": activation}


def _scaled(model) -> bool:
    return same([layer.scale for layer in layers(model, "Rescaling")], [1 / 255])


def _loss(history) -> str:
    loss = history.model.loss
    return loss if isinstance(loss, str) else getattr(loss, "name", "") or loss.__name__


CHECKS = [
    Check(
        "01-shape",
        solution=lambda: (32, 28, 28, 1),
        why="Pictures first, then height, width and channels.",
        rules=[
            unlike(
                (28, 28, 1),
                "That is one picture. How many are in the batch?",
                "The number of pictures comes first: `(pictures, height, width, channels)`.",
            ),
            unlike(
                (32, 28, 28),
                "Almost: one axis is missing. What do colour pictures have three of?",
                "The last axis holds the channels. Grey pictures have 1.",
            ),
            equals(
                (32, 28, 28, 1),
                "Write a tuple of four numbers. What does each axis count?",
                "The order is `(pictures, height, width, channels)`; the batch has 32 pictures.",
            ),
        ],
    ),
    Check(
        "01-memory",
        solution=lambda: 32 * 28 * 28 * 4,
        why="25,088 numbers of four bytes each: four times as much as `uint8` takes.",
        rules=[
            unlike(
                32 * 28 * 28,
                "That is how many numbers there are. How many bytes does each take?",
                "`float32` means 32 bits a number, and 8 bits are a byte.",
            ),
            unlike(
                32 * 28 * 28 * 8,
                "Eight bytes a number: which type is that?",
                "`float64` takes eight bytes, `float32` half as many.",
            ),
            unlike(
                28 * 28 * 4,
                "That is one picture of the batch.",
                "Multiply by the 32 pictures.",
            ),
            equals(
                32 * 28 * 28 * 4,
                "How many numbers are in the batch, and how many bytes has each?",
                "Multiply the four sizes of the shape, and then by 4 bytes.",
            ),
        ],
    ),
    Check(
        "01-weights",
        solution=lambda: 785 * 64 + 65 * 32 + 33 * 10,
        why="785 x 64, 65 x 32 and 33 x 10: each neuron has a weight for each input, and a bias.",
        rules=[
            unlike(
                784 * 64 + 64 * 32 + 32 * 10,
                "Almost: each neuron has one number more than it has inputs.",
                "Add the biases: one for each of the 64 + 32 + 10 neurons.",
            ),
            unlike(
                785 * 64 + 65 * 32,
                "Two layers are right. Where do the ten probabilities come from?",
                "The output layer has weights too: 10 neurons with 32 inputs each.",
            ),
            unlike(
                785 * 64 + 785 * 32 + 785 * 10,
                "Does every layer look at the pixels?",
                "Only the first layer does. The second has 64 inputs, the third 32.",
            ),
            equals(
                785 * 64 + 65 * 32 + 33 * 10,
                "Go layer by layer: neurons times (inputs + 1).",
                "784 inputs for 64 neurons, 64 for 32, and 32 for 10. Each neuron has a bias.",
            ),
        ],
    ),
    Check(
        "01-network",
        solution=lambda: sequential(
            PICTURE, SCALE, FLATTEN, _dense(64, "relu"), _dense(32, "relu"), _dense(10, "softmax")
        ),
        why="Pixels scaled, two hidden layers with relu, ten probabilities at the end.",
        rules=[
            NETWORK,
            Rule(
                lambda model: model.input_shape[1:] == PICTURE,
                hints=(
                    "The network does not take pictures of 28 x 28 pixels. How does it begin?",
                    "Begin with `keras.Input((28, 28, 1))`; the number of pictures is left out.",
                ),
                wrong=(lambda: sequential((784,), SCALE, _dense(10, "softmax")),),
            ),
            Rule(
                lambda model: units(model) == [64, 32, 10],
                hints=(
                    "The dense layers have {seen} neurons. Which ones were asked for?",
                    "Three dense layers: 64 and 32 neurons, and 10 for the ten classes.",
                ),
                wrong=(
                    lambda: dense_net(PICTURE, [64]),
                    lambda: dense_net(PICTURE, [32, 64]),
                ),
                seen=units,
            ),
            Rule(
                _scaled,
                hints=(
                    "The pixels arrive as 0 to 255. What did the lesson's network do first?",
                    "Put `keras.layers.Rescaling(1 / 255)` before `Flatten`.",
                ),
                wrong=(
                    lambda: sequential(
                        PICTURE,
                        FLATTEN,
                        *[_dense(64, "relu"), _dense(32, "relu"), _dense(10, "softmax")],
                    ),
                ),
            ),
            Rule(
                lambda model: activations(model, "Dense")[:2] == ["relu", "relu"],
                hints=(
                    "Something is missing in the hidden layers: two in a row do no more than one.",
                    'Give both hidden layers `activation="relu"`.',
                ),
                wrong=(
                    lambda: sequential(
                        PICTURE,
                        *[SCALE, FLATTEN, _dense(64, None), _dense(32, None)],
                        _dense(10, "softmax"),
                    ),
                ),
            ),
            Rule(
                lambda model: activations(model, "Dense")[2] == "softmax",
                hints=(
                    "Do the ten outputs add up to 1?",
                    'Give the last layer `activation="softmax"`; yours has `{seen}`.',
                ),
                wrong=(
                    lambda: sequential(
                        PICTURE,
                        *[SCALE, FLATTEN, _dense(64, "relu"), _dense(32, "relu")],
                        _dense(10, "relu"),
                    ),
                ),
                seen=lambda model: activations(model, "Dense")[2],
            ),
        ],
    ),
    Check(
        "01-fit",
        solution=lambda: fitted("sparse_categorical_crossentropy", "accuracy", "val_accuracy"),
        why="Integer labels, a loss that takes them, and validation pictures to watch.",
        rules=[
            Rule(
                lambda history: "loss" in dir(history.model) and isinstance(history.history, dict),
                hints=(
                    "What does `fit` return?",
                    "Write `history = network.fit(...)`: the answer is what `fit` returns.",
                ),
                wrong=(lambda: {"accuracy": [0.9]},),
            ),
            Rule(
                lambda history: _loss(history) == "sparse_categorical_crossentropy",
                hints=(
                    "The loss is {seen}. In which form does it want the labels, and which form do "
                    "yours have?",
                    'The labels are integers: `loss="sparse_categorical_crossentropy"`.',
                ),
                wrong=(
                    lambda: fitted("categorical_crossentropy", "accuracy", "val_accuracy"),
                    lambda: fitted("mse", "accuracy", "val_accuracy"),
                ),
                seen=_loss,
            ),
            Rule(
                lambda history: "val_accuracy" in history.history,
                hints=(
                    "You cannot see how it does on pictures that it does not learn from.",
                    'Pass `validation_data=(x, y)` to `fit`, and `metrics=["accuracy"]` to '
                    "`compile`.",
                ),
                wrong=(lambda: fitted("sparse_categorical_crossentropy", "accuracy"),),
            ),
        ],
    ),
    Check(
        "01-argmax",
        solution=lambda: [2, 0, 3],
        why="One answer for each picture: the class with its largest probability.",
        rules=[
            unlike(
                [1, 0, 0, 2],
                "You have four answers for three pictures.",
                "Take the largest of each row: `argmax(axis=1)`.",
            ),
            unlike(
                [0.6, 0.4, 0.7],
                "These are the largest probabilities. Which classes do they belong to?",
                "`max` gives the value, `argmax` its place.",
            ),
            equals(
                [2, 0, 3],
                "Three pictures, so three classes, each from 0 to 3.",
                "`probabilities.argmax(axis=1)` gives the place of the largest in each row.",
            ),
        ],
    ),
    Check(
        "01-sets",
        solution=lambda: {"fit": "training", "choose": "validation", "report": "test"},
        why="And the test set only once, when nothing is left to choose.",
        rules=[
            unlike(
                {"fit": "training", "choose": "test", "report": "test"},
                "If you choose by the test pictures, what is left to tell the truth?",
                "Choose by the validation pictures.",
            ),
            unlike(
                {"fit": "training", "choose": "validation", "report": "validation"},
                "The chosen network fits these pictures by luck, too. Which ones decided nothing?",
                "Report the accuracy on the test pictures.",
            ),
            equals(
                {"fit": "training", "choose": "validation", "report": "test"},
                'Each value is "training", "validation" or "test", and each is needed once.',
                "The network learns from the training pictures; you choose by the validation "
                "pictures.",
            ),
        ],
    ),
]
