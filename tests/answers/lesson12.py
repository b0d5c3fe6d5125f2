import numpy as np

from answers import PASSED, keras, run
from cnncourse.models import conv_net

COLOUR = (32, 32, 3)
NAMES = ("plain", "augmented")


def body():
    base = conv_net(COLOUR, [16, "pool", 32, "pool"], padding="same", classes=6)
    return keras().Model(base.inputs, base.layers[-2].output)


def head(*, classes=4, frozen=True, all_frozen=False):
    base = body()
    base.trainable = not frozen
    last = keras().layers.Dense(classes, activation="softmax")
    network = keras().Sequential([keras().Input(COLOUR), base, last])
    if all_frozen:
        network.trainable = False
    return base, network


def stopping(**options):
    defaults = {"monitor": "val_loss", "patience": 5, "restore_best_weights": True}
    return keras().callbacks.EarlyStopping(**(defaults | options))


def net(filters=8):
    return conv_net(COLOUR, [filters, "pool"], classes=4)


def fine_tune(*, unfreeze=True, norms=False, again=True, rate=1e-4):
    def change(model):
        base = model.get_layer("base")
        base.trainable = unfreeze
        for layer in base.layers:
            if isinstance(layer, keras().layers.BatchNormalization):
                layer.trainable = norms
        if again:
            model.compile(keras().optimizers.Adam(rate), "sparse_categorical_crossentropy")
        return model

    return change


def prepare_in_place(pixels):
    pixels /= 127.5
    pixels -= 1
    return pixels


def answers():
    return {
        "12-prepare": {
            PASSED: [lambda x: x / 127.5 - 1, lambda x: (x - 127.5) / 127.5],
            "The answer should be a function": [1 / 127.5, lambda x: None],
            "Its smallest number is not negative": [lambda x: x / 255, lambda x: x / 127.5],
            "The pixels 0, 51 and 255 should become": [
                lambda x: x / 255 - 1,
                lambda x: x - 127.5,
            ],
            "It changes the array that it gets": [
                lambda x: prepare_in_place(x) if x.dtype == np.float32 else x / 127.5 - 1
            ],
        },
        "12-frozen": {
            PASSED: [head()],
            "The answer should be a network": [(body(), "frozen")],
            "Its convolutions are new": [(body(), net())],
            "It tells 10 classes apart": [head(classes=10)],
            "It tells 6 classes apart": [head(classes=6)],
            "The body would be trained too: 5088": [head(frozen=False)],
            "Nothing is left to train": [head(all_frozen=True)],
        },
        "12-finetune": {
            PASSED: [fine_tune()],
            "The answer should be a function": [1e-4, lambda model: None],
            "Only the head can learn": [fine_tune(unfreeze=False)],
            "1 layers of batch normalisation": [fine_tune(norms=True)],
            "Keras still trains what could learn": [fine_tune(again=False)],
            "The learning rate is 0.00": [fine_tune(rate=1e-3)],
        },
        "12-stop": {
            PASSED: [stopping()],
            "The answer should be a callback": [keras().callbacks.TerminateOnNaN(), "val_loss"],
            "It watches `loss`": [stopping(monitor="loss")],
            "It watches `accuracy`": [stopping(monitor="accuracy")],
            "A single bad epoch": [stopping(patience=0)],
            "After the best epoch": [stopping(restore_best_weights=False)],
        },
        "12-trials": {
            PASSED: [{name: [run(net(), seed=seed) for seed in (0, 1)] for name in NAMES}],
            "The answer should be a dictionary": [{"augmented": run()}],
            "The runs were not trained alike": [
                {name: run(seed=seed) for seed, name in enumerate(NAMES)}
            ],
            "With one run of each": [{name: run() for name in NAMES}],
            "The two networks have different layers": [
                {name: [run(net(8 * n))] * 2 for n, name in enumerate(NAMES, start=1)}
            ],
        },
    }
