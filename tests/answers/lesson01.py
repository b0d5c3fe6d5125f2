from answers import PASSED, fitted, sequential
from cnncourse.models import dense_net

PICTURE = (28, 28, 1)
SCALE, FLATTEN = ("Rescaling", {"scale": 1 / 255}), ("Flatten", {})
LOSS = "sparse_categorical_crossentropy"


def dense(units, activation):
    return "Dense", {"units": units, "activation": activation}


def network(*, first=(SCALE, FLATTEN), hidden="relu", last="softmax"):
    return sequential(PICTURE, *first, dense(64, hidden), dense(32, hidden), dense(10, last))


def mended(*, first=(SCALE, FLATTEN), last="softmax", loss=LOSS):
    model = sequential(PICTURE, *first, dense(64, "relu"), dense(10, last))
    model.compile(optimizer="adam", loss=loss)
    return model


def answers():
    return {
        "01-shape": {"That is a text": ["(32, 28, 28, 1)"]},
        "01-mended": {
            PASSED: [mended(), mended(first=[FLATTEN, SCALE])],
            "The answer should be a network": ["mended"],
            "The first mistake": [mended(first=[FLATTEN])],
            "Another mistake": [mended(last="relu")],
            "And a mistake in `compile`": [mended(loss="categorical_crossentropy")],
        },
        "01-network": {
            PASSED: [network()],
            "The answer should be a network": [[32, "pool", 64], "conv_net"],
            "The network does not take": [sequential((784,), SCALE, dense(10, "softmax"))],
            "The dense layers have [64, 10]": [dense_net(PICTURE, [64])],
            "The dense layers have [32, 64, 10]": [dense_net(PICTURE, [32, 64])],
            "The pixels arrive as 0 to 255": [network(first=[FLATTEN])],
            "Something is missing in the hidden": [network(hidden=None)],
            "Do the ten outputs add up to 1": [network(last="relu")],
        },
        "01-fit": {
            PASSED: [fitted(LOSS, "accuracy", "val_accuracy")],
            "What does `fit` return?": [{"accuracy": [0.9]}],
            "The loss is mse": [fitted("mse", "accuracy", "val_accuracy")],
            "The loss is categorical_crossentropy": [
                fitted("categorical_crossentropy", "accuracy", "val_accuracy")
            ],
            "You cannot see how it does": [fitted(LOSS, "accuracy")],
        },
    }
