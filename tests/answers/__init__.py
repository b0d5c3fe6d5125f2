"""Right and wrong answers to the questions, each beside the beginning of the hint it must get.

A lesson's ``answers()`` gives, for each check, ``PASSED`` with right answers and the beginnings of
hints with answers that must get them. What a question about a value implies is not repeated here.
"""

from types import SimpleNamespace

PASSED = "passed"


def keras():
    from cnncourse.backend import keras

    return keras


def sequential(shape, *described):
    """Build a Keras model of layers given as name and options."""
    made = [getattr(keras().layers, name)(**options) for name, options in described]
    return keras().Sequential([keras().Input(shape), *made])


def run(model=None, *, epochs=2, seed=0):
    """Make a run as if it had been trained."""
    from cnncourse.training import TrainingRun

    history = {"loss": [1.0] * epochs, "val_accuracy": [0.5] * epochs}
    return TrainingRun(model, history, seconds=1.0, seed=seed)


def fitted(loss, *metrics):
    """Make what `fit` returns, as far as the checks look at it."""
    history = {metric: [0.5] for metric in metrics}
    return SimpleNamespace(history=history, model=SimpleNamespace(loss=loss))
