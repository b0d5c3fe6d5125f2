"""Questions of lesson 5: a callback, a curve, feature maps, a covered square and the control."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, called, is_a, keeps, of_shape, right
from cnncourse.checks.networks import is_network, layers

PICTURE = np.arange(64, dtype=np.uint8).reshape(8, 8, 1)
COVERED = PICTURE.copy()
COVERED[1:4, 2:5] = 9
TWICE = ["convolution", "pooling", "convolution"]


def _stops(accuracy: float, val_accuracy: float) -> Callable:
    """Look whether a callback with the gap 0.1 stops after an epoch with these metrics."""

    def look(callback_class: Any) -> bool:
        callback, model = callback_class(0.1), SimpleNamespace(stop_training=False)
        callback.set_model(model)
        callback.on_epoch_end(0, {"accuracy": accuracy, "val_accuracy": val_accuracy})
        return bool(model.stop_training)

    return look


def _opened(function: Callable) -> Any:
    """Return what the function makes of a small network with two convolutions."""
    keras = sys.modules["keras"]
    steps = [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(2, 3),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(4, 2),
        keras.layers.Flatten(),
        keras.layers.Dense(3),
    ]
    return function(keras.Sequential(steps))


def _shapes(function: Callable) -> list[tuple]:
    """Return the shape of each output, without the number of pictures."""
    outputs = _opened(function).outputs
    return [tuple(output.shape[1:]) for output in outputs]


def _kinds(model: Any) -> list[tuple]:
    return [(type(layer).__name__, layer.count_params()) for layer in layers(model, "Layer")]


def _alike(first: Any, second: Any) -> bool:
    return all(map(np.array_equal, first.get_weights(), second.get_weights()))


def _differ(pair: Any) -> bool:
    """Say whether no two controls have the same weights."""
    controls = pair[1]
    return not any(_alike(a, b) for n, a in enumerate(controls) for b in controls[:n])


QUESTIONS: dict[str, Table] = {
    "05-callback": {
        WHY: "It compares the two once an epoch, and tells the model to stop.",
        Rule(lambda answer: isinstance(answer, type) and is_a("Callback")(answer(0.1))): """
            The answer should be a class of callbacks that is made with a gap.
            Begin with `class StopAtGap(keras.callbacks.Callback):`, and let `__init__` take \
            `gap` and call `super().__init__()`.""",
        Rule(_stops(0.9, 0.85), False): """
            It stops while the two accuracies are still close together.
            Compare `logs["accuracy"] - logs["val_accuracy"]` with the gap.""",
        Rule(_stops(0.9, 0.7)): """
            Training is 20 points ahead, the gap is 10, and the training goes on.
            Set `self.model.stop_training = True`, on the model and not on the callback, in \
            `on_epoch_end`.""",
        Rule(_stops(0.7, 0.9), False): """
            It also stops where the validation pictures are ahead, which is no overfitting.
            Leave `abs` out: only training accuracy minus validation accuracy counts.""",
    },
    "05-read": {
        WHY: """From epoch 6 on the network learns by heart: its mistakes get surer, hardly more
            numerous.""",
        "a": """Look at the dotted line: which pictures does it stand for?
            Training loss falls whenever a network learns by heart. It says nothing about new \
            pictures.""",
        "c": """Look at the accuracy on validation pictures from epoch 6 on.
            It stays where it was: about as many answers are wrong as before.""",
        "d": """Test pictures are not in this figure.
            A figure supports what it shows, and nothing else.""",
        right("b"): """Write one of the four letters, in quotes.
            Two curves part after epoch 6. Which of the four sentences names both?""",
    },
    "05-inside": {
        WHY: "The same layers, another way out: it needs no training, and shares all weights.",
        Rule(lambda function: is_network(_opened(function))): """
            The answer should be a function that returns a model.
            Return `keras.Model(model.inputs, [...])`.""",
        Rule(lambda function: len(_opened(function).outputs), 2): """
            A network with two convolutions should get 2 outputs, and yours has {found}.
            Take the layers with `isinstance(layer, keras.layers.Conv2D)`.""",
        Rule(_shapes, [(6, 6, 2), (2, 2, 4)]): """
            The outputs of its two convolutions are 6 x 6 x 2 and 2 x 2 x 4. Yours are {found}.
            Take `layer.output` of each convolution, in the order of `model.layers`.""",
    },
    "05-field": {
        WHY: "After each pooling, neighbours stand twice as far apart, so windows reach farther.",
        Rule(called(["convolution"]), 3): """
            A single convolution of 3 x 3 sees 3 pixels; yours gives {found}.
            Begin with `size, apart = 1, 1`; a convolution adds `2 * apart` to the size.""",
        Rule(called(["convolution", "convolution"]), 5): """
            Two convolutions see 5 pixels; yours gives {found}.
            Each one adds `2 * apart`, and `apart` is still 1.""",
        Rule(called(["convolution", "pooling"]), 4): """
            A pooling after a convolution sees 4 pixels; yours gives {found}.
            A pooling adds `apart`, and only then doubles it.""",
        Rule(called(TWICE), 8): """
            Convolution, pooling, convolution: 8 pixels; yours gives {found}.
            After the pooling `apart` is 2, so the next convolution adds 4.""",
    },
    "05-cover": {
        WHY: "And the picture itself is as it was, ready for the next square.",
        Rule(called(PICTURE, 1, 2, 3, 9), of_shape(8, 8, 1)): """
            For a picture of 8 x 8 x 1, does your function return one of the same shape?
            Begin with `def cover(image, top, left, size, fill):`, and end with \
            `return covered`.""",
        Rule(keeps(PICTURE, 1, 2, 3, 9)): """
            Look at the picture that you passed: is it still the same?
            Work on a copy: `covered = image.copy()`.""",
        Rule(lambda cover: np.all(cover(PICTURE.copy(), 1, 2, 3, 9)[1:4, 2:5] == 9)): """
            The square at row 1 and column 2 is not filled all over.
            Set `covered[top : top + size, left : left + size] = fill`: rows come first.""",
        Rule(called(PICTURE, 1, 2, 3, 9), COVERED): """More than the square has changed.
            The square is `size` pixels wide and high: 3 of them cover 9 pixels.""",
    },
    "05-control": {
        WHY: """The same layers, other weights, several times: what looks alike for all of them is
            no evidence of learning.""",
        Rule(lambda pair: len(pair[1]) >= 3 and all(map(is_network, pair[1]))): """
            The answer should be a list of at least three networks.
            Make it in a loop over three seeds.""",
        Rule(lambda pair: all(_kinds(net) == _kinds(pair[0]) for net in pair[1])): """
            A control has other layers. Then you could not tell what the weights do.
            Make each from the model itself: `explain.with_random_weights(model, seed=...)`.""",
        Rule(lambda pair: any(_alike(pair[0], net) for net in pair[1]), False): """
            A control has the same weights as the network.
            Do not copy the weights: random ones are the point of a control.""",
        Rule(_differ): """Your controls are one network, drawn several times.
            Give each another seed: `explain.with_random_weights(model, seed=seed)`.""",
    },
}
