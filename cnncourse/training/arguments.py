"""Refuse what cannot be trained, with the value seen and the remedy, before TensorFlow can."""

import math
import numbers
from collections.abc import Callable, Sequence

import numpy as np

from cnncourse import settings
from cnncourse.augmentation import Augmentation
from cnncourse.backend import keras
from cnncourse.data import ImageDataset
from cnncourse.training.schedules import Schedule

LearningRateSchedule = keras.optimizers.schedules.LearningRateSchedule


def check_recipe(
    *,
    epochs: int,
    batch_size: int,
    optimizer: str | keras.Optimizer,
    learning_rate: float | Schedule | None,
    label_smoothing: float,
    augment: Augmentation | None,
    callbacks: Sequence[Callable[[], keras.callbacks.Callback]],
    seed: int | None,
    name: str | None,
) -> None:
    """Refuse an argument of `train` that is out of its range.

    Raises:
        ValueError: Naming the argument, its value and what to give instead.
    """
    settings.epochs(epochs)
    if not _is_whole(batch_size) or batch_size < 1:
        raise ValueError(f"batch_size={batch_size!r}: give a whole number of at least 1.")
    _check_learning_rate(learning_rate, fresh_optimizer(optimizer))
    if not isinstance(label_smoothing, (int, float)) or not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing={label_smoothing!r}: give a share from 0 to below 1.")
    if augment is not None and not isinstance(augment, Augmentation):
        raise ValueError(f"augment={augment!r}: pass one such as RandomAffine(rotation=10).")
    if seed is not None:
        check_seed(seed)
    _check_callbacks(callbacks)
    if callbacks and name is not None:
        raise ValueError(
            f"name={name!r} with callbacks: their state cannot be kept in a checkpoint. Leave one "
            "of the two out."
        )


def check_seed(seed: int) -> None:
    """Refuse what is no seed.

    Raises:
        ValueError: If it is no whole number from 0 to 2**31 - 1.
    """
    if not _is_whole(seed) or not 0 <= seed < 2**31:
        raise ValueError(f"seed={seed!r}: give a whole number from 0 to {2**31 - 1}.")


def check_fit(model: keras.Model, dataset: ImageDataset) -> None:
    """Refuse a model that cannot take a data set's pictures or name its classes.

    Raises:
        ValueError: If it is no model or no data set, or their shapes differ.
    """
    if not isinstance(model, keras.Model):
        raise ValueError(f"{type(model).__name__} is no keras.Model; a run's model is `run.model`.")
    check_pictures(dataset)
    taken = getattr(model, "input_shape", None)  # a Sequential model may not know it yet
    if taken is None:
        raise ValueError(
            "The model does not know its input shape: begin it with "
            f"keras.Input({dataset.picture_shape})."
        )
    if tuple(taken[1:]) != dataset.picture_shape:
        raise ValueError(
            f"The model takes pictures of shape {tuple(taken[1:])}, but {dataset.name} "
            f"has {dataset.picture_shape}: build it with that input shape."
        )
    if model.output_shape[-1] != len(dataset.class_names):
        raise ValueError(
            f"The model has {model.output_shape[-1]} outputs, but {dataset.name} has "
            f"{len(dataset.class_names)} classes: build it with that many."
        )


def check_pictures(dataset: ImageDataset, *parts: str) -> None:
    """Refuse what is no data set, and parts ("train", "val", "test") that do not fit together.

    Raises:
        ValueError: If pictures are missing or not uint8, or a label is missing or out of range.
    """
    if not isinstance(dataset, ImageDataset):
        raise ValueError(f"{type(dataset).__name__} is no data set: use data.load('mnist').")
    classes = len(dataset.class_names)
    for part in parts:
        x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
        if len(x) == 0 or len(x) != len(y):
            raise ValueError(
                f"x_{part} holds {len(x)} pictures and y_{part} {len(y)} labels: give each picture "
                "a label, and at least one of both."
            )
        if x.dtype != np.uint8 or x.shape[1:] != dataset.picture_shape:
            raise ValueError(
                f"x_{part} is {x.dtype} {x.shape}: give uint8 pictures of shape "
                f"{dataset.picture_shape}. The model scales the pixels itself."
            )
        if y.ndim != 1 or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= classes:
            raise ValueError(
                f"y_{part} is {y.dtype} {y.shape} from {y.min()} to {y.max()}: give each picture "
                f"a whole number from 0 to {classes - 1}."
            )


def fresh_optimizer(optimizer: str | keras.Optimizer) -> keras.Optimizer:
    """Return a new optimizer: by its name, or with the settings of a used one.

    Raises:
        ValueError: If there is no such optimizer.
    """
    try:
        if isinstance(optimizer, keras.Optimizer):
            return type(optimizer).from_config(optimizer.get_config())
        if isinstance(optimizer, str):
            return keras.optimizers.get(optimizer)
    except (ValueError, TypeError):
        pass
    raise ValueError(
        f"optimizer={optimizer!r}: name one of Keras' optimizers, such as 'adam' or 'sgd', or "
        "pass one, such as keras.optimizers.AdamW(weight_decay=0.01)."
    )


def _is_whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_learning_rate(given: float | Schedule | None, optimizer: keras.Optimizer) -> None:
    if given is None:
        return
    own = optimizer.get_config().get("learning_rate")
    if isinstance(given, LearningRateSchedule) or isinstance(own, dict):
        raise ValueError(
            f"learning_rate={given!r}: a Keras schedule belongs into the optimizer, and then no "
            "`learning_rate` is given. Or use one_cycle(0.004) with a plain optimizer."
        )
    try:
        rate = given(0.0, {}) if callable(given) else given
    except TypeError as error:
        raise ValueError(
            f"learning_rate={given!r}: a schedule takes the progress from 0 to 1 and the history, "
            f"and returns a rate ({error})."
        ) from None
    is_number = isinstance(rate, numbers.Real) and not isinstance(rate, bool)
    if not is_number or not 0 < rate < math.inf:
        returned = f", which starts with {rate!r}" if callable(given) else ""
        raise ValueError(
            f"learning_rate={given!r}{returned}: give a rate above 0, such as 0.001, or a schedule."
        )


def _check_callbacks(callbacks: Sequence[Callable[[], keras.callbacks.Callback]]) -> None:
    if not isinstance(callbacks, (list, tuple)):
        raise ValueError(
            f"callbacks: {type(callbacks).__name__} object found. Give a list of functions that "
            "make one, such as [lambda: keras.callbacks.EarlyStopping(patience=3)]."
        )
    for made in callbacks:
        if isinstance(made, keras.callbacks.Callback) or not callable(made):
            raise ValueError(
                f"callbacks: {type(made).__name__} object found. A used callback carries its state "
                "into the next run: pass a function that makes one, such as "
                "lambda: keras.callbacks.EarlyStopping(patience=3)."
            )
