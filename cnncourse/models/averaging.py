"""Models that average: the answers of several models, or of one model to several views."""

from collections.abc import Sequence

import numpy as np

from cnncourse.backend import keras
from cnncourse.modelchecks import check_model
from cnncourse.validation import as_list, check_shape, true_or_false, whole_number


def committee(members: Sequence[keras.Model]) -> keras.Model:
    """Join models into one that averages their probabilities (an ensemble).

    Args:
        members: Trained models with the same input and output shapes.

    Returns:
        A model; it shares its members' weights.

    Raises:
        ValueError: If there are no members, or their shapes differ.

    Source: Hansen and Salamon, "Neural network ensembles", IEEE PAMI 12 (1990).

    Example:
        >>> from cnncourse.models import dense_net
        >>> committee([dense_net((8, 8, 1), [4]), dense_net((8, 8, 1), [5])]).output_shape
        (None, 10)
    """
    members = as_list("members", members)
    if not members:
        raise ValueError("members is empty: give trained Keras models.")
    for member in members:
        check_model(member)
    shapes = {(model.inputs[0].shape, model.outputs[0].shape) for model in members}
    if len(shapes) != 1:
        raise ValueError(f"The members' input and output shapes differ: {sorted(shapes, key=str)}.")
    inputs = keras.Input(members[0].inputs[0].shape[1:])
    # Models of separate processes may share a name; a member that comes twice stays one model.
    distinct = {id(model): model for model in members}
    renamed = {
        key: _renamed(model, f"member_{number}")
        for number, (key, model) in enumerate(distinct.items(), start=1)
    }
    return keras.Model(inputs, _mean([renamed[id(m)](inputs) for m in members]), name="committee")


def test_time_average(model: keras.Model, *, shift: int = 1, flip: bool = False) -> keras.Model:
    """Let a trained model look at several views of a picture and average its probabilities.

    Args:
        model: A trained model on pictures.
        shift: Pixels by which the picture moves up, down, left and right; 0 for no moves.
        flip: Whether mirrored views are added; not for digits.

    Returns:
        A model of the same input and output shapes, which shares the given model's weights.

    Raises:
        ValueError: If this is not a model, or the shift does not fit into the picture.

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional
    neural networks", NIPS 2012, section 4.1.

    Example:
        >>> from cnncourse.models import dense_net
        >>> test_time_average(dense_net((8, 8, 1), [4])).output_shape
        (None, 10)
    """
    check_model(model)
    if None in model.input_shape[1:]:
        raise ValueError(
            f"{model.name} takes pictures of any size, and moving them needs one: give "
            "keras.Model(inputs, model(inputs)) with inputs = keras.Input((32, 32, 3)), say."
        )
    check_shape(model.input_shape[1:])
    shift = whole_number("shift", shift, 0, min(model.input_shape[1:3]) - 1)
    flip = true_or_false("flip", flip)
    model, inputs = _renamed(model, "viewer"), keras.Input(model.input_shape[1:])
    moves = {(0, 0), (shift, 0), (-shift, 0), (0, shift), (0, -shift)}
    views = [_view(inputs, *move, mirrored) for mirrored in {False, flip} for move in sorted(moves)]
    return keras.Model(inputs, _mean([model(view) for view in views]), name="test_time_average")


test_time_average.__test__ = False  # type: ignore[attr-defined]  # else pytest takes it for a test


def _mean(answers: list[keras.KerasTensor]) -> keras.KerasTensor:
    return keras.layers.Average()(answers) if len(answers) > 1 else answers[0]


def _view(images: keras.KerasTensor, down: int, right: int, mirrored: bool) -> keras.KerasTensor:
    """Shift pictures by whole pixels, repeating the edge, and mirror them if asked."""
    height, width = images.shape[1:3]
    rows = np.clip(np.arange(height) - down, 0, height - 1)
    columns = np.clip(np.arange(width) - right, 0, width - 1)[:: -1 if mirrored else 1]
    return keras.ops.take(keras.ops.take(images, rows, axis=1), columns, axis=2)


def _renamed(model: keras.Model, name: str) -> keras.Model:
    """Return the same layers as a model with another name and a single input and output."""
    return keras.Model(model.inputs[0], model.outputs[0], name=name)
