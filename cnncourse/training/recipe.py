"""How a network is trained: everything that `train` can be told, in one table."""

import difflib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from cnncourse import settings
from cnncourse.augmentation import check_augmentation
from cnncourse.backend import keras
from cnncourse.training.schedules import Schedule
from cnncourse.validation import (
    brief,
    check_function,
    check_seed,
    is_number,
    origin,
    share,
    whole_number,
)

Function = TypeVar("Function", bound=Callable)
OWN_RATES = (keras.callbacks.ReduceLROnPlateau, keras.callbacks.LearningRateScheduler)
LearningRateSchedule = keras.optimizers.schedules.LearningRateSchedule


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        epochs: How often to go through the training pictures (capped in reduced mode).
        batch_size: Pictures for each step.
        optimizer: Name of a Keras optimizer, or one whose settings are copied.
        learning_rate: A constant, a schedule such as `one_cycle(0.004)`, or None for the
            optimizer's own.
        label_smoothing: Share of the true class's probability spread over all classes.
        augment: What changes the training pictures at random: a layer of `cnncourse.augmentation`,
            or one of Keras' own, such as ``keras.layers.RandomFlip()``.
        callbacks: Functions that make Keras callbacks, called afresh for each run: a used callback
            carries its state into the next one.
        seed: Seed of shuffling, dropout and augmentation; the course's seed if None.
        name: Name of the run's checkpoint; None for none.

    Raises:
        ValueError: Naming what is out of its range, its value and what to give instead.

    Example:
        >>> Recipe(epochs=1, learning_rate=0.01).batch_size
        128
    """

    epochs: int
    batch_size: int = 128
    optimizer: str | keras.Optimizer = "adam"
    learning_rate: float | Schedule | None = None
    label_smoothing: float = 0.0
    augment: keras.layers.Layer | None = None
    callbacks: Sequence[Callable[[], keras.callbacks.Callback]] = ()
    seed: int = None  # type: ignore[assignment]  # replaced by the course's seed
    name: str | None = None

    def __post_init__(self) -> None:
        checked = {
            "epochs": settings.epochs(self.epochs),
            "batch_size": whole_number("batch_size", self.batch_size),
            "learning_rate": _checked_rate(self.learning_rate, self.new_optimizer()),
            "label_smoothing": share("label_smoothing", self.label_smoothing),
            "seed": settings.seed() if self.seed is None else check_seed(self.seed),
        }
        for field, value in checked.items():
            object.__setattr__(self, field, value)  # the way into a frozen dataclass
        if self.augment is not None:
            check_augmentation(self.augment)
        _check_callbacks(self.callbacks)
        if self.callbacks and self.name is not None:
            raise ValueError(
                f"name={brief(self.name)} with callbacks: their state cannot be kept in a "
                "checkpoint. Leave one of the two out."
            )

    @classmethod
    def of(cls, options: dict[str, Any]) -> "Recipe":
        """Return the recipe of some options, or refuse one that does not exist by its name."""
        known = [field.name for field in fields(cls)]
        for name in options:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                meant = f"Did you mean {near[0]!r}? " if near else ""
                raise TypeError(
                    f"There is no option {name!r} of training. {meant}There are {', '.join(known)}."
                )
        if "epochs" not in options:
            raise TypeError("epochs is missing: say how often to go through the pictures.")
        return cls(**options)

    def new_optimizer(self) -> keras.Optimizer:
        """Return a new optimizer: by its name, or with the settings of a used one."""
        given = self.optimizer
        try:
            if isinstance(given, keras.Optimizer):
                return type(given).from_config(given.get_config())
            if isinstance(given, str):
                return keras.optimizers.get(given)
        except (ValueError, TypeError):
            pass
        old = f" (of {origin(given)})" if "Keras 2" in origin(given) else ""
        raise ValueError(
            f"optimizer={brief(given)}{old}: name one of Keras' optimizers, such as 'adam' or "
            "'sgd', or pass one, such as keras.optimizers.AdamW(weight_decay=0.01)."
        )

    def new_callbacks(self) -> list[keras.callbacks.Callback]:
        """Return new callbacks; refuse what is not one, and one that fights with the schedule."""
        made = [make() for make in self.callbacks]
        has_schedule = callable(self.learning_rate)
        for callback in made:
            if not isinstance(callback, keras.callbacks.Callback):
                raise ValueError(
                    f"callbacks: a function returned {brief(callback)}, of {origin(callback)}: let "
                    "it return one of keras.callbacks."
                )
            if has_schedule and isinstance(callback, OWN_RATES):
                raise ValueError(
                    f"callbacks: {type(callback).__name__} sets the learning rate, and so does "
                    f"learning_rate={brief(self.learning_rate)}, before every step. Leave one of "
                    "the two out."
                )
        return made


@keras.saving.register_keras_serializable(package="cnncourse")
class SparseCrossentropy(keras.losses.CategoricalCrossentropy):
    """Cross-entropy of integer labels, with the label smoothing that Keras' own sparse one lacks.

    Source: Szegedy et al., "Rethinking the Inception architecture", arXiv 1512.00567, section 7.

    Example:
        >>> loss, answer = SparseCrossentropy(label_smoothing=0.1), keras.ops.array([[0.05, 0.95]])
        >>> round(float(loss(keras.ops.array([1]), answer)), 4)
        0.1985
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each picture; labels (batch,) or (batch, 1)."""
        labels = keras.ops.reshape(keras.ops.cast(y_true, "int32"), (-1,))
        return super().call(keras.ops.one_hot(labels, y_pred.shape[-1]), y_pred)


def takes_a_recipe(function: Function) -> Function:
    """Show the recipe's fields, instead of ``**options``, where a function's signature is shown."""
    signature = inspect.signature(function)
    own = list(signature.parameters.values())[:-1]
    added = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in inspect.signature(Recipe).parameters.items()
        if name not in signature.parameters
    ]
    function.__signature__ = signature.replace(parameters=[*own, *added])  # type: ignore[attr-defined]
    return function


def _checked_rate(given: Any, optimizer: keras.Optimizer) -> float | Schedule | None:
    if given is None:
        return None
    own = optimizer.get_config().get("learning_rate")
    if isinstance(given, LearningRateSchedule) or isinstance(own, dict):
        raise ValueError(
            f"learning_rate={brief(given)}: a Keras schedule belongs in the optimizer, and then "
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
    return given if callable(given) else float(given)


def _check_callbacks(callbacks: Any) -> None:
    for made in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
        if made is callbacks or isinstance(made, keras.callbacks.Callback) or not callable(made):
            raise ValueError(
                f"callbacks: {type(made).__name__} object found. A used callback carries its state "
                "into the next run: give a list of functions that make one, such as "
                "[lambda: keras.callbacks.EarlyStopping(patience=3)]."
            )
        check_function("callbacks", made)
