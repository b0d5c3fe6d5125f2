import numpy as np

from answers import PASSED, keras
from cnncourse.models import conv_net


def callback(should_stop):
    class Stopper(keras().callbacks.Callback):
        def __init__(self, gap):
            super().__init__()
            self.gap = gap

        def on_epoch_end(self, epoch, logs=None):
            if should_stop(self.gap, logs["accuracy"] - logs["val_accuracy"]):
                self.model.stop_training = True

    return Stopper


def forgetful():
    class Stopper(callback(lambda gap, ahead: False)):
        def on_epoch_end(self, epoch, logs=None):
            self.stop_training = True

    return Stopper


def cover(image, top, left, size, fill):
    covered = image.copy()
    covered[top : top + size, left : left + size] = fill
    return covered


def cover_in_place(image, top, left, size, fill):
    image[top : top + size, left : left + size] = fill
    return image


def inside(model, take=lambda layers: layers):
    convolutions = [each for each in model.layers if isinstance(each, keras().layers.Conv2D)]
    return keras().Model(model.inputs, [layer.output for layer in take(convolutions)])


def every_layer(model):
    return keras().Model(model.inputs, [layer.output for layer in model.layers])


def field(steps, first=1, grows=2, pooled=1, doubles=2):
    size, apart = first, 1
    for step in steps:
        if step == "pooling":
            size, apart = size + pooled * apart, apart * doubles
        else:
            size += grows * apart
    return size


def net(layers=(16, "pool", 32, "pool")):
    return conv_net((28, 28, 1), layers, padding="same")


def answers():
    model, copy, first, second, third = (net() for _ in range(5))
    copy.set_weights(model.get_weights())
    return {
        "05-callback": {
            PASSED: [callback(lambda gap, ahead: ahead > gap)],
            "The answer should be a class": [callback(lambda gap, ahead: True)(0.1), 0.1],
            "It stops while the two": [
                callback(lambda gap, ahead: True),
                callback(lambda gap, ahead: abs(ahead) < gap),
            ],
            "Training is 20 points ahead": [forgetful(), callback(lambda gap, ahead: False)],
            "It also stops where": [callback(lambda gap, ahead: abs(ahead) > gap)],
        },
        "05-read": {},
        "05-inside": {
            PASSED: [inside],
            "The answer should be a function": [3, lambda model: model.layers],
            "A network with two convolutions": [
                every_layer,
                lambda model: inside(model, lambda layers: layers[:1]),
            ],
            "The outputs of its two": [
                lambda model: inside(model, lambda layers: layers[::-1]),
            ],
        },
        "05-field": {
            PASSED: [field],
            "A single convolution": [3.5, lambda steps: field(steps, first=0)],
            "Two convolutions see": [lambda steps: 3],
            "A pooling after": [lambda steps: field(steps, pooled=0)],
            "Convolution, pooling, convolution": [lambda steps: field(steps, doubles=1)],
        },
        "05-cover": {
            PASSED: [cover],
            "For a picture of 8 x 8 x 1": [128, lambda image, top, left, size, fill: None],
            "Look at the picture that you passed": [cover_in_place],
            "The square at row 1 and column 2": [
                lambda image, top, left, size, fill: cover(image, left, top, size, fill),
                lambda image, top, left, size, fill: cover(image, top, left, size, 128),
            ],
            "More than the square": [
                lambda image, top, left, size, fill: cover(image, top, left, size + 1, fill),
                lambda image, top, left, size, fill: np.full_like(image, fill),
            ],
        },
        "05-control": {
            PASSED: [(model, [first, second, third])],
            "The answer should be a list": [(model, first), (model, [first]), (model, "random")],
            "A control has other layers": [(model, [first, second, net([8, "pool", 32, "pool"])])],
            "A control has the same weights": [
                (model, [first, second, copy]),
                (model, [model] * 3),
            ],
            "Your controls are one network": [(model, [first, second, first])],
        },
    }
