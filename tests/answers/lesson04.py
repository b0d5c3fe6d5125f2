from answers import PASSED, run, sequential
from cnncourse.models import conv_net, dense_net

COLOUR, GREY = (32, 32, 3), (28, 28, 1)
NAMES = ("16", "32", "64")


def builder(first, *, dense=64):
    return lambda: conv_net(GREY, [first, "pool"], dense=[dense])


def three(first=16, *, epochs=2):
    nets = {"16": builder(first)(), "32": builder(32)(), "64": builder(64)()}
    runs = {name: run(net) for name, net in nets.items()}
    return runs | {"16": run(nets["16"], epochs=epochs)}


def keras_net(
    *,
    shape=COLOUR,
    scale=1 / 255,
    activation="relu",
    pooling="MaxPooling2D",
    pools=2,
    flat="Flatten",
    last="softmax",
):
    described = [("Rescaling", {"scale": scale})] if shape == COLOUR else []
    for number, width in enumerate((16, 32, 64)):
        options = {"filters": width, "kernel_size": 3, "activation": activation}
        described.append(("Conv2D", options))
        described += [(pooling, {"pool_size": 2})] if number < pools else []
    head = [(flat, {}), ("Dense", {"units": 10, "activation": last})]
    return sequential(shape, *described, *head)


def answers():
    return {
        "04-network": {
            PASSED: [keras_net()],
            "The answer should be a network": [[32, "pool", 64], "conv_net"],
            "How does a network for these": [keras_net(shape=GREY), keras_net(scale=255)],
            "The convolutions have [16, 32, 32] filters": [
                conv_net(COLOUR, [16, "pool", 32, "pool", 32])
            ],
            "After the last convolution the shape is (11, 11, 64)": [keras_net(pools=1)],
            "After the last convolution the shape is (4, 4, 64)": [
                keras_net(pooling="AveragePooling2D")
            ],
            "After the last convolution the shape is (8, 8, 64)": [
                conv_net(COLOUR, [16, "pool", 32, "pool", 64], padding="same")
            ],
            "Something is missing after the sums": [keras_net(activation=None)],
            "What should the last layer output": [keras_net(last="relu")],
            "It has 24,234 weights": [keras_net(flat="GlobalAveragePooling2D")],
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
            "The runs were not trained alike": [three(epochs=1)],
        },
        "04-rival": {
            PASSED: [dense_net(GREY, [110, 64])],
            "The answer should be a network": [[32, "pool", 64], "conv_net"],
            "The rival should do without": [
                conv_net(GREY, [32, "pool", 64, "pool", 64], dense=[64])
            ],
            "It has 101770 weights": [dense_net(GREY, [128])],
            "It has 50890 weights": [dense_net(GREY, [64])],
        },
    }
