import numpy as np

from answers import PASSED, keras
from cnncourse.models import conv_net


def callback(should_stop):
    class Stopper(keras().callbacks.Callback):
        def __init__(self, target):
            super().__init__()
            self.target = target

        def on_epoch_end(self, epoch, logs=None):
            if should_stop(self.target, logs):
                self.model.stop_training = True

    return Stopper


def forgetful():
    class Stopper(callback(lambda target, logs: False)):
        def on_epoch_end(self, epoch, logs=None):
            self.stop_training = logs["val_accuracy"] >= self.target

    return Stopper


def cover(image, top, left, size, *, grey=128):
    covered = image.copy()
    covered[top : top + size, left : left + size] = grey
    return covered


def cover_in_place(image, top, left, size):
    image[top : top + size, left : left + size] = 128
    return image


def net(layers=(16, "pool", 32, "pool")):
    return conv_net((28, 28, 1), layers, padding="same")


def answers():
    right_callback = callback(lambda target, logs: logs["val_accuracy"] >= target)
    early_stopping = keras().callbacks.EarlyStopping
    model, copy = net(), net()
    copy.set_weights(model.get_weights())
    return {
        "05-callback": {
            PASSED: [right_callback],
            "The answer should be a class": [right_callback(0.8), 0.8],
            "It stops while the validation": [
                callback(lambda target, logs: logs["accuracy"] >= target),
                callback(lambda target, logs: True),
                callback(lambda target, logs: logs["val_accuracy"] <= target),
            ],
            "The target is reached": [forgetful(), callback(lambda target, logs: False)],
            "What if the target is met exactly": [
                callback(lambda target, logs: logs["val_accuracy"] > target)
            ],
        },
        "05-fresh": {
            PASSED: [[lambda: early_stopping()]],
            "`train` takes several callbacks": [lambda: early_stopping()],
            "A callback that was used once": [[early_stopping()]],
            "Called without arguments": [[right_callback], [0.8]],
        },
        "05-cover": {
            PASSED: [cover],
            "For a picture of 8 x 8 x 1": [128, lambda image, top, left, size: None],
            "Look at the picture that you passed": [cover_in_place],
            "The square at row 1 and column 2": [
                lambda image, top, left, size: cover(image, left, top, size),
                lambda image, top, left, size: cover(image, top, left, size, grey=0),
            ],
            "More than the square": [
                lambda image, top, left, size: cover(image, top, left, size + 1),
                lambda image, top, left, size: np.full_like(image, 128),
            ],
        },
        "05-control": {
            PASSED: [(model, net())],
            "The answer should be a network": [(model, "random")],
            "The control is the network itself": [(model, model)],
            "The control has other layers": [(model, net([8, "pool", 32, "pool"]))],
            "The control has the same weights": [(model, copy)],
        },
    }
