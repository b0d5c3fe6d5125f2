"""Questions of lesson 5: a callback, feature maps, a covered square and the control."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, called, is_a, keeps, of_shape, right
from cnncourse.checks.networks import NETWORK_HINTS, are_two_networks, layers

PICTURE = np.arange(64, dtype=np.uint8).reshape(8, 8, 1)
COVERED = PICTURE.copy()
COVERED[1:4, 2:5] = 128


def _stops(**metrics: float) -> Callable:
    """Look whether a callback with the target 0.8 stops after an epoch with these metrics."""

    def look(callback_class: Any) -> bool:
        callback, model = callback_class(0.8), SimpleNamespace(stop_training=False)
        callback.set_model(model)
        callback.on_epoch_end(0, metrics)
        return bool(model.stop_training)

    return look


def _same_layers(pair: Any) -> bool:
    shapes = [[weights.shape for weights in model.get_weights()] for model in pair]
    return shapes[0] == shapes[1] and len({len(layers(model, "Layer")) for model in pair}) == 1


QUESTIONS: dict[str, Table] = {
    "05-callback": {
        WHY: "It looks once an epoch, and tells the model to stop.",
        Rule(lambda answer: isinstance(answer, type) and is_a("Callback")(answer(0.8))): """
            The answer should be a class of callbacks that is made with a target.
            Begin with `class StopAtTarget(keras.callbacks.Callback):`, and let `__init__` take \
            `target` and call `super().__init__()`.""",
        Rule(_stops(accuracy=0.9, val_accuracy=0.7), False): """
            It stops while the validation accuracy is still below the target.
            Watch `logs["val_accuracy"]`: the training accuracy includes what was learned by heart.
            """,
        Rule(_stops(accuracy=0.9, val_accuracy=0.85)): """
            The target is reached, and the training goes on.
            Set `self.model.stop_training = True`, on the model and not on the callback, in \
            `on_epoch_end`.""",
        Rule(_stops(accuracy=0.7, val_accuracy=0.8)): """
            What if the target is met exactly, and by the validation pictures only?
            Compare with `>=`, and look at `logs["val_accuracy"]` alone.""",
    },
    "05-fresh": {
        WHY: "Each training makes a callback of its own, which remembers nothing.",
        Rule(lambda answer: type(answer) in (list, tuple) and len(answer) > 0): """
            `train` takes several callbacks. How do you hand them over?
            Write a list, with one entry in it.""",
        Rule(lambda answer: not any(map(is_a("Callback"), answer))): """
            A callback that was used once may remember its last run.
            Hand over a function that makes it: `lambda: StopAtTarget(...)`.""",
        Rule(lambda answer: all(is_a("Callback")(make()) for make in answer)): """
            Called without arguments, the entry does not make a callback.
            `train` calls it with empty brackets, so the target must be inside: \
            `lambda: StopAtTarget(0.8)`.""",
    },
    "05-maps": {
        WHY: "Pictures, height, width and one map for each filter.",
        (7, 7, 32): """That is for one picture.
            There are three pictures, and their number comes first.""",
        (3, 14, 14, 32): """That is what goes into the second pooling.
            Pooling halves 14 to 7.""",
        (3, 5, 5, 32): """That would be right for padding "valid".
            With "same" a convolution keeps the size; only the poolings halve it.""",
        right((3, 7, 7, 32)): """Four numbers: what does each of them count?
            3 pictures, 28 halved twice, and a map for each filter of the second convolution.""",
    },
    "05-kernels": {
        WHY: "Rows, columns, channels that come in, filters.",
        (3, 3, 32, 16): """The numbers are right, their order is not.
            The channels that come in stand before the filters.""",
        (3, 3, 32): """A filter reaches through all channels.
            It gets 16 channels from the first convolution.""",
        (32, 3, 3, 16): """Other libraries order them like this.
            Keras puts the filters last: rows, columns, channels, filters.""",
        right((3, 3, 16, 32)): """Count its weights first, as in the exercises to lesson 4.
            Rows and columns of the kernel, channels that come in, filters.""",
    },
    "05-cover": {
        WHY: "And the picture itself is as it was, ready for the next square.",
        Rule(called(PICTURE, 1, 2, 3), of_shape(8, 8, 1)): """
            For a picture of 8 x 8 x 1, does your function return one of the same shape?
            Begin with `def cover(image, top, left, size):`, and end with `return covered`.""",
        Rule(keeps(PICTURE, 1, 2, 3)): """Look at the picture that you passed: is it still the same?
            Work on a copy: `covered = image.copy()`.""",
        Rule(lambda function: np.all(function(PICTURE.copy(), 1, 2, 3)[1:4, 2:5] == 128)): """
            The square at row 1 and column 2 is not grey all over.
            Set `covered[top : top + size, left : left + size] = 128`: rows come first.""",
        Rule(called(PICTURE, 1, 2, 3), COVERED): """More than the square has changed.
            The square is `size` pixels wide and high: 3 of them cover 9 pixels.""",
    },
    "05-control": {
        WHY: """The same layers, other weights: what looks alike for both is no evidence of
            learning.""",
        Rule(are_two_networks): NETWORK_HINTS,
        Rule(lambda pair: pair[0] is not pair[1]): """The control is the network itself.
            `explain.with_random_weights(model)` returns a copy with fresh weights.""",
        Rule(_same_layers): """
            The control has other layers. Then you could not tell what the weights do.
            Make it from the model itself: `explain.with_random_weights(model)`.""",
        Rule(lambda pair: all(map(np.array_equal, *(m.get_weights() for m in pair))), False): """
            The control has the same weights as the network.
            Do not copy the weights: random ones are the point of a control.""",
    },
}
