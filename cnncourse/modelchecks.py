"""Models, and pictures for them, refused where the course cannot use them: why, and the remedy."""

from typing import Any

import numpy as np

from cnncourse.backend import keras
from cnncourse.validation import Shape, as_array, brief, origin


def check_activation(activation: str | None) -> None:
    """Refuse an activation that Keras does not know, or that does more than change each number."""
    try:
        fits = keras.activations.get(activation)(keras.ops.zeros((1, 2))).shape == (1, 2)
    except Exception:  # whatever a name, a function or anything else raises
        fits = False
    if not fits:
        raise ValueError(
            f"activation={brief(activation)}: name one of Keras' activations, such as 'relu', or "
            "None."
        )


def check_model(model: Any) -> None:
    """Refuse what is not a Keras model with one known input and one output."""
    if not isinstance(model, keras.Model):
        name = type(model).__name__
        if origin(model) not in ("keras", "builtins"):
            name += f" (of {origin(model)})"
        raise ValueError(f"{name} is not a keras.Model; a run's model is `run.model`.")
    try:
        counts = len(model.inputs), len(model.outputs)
    except (AttributeError, TypeError, ValueError):  # not built yet
        raise ValueError(
            f"{model.name} needs one known input and output: add a keras.Input."
        ) from None
    if counts != (1, 1):
        raise ValueError(
            f"{model.name} has {counts[0]} inputs and {counts[1]} outputs: give a model with one "
            "of each, from pictures to probabilities."
        )


def check_input(model: Any, images: np.ndarray) -> np.ndarray:
    """Return pictures that a model can take, or refuse them, or the model."""
    check_model(model)
    images = as_array("images", images, "pictures (N, height, width, channels)")
    wanted = tuple(model.input_shape[1:])
    if images.ndim != 4 or not images.size or not _takes(model, images.shape[1:]):
        remedy = "a single one is x_test[:1]"
        if images.ndim == 3 and wanted[-1:] == (1,) and _takes(model, (*images.shape[1:], 1)):
            remedy = "add the channels with x[..., None]"
        raise ValueError(
            f"The pictures have the shape {images.shape}: the model takes (N, "
            f"{', '.join(map(str, wanted))}); {remedy}."
        )
    for weights in model.get_weights():
        check_finite(model, weights)
    if _scales_pixels(model) and images.dtype.kind == "f" and 0 < images.max() <= 1:
        raise ValueError(
            f"The pixels reach only {images.max():.3g}, but {model.name} scales the pixels itself, "
            "from 0 to 255: give the raw pictures, or multiply them by 255."
        )
    return images


def _scales_pixels(model: Any) -> bool:
    """Say whether a model, or a network inside it, begins with a layer that scales the pixels."""
    scales = (keras.layers.Rescaling, keras.layers.Normalization)
    first = any(isinstance(x, scales) or x.name == "preprocess" for x in model.layers[:2])
    return first or any(_scales_pixels(x) for x in model.layers if isinstance(x, keras.Model))


def check_fits(model: Any, picture_shape: Shape, classes: int, name: str) -> None:
    """Refuse a model that cannot take a data set's pictures or name its classes."""
    check_model(model)
    if not _takes(model, picture_shape):
        raise ValueError(
            f"The model takes pictures of shape {tuple(model.input_shape[1:])}, but {name} "
            f"has {picture_shape}: build it with that input shape."
        )
    if model.output_shape[1:] != (classes,):
        found = " x ".join(map(str, model.output_shape[1:]))
        raise ValueError(
            f"The model has {found} outputs, but {name} has {classes} classes: build it with that "
            "many."
        )
    check_answers(model, picture_shape)


def _takes(model: Any, picture_shape: tuple[int, ...]) -> bool:
    """Say whether a model takes pictures of a shape; None in its own stands for any size."""
    wanted = model.input_shape[1:]
    pairs = zip(wanted, picture_shape, strict=False)
    return len(wanted) == len(picture_shape) and all(side in (None, size) for side, size in pairs)


def check_answers(model: Any, picture_shape: Shape) -> None:
    """Refuse a model that does not answer two pictures, black and noise, with probabilities."""
    shape = (1, *picture_shape)
    noise = np.random.default_rng(0).integers(0, 256, shape)
    answers = model(np.concatenate([np.zeros(shape), noise]), training=False)
    answers = np.asarray(answers).astype(np.float32)  # bfloat16 is a type that NumPy lacks
    check_finite(model, answers)
    sums = answers.sum(axis=-1)
    if answers.min() < 0 or np.abs(sums - 1).max() > 0.01:
        raise ValueError(
            f"{model.name} does not answer with probabilities: {brief(float(answers.min()))} is "
            f"the smallest number of an answer, {sums[-1]:.3g} the sum of one. End the model with "
            'a softmax: keras.layers.Dense(10, activation="softmax"), or keras.layers.Softmax().'
        )


def check_finite(model: Any, numbers: np.ndarray) -> None:
    """Refuse a model that has diverged, by the numbers that it gives."""
    if not np.isfinite(numbers).all():
        raise ValueError(
            f"{model.name} answers with NaN or infinity, so its weights are no longer numbers: the "
            "training has diverged. Build it anew, and train with a smaller learning rate."
        )
