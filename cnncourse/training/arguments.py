"""Refuse what cannot be trained, with the value seen and the remedy, before TensorFlow can."""

from collections.abc import Callable, Sequence

import numpy as np

from cnncourse import settings
from cnncourse.augmentation import Augmentation
from cnncourse.backend import keras
from cnncourse.data import ImageDataset
from cnncourse.training.schedules import Schedule
from cnncourse.validation import (
    brief,
    check_function,
    check_model,
    check_seed,
    is_number,
    whole_number,
)

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
    whole_number("batch_size", batch_size)
    _check_learning_rate(learning_rate, fresh_optimizer(optimizer))
    if not is_number(label_smoothing) or not 0 <= label_smoothing < 1:
        raise ValueError(
            f"label_smoothing={brief(label_smoothing)}: give a share from 0 to below 1."
        )
    if augment is not None and not isinstance(augment, Augmentation):
        raise ValueError(f"augment={brief(augment)}: pass one such as RandomAffine(rotation=10).")
    if seed is not None:
        check_seed(seed)
    _check_callbacks(callbacks)
    if callbacks and name is not None:
        raise ValueError(
            f"name={brief(name)} with callbacks: their state cannot be kept in a checkpoint. Leave "
            "one of the two out."
        )


def check_fit(model: keras.Model, dataset: ImageDataset) -> None:
    """Refuse a model that cannot take a data set's pictures or name its classes.

    Raises:
        ValueError: If it is no model or no data set, or their shapes differ.
    """
    if not isinstance(model, keras.Model):
        raise ValueError(
            f"{type(model).__name__} is not a keras.Model; a run's model is `run.model`."
        )
    check_pictures(dataset)
    taken = getattr(model, "input_shape", None)  # a Sequential model may not know it yet
    if taken is None:
        raise ValueError(
            "The model does not know its input shape: begin it with "
            f"keras.Input({dataset.picture_shape})."
        )
    check_model(model)
    if tuple(taken[1:]) != dataset.picture_shape:
        raise ValueError(
            f"The model takes pictures of shape {tuple(taken[1:])}, but {dataset.name} "
            f"has {dataset.picture_shape}: build it with that input shape."
        )
    if model.output_shape[1:] != (len(dataset.class_names),):
        found = " x ".join(map(str, model.output_shape[1:]))
        raise ValueError(
            f"The model has {found} outputs, but {dataset.name} has "
            f"{len(dataset.class_names)} classes: build it with that many."
        )


def check_pictures(dataset: ImageDataset, *parts: str) -> None:
    """Refuse what is no data set, and parts ("train", "val", "test") that do not fit together.

    Raises:
        ValueError: If pictures are missing or not uint8, or a label is missing or out of range.
    """
    if not isinstance(dataset, ImageDataset):
        raise ValueError(f"{type(dataset).__name__} is no data set: use data.load('mnist').")
    names = dataset.class_names
    if not isinstance(names, (tuple, list)) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"class_names={brief(names)}: give a tuple of texts, one for each class.")
    for key in ["x_train", *(f"{kind}_{part}" for part in parts for kind in "xy")]:
        array = getattr(dataset, key)
        if not isinstance(array, np.ndarray) or not array.ndim:
            raise ValueError(f"{key} is {brief(array)}: give an array that fits into memory.")
    for part in parts:
        x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
        if len(x) == 0 or len(x) != len(y):
            raise ValueError(
                f"x_{part} holds {len(x)} pictures and y_{part} {len(y)} labels: give each picture "
                "a label, and at least one of both."
            )
        if x.dtype != np.uint8 or x.ndim != 4 or x.shape[1:] != dataset.picture_shape:
            raise ValueError(
                f"x_{part} is {brief(x)}: give uint8 pictures (N, height, width, channels), all of "
                "one size. The model scales the pixels itself."
            )
        check_labels(f"y_{part}", y, len(names))


def check_labels(what: str, labels: np.ndarray, classes: int) -> None:
    """Refuse what are no labels of so many classes.

    Raises:
        ValueError: If they are no whole numbers, or some are out of range.
    """
    are_whole = labels.ndim == 1 and labels.dtype.kind in "iu"
    if not are_whole or labels.min() < 0 or labels.max() >= classes:
        range_ = f" from {labels.min()} to {labels.max()}" if are_whole else ""
        raise ValueError(
            f"{what} is {brief(labels)}{range_}: give each picture a whole number from 0 to "
            f"{classes - 1}."
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
        f"optimizer={brief(optimizer)}: name one of Keras' optimizers, such as 'adam' or 'sgd', or "
        "pass one, such as keras.optimizers.AdamW(weight_decay=0.01)."
    )


def _check_learning_rate(given: float | Schedule | None, optimizer: keras.Optimizer) -> None:
    if given is None:
        return
    own = optimizer.get_config().get("learning_rate")
    if isinstance(given, LearningRateSchedule) or isinstance(own, dict):
        raise ValueError(
            f"learning_rate={brief(given)}: a Keras schedule belongs into the optimizer, and then "
            "no `learning_rate` is given. Or use one_cycle(0.004) with a plain optimizer."
        )
    try:
        rate = given(0.0, {}) if callable(given) else given
    except TypeError as error:
        raise ValueError(
            f"learning_rate={brief(given)}: a schedule takes the progress from 0 to 1 and the "
            f"history, and returns a rate ({error})."
        ) from None
    if not is_number(rate) or not rate > 0:
        returned = f", which starts with {brief(rate)}" if callable(given) else ""
        raise ValueError(
            f"learning_rate={brief(given)}{returned}: give a rate above 0, such as 0.001, or a "
            "schedule."
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
        check_function("callbacks", made)
