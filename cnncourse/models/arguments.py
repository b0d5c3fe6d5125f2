"""Refuse what makes no network, with the value seen and the remedy, before TensorFlow can."""

import math
from collections.abc import Iterable
from numbers import Integral, Real

from cnncourse.backend import keras

Shape = tuple[int, int, int]
MOST_WEIGHTS = 200_000_000  # of one layer; VGG16's largest has half as many


def listed(what: str, values) -> list:
    """Return a list, and refuse what is none.

    Raises:
        ValueError: If it is a text or a single value.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ValueError(f"{what}={values!r}: give a list, such as [{values!r}].")
    return list(values)


def check_shape(input_shape: Shape) -> None:
    """Refuse what is no height, width and channels.

    Raises:
        ValueError: If it is not three whole numbers, or too large for memory.
    """
    is_sequence = isinstance(input_shape, (tuple, list)) and len(input_shape) == 3
    if not is_sequence or not all(_is_count(size) for size in input_shape):
        raise ValueError(
            f"input_shape={input_shape!r}: give height, width and channels, such as (28, 28, 1)."
        )
    if math.prod(map(int, input_shape)) > MOST_WEIGHTS:
        raise ValueError(f"input_shape={input_shape!r} is too large for memory: shrink pictures.")


def check_weights(what: str, count: int) -> None:
    """Refuse a layer that would not fit into memory.

    Raises:
        ValueError: If `count` weights are too many.
    """
    if count > MOST_WEIGHTS:
        raise ValueError(
            f"{what}: a layer of {count:,} weights is too large for memory. Use fewer filters or "
            f"neurons, or more pooling before the dense layers (at most {MOST_WEIGHTS:,})."
        )


def check_dropout(dropout: float) -> None:
    """Refuse what is no share.

    Raises:
        ValueError: If it is not from 0 to below 1.
    """
    if not isinstance(dropout, Real) or not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout!r}: give a share from 0 to below 1.")


def check_activation(activation: str | None) -> None:
    """Refuse an activation that Keras does not know.

    Raises:
        ValueError: If there is none of this name.
    """
    try:
        keras.activations.get(activation)
    except (ValueError, TypeError):
        raise ValueError(
            f"activation={activation!r}: name one of Keras' activations, such as 'relu', or None."
        ) from None


def check_models(models: list) -> None:
    """Refuse what is no model with one input and one output.

    Raises:
        ValueError: If the list is empty or holds something else.
    """
    strangers = [type(model).__name__ for model in models if not isinstance(model, keras.Model)]
    if strangers or not models:
        found = f"found {strangers[0]}" if strangers else "the list is empty"
        raise ValueError(f"Give trained keras models ({found}); a run's model is `run.model`.")
    for model in models:
        if len(getattr(model, "inputs", ())) != 1 or len(model.outputs) != 1:
            raise ValueError(f"{model.name} needs one known input and output: add a keras.Input.")


def _is_count(value) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and value >= 1


def positive(what: str, value: int) -> int:
    """Return a whole number of at least 1.

    Raises:
        ValueError: If it is none.
    """
    if not _is_count(value):
        raise ValueError(f"{what}={value!r}: give a whole number of at least 1.")
    return int(value)
