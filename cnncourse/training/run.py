"""Train one network: plain Keras, with a progress line, a stop button and a state on disk."""

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from cnncourse.backend import keras
from cnncourse.data import ImageDataset, check_dataset
from cnncourse.messages import notice
from cnncourse.modelchecks import check_fits
from cnncourse.training.batches import in_order, shuffled_batches
from cnncourse.training.callbacks import LearningRate, ProgressLine, SaveState, Seeds, StopButton
from cnncourse.training.checkpoints import Checkpoint
from cnncourse.training.recipe import Recipe, SparseCrossentropy, takes_a_recipe
from cnncourse.training.schedules import History
from cnncourse.validation import brief

PLAIN_LOSS = "sparse_categorical_crossentropy"  # what `evaluate` and a saved file get to know


@dataclass
class TrainingRun:
    """A trained model and how it came about.

    Attributes:
        model: The trained model.
        history: A list with one value an epoch for each metric: "accuracy", "loss",
            "val_accuracy", "val_loss" and "learning_rate" (that of the epoch's last step).
        seconds: Time spent training, validation included.
        seed: Seed of the shuffling, the dropout and the augmentation.
        interrupted: Whether the stop button ended the run early.
    """

    model: keras.Model = field(repr=False)
    history: History = field(repr=False)
    seconds: float
    seed: int
    interrupted: bool = False

    def __post_init__(self) -> None:
        values = self.history.values() if isinstance(self.history, dict) else [None]
        if not all(isinstance(of, list) and all(isinstance(v, Real) for v in of) for of in values):
            raise ValueError(
                f"history={brief(self.history)}: give a dictionary of metrics, each a list of "
                "numbers."
            )

    @property
    def epochs(self) -> int:
        """Number of epochs in the history; the last one may have been cut short."""
        return len(self.history.get("loss", []))

    @property
    def diverged_in(self) -> int | None:
        """The first epoch, counted from 1, whose loss is NaN or infinity; None if there is none."""
        losses = [self.history.get(name, []) for name in ("loss", "val_loss")]
        wrong = [n for of in losses for n, loss in enumerate(of, 1) if not math.isfinite(loss)]
        return min(wrong, default=None)


@takes_a_recipe
def train(model: keras.Model, dataset: ImageDataset, **options: Any) -> TrainingRun:
    """Train a model on a data set's training pictures, watching its validation pictures.

    The stop button ends the training early and keeps what was learned; the last value of each
    validation metric is then measured on a few pictures. With a `name`, the state is kept after
    every epoch, and the same call in a new kernel resumes a killed run to the weights that an
    undisturbed one would have given. The random states of Python, NumPy and Keras stay as they are.

    Args:
        model: A model from raw pixels to probabilities; it is compiled afresh, trained in place,
            and afterwards ready for ``evaluate``, ``fit`` and ``predict`` with integer labels.
        dataset: Where the pictures come from.
        **options: The fields of a `Recipe`: `epochs`, `batch_size`, `optimizer`, `learning_rate`,
            `label_smoothing`, `augment`, `callbacks`, `seed` and `name`.

    Returns:
        The model with its history.

    Raises:
        ValueError: If an argument is out of its range, a checkpoint is another run's, or another
            process is training under this name.
        TypeError: If there is no such option.

    Example:
        >>> from cnncourse import data, models
        >>> run = train(models.dense_net((28, 28, 1), [8]), data.load("mnist"), epochs=1)
        ... # doctest: +ELLIPSIS
        1 epoch in ...
        >>> sorted(run.history)
        ['accuracy', 'learning_rate', 'loss', 'val_accuracy', 'val_loss']
    """
    check_dataset(dataset, "train", "val")
    check_fits(model, dataset.picture_shape, len(dataset.class_names), dataset.name)
    recipe = Recipe.of(options)
    own = recipe.new_callbacks()
    model.compile(
        optimizer=recipe.new_optimizer(),
        loss=SparseCrossentropy(label_smoothing=recipe.label_smoothing),
        metrics=[keras.metrics.SparseCategoricalAccuracy("accuracy")],
        jit_compile=False,  # halves the speed on a CPU
    )
    model.optimizer.build(model.trainable_variables)

    seeds, stop = Seeds(recipe.seed), StopButton()
    pictures, labels = dataset.x_train, dataset.y_train
    batches = shuffled_batches(pictures, labels, seeds, recipe.batch_size, recipe.augment)
    checkpoint = Checkpoint.of(recipe, model, dataset)
    with checkpoint.held(), contextlib.closing(stop):
        saved = SaveState(checkpoint)
        first_epoch = saved.restore(model)
        line = ProgressLine(stop, saved.seconds_before, own)
        model.fit(
            batches,
            epochs=recipe.epochs,
            initial_epoch=first_epoch,
            shuffle=False,  # the batches are shuffled already
            validation_data=in_order(dataset.x_val, dataset.y_val),
            callbacks=[stop, seeds, LearningRate(recipe.learning_rate), *own, line, saved],
            verbose=0,
        )
        if not stop.pressed:
            checkpoint.delete()
    # From now on as Keras knows it: for `evaluate`, and for a file that loads without this package.
    model.compile(model.optimizer, loss=PLAIN_LOSS, metrics=["accuracy"], jit_compile=False)
    run = TrainingRun(model, model.history.history, saved.seconds, recipe.seed, stop.pressed)
    warn_of_divergence({"This training": run})
    return run


def warn_of_divergence(runs: Mapping[str, TrainingRun]) -> None:
    """Say loudly which trainings have diverged: from then on a network has learned nothing."""
    said = [
        f"{title} has diverged in epoch {run.diverged_in}."
        for title, run in runs.items()
        if run.diverged_in
    ]
    if said:
        remedy = "Build the network anew, and train it with a smaller learning rate."
        notice("The loss is no longer a number", *said, f"The weights are NaN. {remedy}")
