"""Questions of lesson 12: pixels, a frozen body, early stopping, and fine-tuning with care."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, called, is_a, keeps, right
from cnncourse.checks.networks import are_two_networks, count, is_network, layers
from cnncourse.checks.runs import ALIKE, REPEATED, groups, runs_named

PIXELS = np.array([[[[0, 51, 255]]]], np.uint8)


def _share_convolutions(pair: Any) -> bool:
    body, network = ({id(layer) for layer in layers(model, "Conv2D")} for model in pair)
    return body == network


def _trained_weights(pair: Any) -> int:
    return sum(int(np.prod(weights.shape)) for weights in pair[0].trainable_weights)


def _tuned(function: Callable) -> Any:
    """Return what the function makes of a compiled model with a frozen body, a fresh small one."""
    keras = sys.modules["keras"]
    base = keras.Sequential(
        [
            keras.Input((4, 4, 3)),
            keras.layers.Conv2D(2, 1),
            keras.layers.BatchNormalization(),
            keras.layers.GlobalAveragePooling2D(),
        ],
        name="base",
    )
    base.trainable = False
    head = keras.layers.Dense(3, activation="softmax")
    model = keras.Sequential([keras.Input((4, 4, 3)), base, head])
    before = keras.optimizers.Adam(name="before")
    model.compile(before, "sparse_categorical_crossentropy")
    return function(model)


def _learning_norms(function: Callable) -> int:
    norms = layers(_tuned(function), "BatchNormalization")
    return sum(layer.trainable for layer in norms)


def _rate(function: Callable) -> float:
    return float(np.asarray(_tuned(function).optimizer.learning_rate))


QUESTIONS: dict[str, Table] = {
    "12-prepare": {
        WHY: "0 becomes -1 and 255 becomes 1, in a new array.",
        Rule(called(PIXELS), is_a("ndarray")): """
            The answer should be a function that returns an array.
            Begin with `def prepare(pixels):`.""",
        Rule(called(PIXELS), lambda found: found.min() < 0): """
            Its smallest number is not negative. What should black become?
            Divide by 127.5, which gives 0 to 2, and take 1 away.""",
        Rule(called(PIXELS), np.array([[[[-1.0, -0.6, 1.0]]]])): """
            The pixels 0, 51 and 255 should become -1, -0.6 and 1, and yours become {found}.
            Divide by 127.5, which gives 0 to 2, and take 1 away.""",
        Rule(keeps(PIXELS.astype(np.float32))): """
            It changes the array that it gets: a second call would prepare the pixels twice.
            Return a new array, as `pixels / 127.5 - 1` does.""",
    },
    "12-frozen": {
        WHY: "What the body has learned stays as it is; only the new head learns.",
        Rule(are_two_networks): """The answer should be a network.
            `keras.Sequential([keras.Input((32, 32, 3)), body, ...])` makes one.""",
        Rule(_share_convolutions): """Its convolutions are new. Where is what the body has learned?
            Use `body` as a layer of the new network.""",
        Rule(lambda pair: pair[1].output_shape[-1], 4): """It tells {found} classes apart.
            The head for four vehicles is `keras.layers.Dense(4, activation="softmax")`.""",
        Rule(_trained_weights, 0): """
            The body would be trained too: {found} of its weights can change.
            Set `body.trainable = False`.""",
        Rule(lambda pair: len(pair[1].trainable_weights) >= 2): """Nothing is left to train.
            Freeze the body only, not the whole network.""",
    },
    "12-trainable": {
        WHY: "1,280 weights for each of four neurons, and 4 biases: the frozen ones do not count.",
        1280 * 4: """Almost: each of the four neurons has one more.
            Add the 4 biases.""",
        1280 * 10 + 10: """That would be a head for ten classes.
            There are four vehicles.""",
        3413024 + 1280 * 4 + 4: """That is all of them. Which ones are frozen?
            Count the weights of the new layer only.""",
        right(1280 * 4 + 4): """Only the head is trained. How many numbers reach it?
            1,280 features and a bias for each of 4 neurons.""",
    },
    "12-epoch": {
        WHY: "0.47 is the smallest loss; then follow three without a better one.",
        3: """That was the best one for a while. Did the training stop before a better one came?
            After epoch 3 came one worse loss, and then 0.47.""",
        4: """Counted from 0?
            Count from 1, as Keras' progress line does.""",
        8: """That is the last epoch. What does `restore_best_weights` do?
            It brings back the weights of the epoch with the smallest loss.""",
        right(5): """Which epoch has the smallest validation loss before the training stops?
            Three epochs without a better one stop it, and the best one's weights come back.""",
    },
    "12-finetune": {
        WHY: "The body learns, batch normalisation keeps its statistics, and Keras knows about it.",
        Rule(lambda function: is_network(_tuned(function))): """
            The answer should be a function that returns the model.
            Begin with `def fine_tune(model):` and end with `return model`.""",
        Rule(lambda function: len(_tuned(function).trainable_weights) > 2): """
            Only the head can learn.
            Set `model.get_layer("base").trainable = True`.""",
        Rule(_learning_norms, 0): """
            {found} layers of batch normalisation would measure their statistics anew.
            Loop over `base.layers`, and freeze each `keras.layers.BatchNormalization`.""",
        Rule(lambda function: _tuned(function).optimizer.name != "before"): """
            Keras still trains what could learn when the model was compiled.
            Call `model.compile(...)` after the change.""",
        Rule(_rate, lambda rate: 0 < rate <= 5e-4): """
            The learning rate is {found}. Is that a small step for good weights?
            Take about a tenth of Adam's usual rate: `keras.optimizers.Adam(1e-4)`.""",
    },
    "12-stop": {
        WHY: "It waits a little, and then goes back to the best epoch.",
        Rule(is_a("EarlyStopping")): """The answer should be a callback of Keras.
            Write `keras.callbacks.EarlyStopping(...)`.""",
        Rule(lambda callback: callback.monitor, lambda watched: watched.startswith("val_")): """
            It watches `{found}`, which also gets better by learning by heart.
            Watch the validation pictures: `monitor="val_loss"`.""",
        Rule(lambda callback: callback.patience, lambda patience: patience >= 2): """
            A single bad epoch may be luck.
            Pass a `patience` of some epochs; yours is {found}.""",
        Rule(lambda callback: callback.restore_best_weights): """
            After the best epoch came some worse ones. Which weights do you keep?
            Pass `restore_best_weights=True`.""",
    },
    "12-trials": {
        WHY: "Same pictures, same start, same seeds: only the augmentation differs.",
        **runs_named("plain", "augmented"),
        **ALIKE,
        **REPEATED,
        Rule(lambda runs: len({count(group[0].model) for group in groups(runs)}) == 1): """
            The two networks have different layers.
            Build both with the same function; only the augmentation may differ.""",
    },
}
