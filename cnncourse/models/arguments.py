"""Refuse what makes no network, with the value seen and the remedy, before TensorFlow can."""

import math

import numpy as np

from cnncourse.arguments import is_number, is_whole, listed, numbers, seen, whole
from cnncourse.backend import keras

Shape = tuple[int, int, int]
MOST_WEIGHTS = 200_000_000  # of one layer; VGG16's largest has half as many


def check_shape(input_shape: Shape) -> None:
    """Refuse what is no height, width and channels.

    Raises:
        ValueError: If it is not three whole numbers, or too large for memory.
    """
    is_sequence = isinstance(input_shape, (tuple, list)) and len(input_shape) == 3
    if not is_sequence or not all(is_whole(size) and size > 0 for size in input_shape):
        raise ValueError(
            f"input_shape={seen(input_shape)}: give height, width and channels, such as "
            "(28, 28, 1)."
        )
    if math.prod(map(int, input_shape)) > MOST_WEIGHTS:
        raise ValueError(
            f"input_shape={seen(input_shape)} is too large for memory: shrink pictures."
        )


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
    if not is_number(dropout) or not 0 <= dropout < 1:
        raise ValueError(f"dropout={seen(dropout)}: give a share from 0 to below 1.")


def check_activation(activation: str | None) -> None:
    """Refuse an activation that Keras does not know.

    Raises:
        ValueError: If there is none of this name, or it does more than change each number.
    """
    try:
        fits = keras.activations.get(activation)(keras.ops.zeros((1, 2))).shape == (1, 2)
    except Exception:  # whatever a name, a function or anything else raises
        fits = False
    if not fits:
        raise ValueError(
            f"activation={seen(activation)}: name one of Keras' activations, such as 'relu', or "
            "None."
        )


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


def check_model(model: keras.Model) -> None:
    """Refuse what is no model with one known input and one output.

    Raises:
        ValueError: If it is something else, or does not know its input.
    """
    if not isinstance(model, keras.Model):
        raise ValueError(f"{type(model).__name__} is no keras.Model; a run's model is `run.model`.")
    check_models([model])


def check_input(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return pictures that a model can take.

    Raises:
        ValueError: If this is no model, or the pictures have another shape than it wants.
    """
    check_model(model)
    images = numbers("images", images, "pictures (N, height, width, channels)")
    wanted = tuple(model.input_shape[1:])
    if images.ndim != 4 or not images.size or images.shape[1:] != wanted:
        raise ValueError(
            f"The pictures have the shape {images.shape}: the model takes (N, "
            f"{', '.join(map(str, wanted))}); a single one is x_test[:1]."
        )
    return images


def counts(what: str, values) -> list[int]:
    """Return a list of whole numbers of at least 1.

    Raises:
        ValueError: If it is no list, or holds something else.
    """
    return [whole(what, value) for value in listed(what, values)]
