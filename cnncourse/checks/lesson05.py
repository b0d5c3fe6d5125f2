"""Checks of lesson 5: a callback, feature maps, a covered square and the control."""

from types import SimpleNamespace

import numpy as np

from cnncourse.checks.core import Check, Rule, equals, same, unlike
from cnncourse.checks.examples import conv_net, keras
from cnncourse.checks.networks import NETWORK, is_a, is_network, layers

SHAPE = (28, 28, 1)


def _stops(callback_class, **metrics) -> bool:
    """Say whether a callback with the target 0.8 stops after an epoch with these metrics."""
    callback, model = callback_class(0.8), SimpleNamespace(stop_training=False)
    callback.set_model(model)
    callback.on_epoch_end(0, metrics)
    return bool(model.stop_training)


def _callback(should_stop):
    class Stopper(keras().callbacks.Callback):
        def __init__(self, target):
            super().__init__()
            self.target = target

        def on_epoch_end(self, epoch, logs=None):
            if should_stop(self.target, logs):
                self.model.stop_training = True

    return Stopper


def _forgetful():
    class Stopper(_callback(lambda target, logs: False)):
        def on_epoch_end(self, epoch, logs=None):
            self.stop_training = logs["val_accuracy"] >= self.target

    return Stopper


def _right_callback():
    return _callback(lambda target, logs: logs["val_accuracy"] >= target)


def _cover(image, top, left, size, *, grey=128):
    covered = image.copy()
    covered[top : top + size, left : left + size] = grey
    return covered


def _cover_in_place(image, top, left, size):
    image[top : top + size, left : left + size] = 128
    return image


def _picture() -> np.ndarray:
    return np.arange(64, dtype=np.uint8).reshape(8, 8, 1)


def _net(*, layers: list | None = None):
    return conv_net(SHAPE, layers or [16, "pool", 32, "pool"], padding="same")


def _pair(*, same_weights: bool):
    model, control = _net(), _net()
    if same_weights:
        control.set_weights(model.get_weights())
    return model, control


def _itself():
    model = _net()
    return model, model


def _shapes(model) -> list:
    return [weights.shape for weights in model.get_weights()]


CHECKS = [
    Check(
        "05-callback",
        solution=_right_callback,
        why="It looks once an epoch, and tells the model to stop.",
        rules=[
            Rule(
                lambda answer: isinstance(answer, type) and is_a(answer(0.8), "Callback"),
                hints=(
                    "The answer should be a class of callbacks that is made with a target.",
                    "Begin with `class StopAtTarget(keras.callbacks.Callback):`, and let "
                    "`__init__` take `target` and call `super().__init__()`.",
                ),
                wrong=(lambda: _right_callback()(0.8), lambda: 0.8),
            ),
            Rule(
                lambda answer: not _stops(answer, accuracy=0.9, val_accuracy=0.7),
                hints=(
                    "It stops while the validation accuracy is still below the target.",
                    'Watch `logs["val_accuracy"]`: the training accuracy includes what was learned '
                    "by heart.",
                ),
                wrong=(
                    lambda: _callback(lambda target, logs: logs["accuracy"] >= target),
                    lambda: _callback(lambda target, logs: True),
                    lambda: _callback(lambda target, logs: logs["val_accuracy"] <= target),
                ),
            ),
            Rule(
                lambda answer: _stops(answer, accuracy=0.9, val_accuracy=0.85),
                hints=(
                    "The target is reached, and the training goes on.",
                    "Set `self.model.stop_training = True`, on the model and not on the callback, "
                    "in `on_epoch_end`.",
                ),
                wrong=(_forgetful, lambda: _callback(lambda target, logs: False)),
            ),
            Rule(
                lambda answer: _stops(answer, accuracy=0.7, val_accuracy=0.8),
                hints=(
                    "What if the target is met exactly, and by the validation pictures only?",
                    'Compare with `>=`, and look at `logs["val_accuracy"]` alone.',
                ),
                wrong=(lambda: _callback(lambda target, logs: logs["val_accuracy"] > target),),
            ),
        ],
    ),
    Check(
        "05-fresh",
        solution=lambda: [lambda: keras().callbacks.EarlyStopping()],
        why="Each training makes a callback of its own, which remembers nothing.",
        rules=[
            Rule(
                lambda answer: type(answer) in (list, tuple) and len(answer) > 0,
                hints=(
                    "`train` takes several callbacks. How do you hand them over?",
                    "Write a list, with one entry in it.",
                ),
                wrong=(lambda: lambda: keras().callbacks.EarlyStopping(),),
            ),
            Rule(
                lambda answer: not any(is_a(made, "Callback") for made in answer),
                hints=(
                    "A callback that was used once may remember its last run.",
                    "Hand over a function that makes it: `lambda: StopAtTarget(...)`.",
                ),
                wrong=(lambda: [keras().callbacks.EarlyStopping()],),
            ),
            Rule(
                lambda answer: all(is_a(make(), "Callback") for make in answer),
                hints=(
                    "Called without arguments, the entry does not make a callback.",
                    "`train` calls it with empty brackets, so the target must be inside: "
                    "`lambda: StopAtTarget(0.8)`.",
                ),
                wrong=(lambda: [_right_callback()], lambda: [0.8]),
            ),
        ],
    ),
    Check(
        "05-maps",
        solution=lambda: (3, 7, 7, 32),
        why="Pictures, height, width and one map for each filter.",
        rules=[
            unlike(
                (7, 7, 32),
                "That is for one picture.",
                "There are three pictures, and their number comes first.",
            ),
            unlike(
                (3, 14, 14, 32),
                "That is what goes into the second pooling.",
                "Pooling halves 14 to 7.",
            ),
            unlike(
                (3, 5, 5, 32),
                'That would be right for padding "valid".',
                'With "same" a convolution keeps the size; only the poolings halve it.',
            ),
            equals(
                (3, 7, 7, 32),
                "Four numbers: what does each of them count?",
                "3 pictures, 28 halved twice, and a map for each filter of the second convolution.",
            ),
        ],
    ),
    Check(
        "05-kernels",
        solution=lambda: (3, 3, 16, 32),
        why="Rows, columns, channels that come in, filters.",
        rules=[
            unlike(
                (3, 3, 32, 16),
                "The numbers are right, their order is not.",
                "The channels that come in stand before the filters.",
            ),
            unlike(
                (3, 3, 32),
                "A filter reaches through all channels.",
                "It gets 16 channels from the first convolution.",
            ),
            unlike(
                (32, 3, 3, 16),
                "Other libraries order them like this.",
                "Keras puts the filters last: rows, columns, channels, filters.",
            ),
            equals(
                (3, 3, 16, 32),
                "Count its weights first, as in the exercises to lesson 4.",
                "Rows and columns of the kernel, channels that come in, filters.",
            ),
        ],
    ),
    Check(
        "05-cover",
        solution=lambda: _cover,
        why="And the picture itself is as it was, ready for the next square.",
        rules=[
            Rule(
                lambda function: np.shape(function(_picture(), 1, 2, 3)) == (8, 8, 1),
                hints=(
                    "For a picture of 8 x 8 x 1, does your function return one of the same shape?",
                    "Begin with `def cover(image, top, left, size):`, and end with "
                    "`return covered`.",
                ),
                wrong=(lambda: 128, lambda: lambda image, top, left, size: None),
            ),
            Rule(
                lambda function: (
                    function(image := _picture(), 1, 2, 3) is not image and same(image, _picture())
                ),
                hints=(
                    "Look at the picture that you passed: is it still the same?",
                    "Work on a copy: `covered = image.copy()`.",
                ),
                wrong=(lambda: _cover_in_place,),
            ),
            Rule(
                lambda function: np.all(function(_picture(), 1, 2, 3)[1:4, 2:5] == 128),
                hints=(
                    "The square at row 1 and column 2 is not grey all over.",
                    "Set `covered[top : top + size, left : left + size] = 128`: rows come first.",
                ),
                wrong=(
                    lambda: lambda image, top, left, size: _cover(image, left, top, size),
                    lambda: lambda image, top, left, size: _cover(image, top, left, size, grey=0),
                ),
            ),
            Rule(
                lambda function: same(function(_picture(), 1, 2, 3), _cover(_picture(), 1, 2, 3)),
                hints=(
                    "More than the square has changed.",
                    "The square is `size` pixels wide and high: 3 of them cover 9 pixels.",
                ),
                wrong=(
                    lambda: lambda image, top, left, size: _cover(image, top, left, size + 1),
                    lambda: lambda image, top, left, size: np.full_like(image, 128),
                ),
            ),
        ],
    ),
    Check(
        "05-control",
        solution=lambda: _pair(same_weights=False),
        why="The same layers, other weights: what looks alike for both is no evidence of learning.",
        rules=[
            Rule(
                lambda pair: len(pair) == 2 and all(map(is_network, pair)),
                hints=NETWORK.hints,
                wrong=(lambda: (_net(), "random"),),
            ),
            Rule(
                lambda pair: pair[0] is not pair[1],
                hints=(
                    "The control is the network itself.",
                    "`explain.with_random_weights(model)` returns a copy with fresh weights.",
                ),
                wrong=(_itself,),
            ),
            Rule(
                lambda pair: (
                    _shapes(pair[0]) == _shapes(pair[1])
                    and len(layers(pair[0], "Layer")) == len(layers(pair[1], "Layer"))
                ),
                hints=(
                    "The control has other layers. Then you could not tell what the weights do.",
                    "Make it from the model itself: `explain.with_random_weights(model)`.",
                ),
                wrong=(lambda: (_net(), _net(layers=[8, "pool", 32, "pool"])),),
            ),
            Rule(
                lambda pair: not all(map(np.array_equal, *(m.get_weights() for m in pair))),
                hints=(
                    "The control has the same weights as the network.",
                    "Do not copy the weights: random ones are the point of a control.",
                ),
                wrong=(lambda: _pair(same_weights=True),),
            ),
        ],
    ),
]
