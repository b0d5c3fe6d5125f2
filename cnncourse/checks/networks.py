"""Look at networks and training runs without importing TensorFlow: who has one has imported it."""

import sys
from collections.abc import Callable
from typing import Any

from cnncourse.checks.core import Rule


def is_a(answer: Any, kind: str) -> bool:
    """Say whether an answer's class, or one that it inherits from, has this name."""
    return any(parent.__name__ == kind for parent in type(answer).__mro__)


def is_network(answer: Any) -> bool:
    """Say whether an answer is a Keras model."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(answer, keras.Model)


def layers(model: Any, kind: str) -> list:
    """Return a model's layers of a kind such as "Conv2D", those of models inside it too."""
    found = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            found += layers(layer, kind)
        elif is_a(layer, kind):
            found.append(layer)
    return found


def filters(model: Any) -> list[int]:
    """Return the number of filters of each convolution."""
    return [layer.filters for layer in layers(model, "Conv2D")]


def units(model: Any) -> list[int]:
    """Return the number of neurons of each dense layer."""
    return [layer.units for layer in layers(model, "Dense")]


def activations(model: Any, kind: str) -> list[str]:
    """Return the name of the activation of each layer of a kind."""
    return [layer.activation.__name__ for layer in layers(model, kind)]


def count(model: Any) -> int:
    """Return a model's number of weights."""
    return model.count_params()


def is_builder(answer: Any) -> bool:
    """Say whether an answer is a function that builds a new network each time."""
    one, other = answer(), answer()
    shared = {id(layer) for layer in one.layers} & {id(layer) for layer in other.layers}
    return is_network(one) and is_network(other) and not shared


def runs_of(answer: dict) -> dict[str, list]:
    """Return lists of runs by name: one run may stand alone, as `train` returns it."""
    return {
        name: list(runs) if isinstance(runs, (list, tuple)) else [runs]
        for name, runs in answer.items()
    }


def trained_alike(answer: dict) -> bool:
    """Say whether all names have the same seeds, and all runs equally many epochs."""
    runs = runs_of(answer).values()
    seeds = {tuple(run.seed for run in group) for group in runs}
    return len(seeds) == 1 and len({run.epochs for group in runs for run in group}) == 1


NETWORK = Rule(
    is_network,
    hints=(
        "The answer should be a network, and this is none. Which call returns one?",
        "Give a Keras model: what `keras.Sequential`, `keras.Model` or `models.conv_net` returns.",
    ),
    wrong=(lambda: [32, "pool", 64], lambda: "conv_net"),
)


def runs_by_name(*names: str, wrong: Callable[[], Any]) -> Rule:
    """Return the rule that an answer holds trained runs under these names."""
    listed = ", ".join(f"`{name}`" for name in names)
    return Rule(
        lambda answer: (
            answer.keys() == set(names)
            and all(is_a(run, "TrainingRun") for group in runs_of(answer).values() for run in group)
        ),
        hints=(
            "The answer should be a dictionary of training runs. Does it have a run for each name?",
            f"The keys should be {listed}, and each value what `train` or `train_many` returned "
            "for it.",
        ),
        wrong=(wrong,),
    )


def alike(wrong: Callable[[], Any]) -> Rule:
    """Return the rule that runs had the same seeds and numbers of epochs."""
    return Rule(
        trained_alike,
        hints=(
            "The runs were not trained alike. What besides the question differs between them?",
            "Give all of them the same number of epochs and the same seeds.",
        ),
        wrong=(wrong,),
    )


def repeated(wrong: Callable[[], Any]) -> Rule:
    """Return the rule that each name has several runs."""
    return Rule(
        lambda answer: all(len(group) > 1 for group in runs_of(answer).values()),
        hints=(
            "With one run of each, how would you notice luck?",
            "Train each with at least two seeds: pass `repeats=2` to `train_many`.",
        ),
        wrong=(wrong,),
    )
