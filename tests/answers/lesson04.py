import numpy as np

from answers import PASSED, keras, run, sequential
from cnncourse.models import conv_net, dense_net

COLOUR, GREY = (32, 32, 3), (28, 28, 1)
NAMES = ("16", "32", "64")
LOSS = "sparse_categorical_crossentropy"


def builder(first, *, dense=64):
    return lambda: conv_net(GREY, [first, "pool"], dense=[dense])


def three(first=16, *, epochs=2, seeds=2):
    nets = {"16": builder(first)(), "32": builder(32)(), "64": builder(64)()}
    runs = {name: [run(net, seed=seed) for seed in range(seeds)] for name, net in nets.items()}
    return runs | {"16": [run(nets["16"], epochs=epochs, seed=seed) for seed in range(seeds)]}


def keras_net(
    *,
    shape=GREY,
    scale=1 / 255,
    widths=(16, 32),
    kernel=5,
    padding="same",
    activation="relu",
    pooling="MaxPooling2D",
    flat="Flatten",
    dense=(),
    last="softmax",
):
    described = [("Rescaling", {"scale": scale})] if scale else []
    for width in widths:
        options = {"kernel_size": kernel, "padding": padding, "activation": activation}
        described += [("Conv2D", {"filters": width, **options}), (pooling, {"pool_size": 2})]
    described += [(flat, {})] if flat else []
    described += [("Dense", {"units": count, "activation": "relu"}) for count in dense]
    return sequential(shape, *described, ("Dense", {"units": 10, "activation": last}))


def trained(loss=LOSS, *, steps=3):
    model = keras_net()
    model.compile("adam", loss)
    model.optimizer.build(model.trainable_variables)
    model.optimizer.iterations.assign(steps)
    return model


def loaded(model):
    copy = keras().models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


def broken(**options):
    mended = {"widths": (32, 64), "kernel": 3, "padding": "valid", "dense": (64,)}
    return keras_net(**{**mended, **options})


def votes(*, right=range(-2, 3), down=range(-2, 3), length=10):
    def count(answer, picture):
        moved = [np.roll(picture, (y, x), (0, 1)) for y in down for x in right]
        answers = np.argmax(answer(np.stack(moved)), axis=1)
        return np.bincount(answers, minlength=10)[:length]

    return count


def answers():
    model = keras_net()
    return {
        "04-network": {
            PASSED: [keras_net()],
            "The answer should be a network": [[16, "pool", 32], "conv_net"],
            "How does a network for raw": [
                keras_net(shape=COLOUR),
                keras_net(scale=255),
                keras_net(scale=None),
            ],
            "The convolutions have [16, 16] filters": [keras_net(widths=(16, 16))],
            "The convolutions look like this: [(3, 3, 'same'), (3, 3, 'same')]": [
                keras_net(kernel=3)
            ],
            "The convolutions look like this": [keras_net(padding="valid")],
            "After the last convolution the shape is (14, 14, 32)": [
                keras_net(pooling="AveragePooling2D")
            ],
            "Something is missing after the sums": [keras_net(activation=None)],
            "What should the last layer output": [keras_net(last="relu")],
            "It has 13,578 weights": [keras_net(flat="GlobalAveragePooling2D")],
        },
        "04-trained": {
            PASSED: [trained()],
            "The answer should be a network": [{"accuracy": [0.9]}],
            "How should this network learn?": [keras_net()],
            "The loss is mse": [trained("mse")],
            "The loss is categorical_crossentropy": [trained("categorical_crossentropy")],
            "Its optimizer has not taken": [trained(steps=0)],
        },
        "04-file": {
            PASSED: [(model, loaded(model))],
            "The answer should be a pair": [model, "exercise.keras"],
            "These are two names": [(model, model)],
            "The two have other weights": [(model, keras_net())],
        },
        "04-mended": {
            PASSED: [broken()],
            "The answer should be a network": ["mended"],
            "How does it begin?": [broken(scale=None), broken(shape=COLOUR)],
            "The convolutions end with ['linear', 'linear']": [broken(activation=None)],
            "For each picture it answers with the shape (5, 5, 10)": [broken(flat=None)],
            "Do its ten outputs": [broken(last="sigmoid")],
            "It has other layers": [broken(dense=()), broken(widths=(16, 64))],
        },
        "04-builders": {
            PASSED: [{name: builder(int(name)) for name in reversed(NAMES)}],
            "The answer should be a dictionary": [[builder(16)], {"16": builder(16)}],
            "The values should be functions": [{name: builder(int(name))() for name in NAMES}],
            "The networks have [[64], [64], [64]]": [{name: builder(64) for name in NAMES}],
            "The networks have [[8, 8], [8, 8], [8, 8]]": [
                {name: lambda: conv_net(GREY, [8, "pool", 8]) for name in NAMES}
            ],
            "They have [": [
                {name: builder(int(name), dense=int(name)) for name in NAMES},
                {name: builder(int(name), dense=32) for name in NAMES},
                {n: lambda n=n: conv_net(GREY, [int(n)], dense=[64]) for n in NAMES},
            ],
        },
        "04-filters": {
            PASSED: [three()],
            "The answer should be a dictionary": [{"16": run()}],
            "The trained networks do not have": [three(32)],
            "With one run of each": [three(seeds=1)],
            "The runs were not trained alike": [three(epochs=1)],
        },
        "04-votes": {
            PASSED: [votes()],
            "Called with a stand-in": [votes(length=5), lambda answer, picture: 25],
            "It counted 16 votes": [votes(right=range(-2, 2), down=range(-2, 2))],
            "It counted 5 votes": [votes(down=[0])],
            "A single bright pixel": [votes(right=range(5))],
            "To the right it moves well": [votes(down=range(5))],
        },
        "04-small": {
            PASSED: [conv_net(GREY, [8, "pool", 16, "pool"])],
            "The answer should be a network": [[8, "pool"]],
            "It should take raw digits": [conv_net(COLOUR, [8, "pool"]), keras_net(last="relu")],
            "It has no convolution": [dense_net(GREY, [8])],
            "It has 13,610 weights": [conv_net(GREY, [8, "pool"], classes=10)],
        },
    }
