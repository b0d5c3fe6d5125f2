"""Build the answers that the checks are tested with; TensorFlow is imported when one is built."""

from types import SimpleNamespace
from typing import Any


def conv_net(*arguments: Any, **options: Any) -> Any:
    """Build a convolutional network."""
    from cnncourse import models

    return models.conv_net(*arguments, **options)


def dense_net(*arguments: Any, **options: Any) -> Any:
    """Build a dense network."""
    from cnncourse import models

    return models.dense_net(*arguments, **options)


def affine(**amounts: Any) -> Any:
    """Make an augmentation."""
    from cnncourse.augmentation import RandomAffine

    return RandomAffine(**amounts)


def keras() -> Any:
    """Return Keras."""
    from cnncourse.backend import keras

    return keras


def sequential(shape: tuple, *described: tuple) -> Any:
    """Build a Keras model of layers given as name and options."""
    made = [getattr(keras().layers, name)(**options) for name, options in described]
    return keras().Sequential([keras().Input(shape), *made])


def run(model: Any = None, *, epochs: int = 2, seed: int = 0) -> Any:
    """Make a run as if it had been trained."""
    from cnncourse.training import TrainingRun

    history = {"loss": [1.0] * epochs, "val_accuracy": [0.5] * epochs}
    return TrainingRun(model, history, seconds=1.0, seed=seed)


def fitted(loss: str, *metrics: str) -> SimpleNamespace:
    """Make what `fit` returns, as far as the checks look at it."""
    history = {metric: [0.5] for metric in metrics}
    return SimpleNamespace(history=history, model=SimpleNamespace(loss=loss))
