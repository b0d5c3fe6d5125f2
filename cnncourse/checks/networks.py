"""Rules about networks. TensorFlow is not imported: whoever has a network has imported it."""

import sys
from collections.abc import Callable
from typing import Any

from cnncourse.checks.kinds import Rule, Table, is_a


def is_network(answer: Any) -> bool:
    """Say whether an answer is a Keras model."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(answer, keras.Model)


def are_two_networks(answer: Any) -> bool:
    """Say whether an answer is a pair of Keras models."""
    return len(answer) == 2 and all(map(is_network, answer))


def layers(model: Any, kind: str) -> list:
    """Return a model's layers of a kind such as "Conv2D", also those of models inside it."""
    found = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            found += layers(layer, kind)
        elif is_a(kind)(layer):
            found.append(layer)
    return found


def filters(model: Any) -> list[int]:
    """Return the number of filters of each convolution."""
    return [layer.filters for layer in layers(model, "Conv2D")]


def units(model: Any) -> list[int]:
    """Return the number of neurons of each dense layer."""
    return [layer.units for layer in layers(model, "Dense")]


def poolings(model: Any) -> int:
    """Return the number of max poolings."""
    return len(layers(model, "MaxPooling2D"))


def activations(kind: str) -> Callable:
    """Look at the name of the activation of each layer of a kind."""
    return lambda model: [layer.activation.__name__ for layer in layers(model, kind)]


def count(model: Any) -> int:
    """Return a model's number of weights."""
    return model.count_params()


NETWORK_HINTS = """
    The answer should be a network, and this is not one. Which call returns one?
    Give a Keras model: what `keras.Sequential`, `keras.Model` or `models.conv_net` returns."""
NETWORK: Table = {Rule(is_network): NETWORK_HINTS}
