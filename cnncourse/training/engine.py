"""Train one network: fresh optimizer, one line of progress, stoppable and resumable."""

import contextlib
from collections.abc import Callable, Sequence

import numpy as np

from cnncourse import settings
from cnncourse.augmentation import Augmentation, Pipeline
from cnncourse.backend import keras
from cnncourse.data import ImageDataset
from cnncourse.training.arguments import (
    check_fit,
    check_pictures,
    check_recipe,
    fresh_optimizer,
)
from cnncourse.training.batches import Batches, in_order
from cnncourse.training.checkpoints import Checkpoint, describe_architecture, fingerprint
from cnncourse.training.run import Conductor, TrainingRun
from cnncourse.training.schedules import Schedule


def train(
    model: keras.Model,
    dataset: ImageDataset,
    *,
    epochs: int,
    batch_size: int = 128,
    optimizer: str | keras.Optimizer = "adam",
    learning_rate: float | Schedule | None = None,
    label_smoothing: float = 0.0,
    augment: Augmentation | None = None,
    callbacks: Sequence[Callable[[], keras.callbacks.Callback]] = (),
    seed: int | None = None,
    name: str | None = None,
) -> TrainingRun:
    """Train a model on a data set's training pictures, watching its validation pictures.

    The model is compiled afresh. The stop button ends the training early and keeps what was
    learned. Also within the first epoch: the history then has a value of each metric, measured on a
    few pictures, so that the cells below work. With a `name`, the state is kept after every epoch,
    and the same call in a new kernel resumes a killed run to the weights that an undisturbed one
    would have given.

    Args:
        model: A model from raw pixels to probabilities; it is trained in place.
        dataset: Where the pictures come from.
        epochs: How often to go through the training pictures (capped in reduced mode).
        batch_size: Pictures for each step.
        optimizer: Name of a Keras optimizer, or one whose settings are copied.
        learning_rate: A constant, a schedule such as `one_cycle(0.004)`, or None for the
            optimizer's own.
        label_smoothing: Share of the true class's probability spread over all classes.
        augment: What changes the training pictures at random, such as `RandomAffine`.
        callbacks: Functions that make Keras callbacks, called afresh for this run.
        seed: Seed of shuffling, dropout and augmentation; the course's seed if None.
        name: Name of the run's checkpoint; None for none.

    Returns:
        The model with its history.

    Raises:
        ValueError: If an argument is out of its range, a checkpoint is another run's, or another
            process is training under this name.

    Example:
        >>> from cnncourse import data, models
        >>> run = train(models.dense_net((28, 28, 1), [8]), data.load("mnist"), epochs=1)
        ... # doctest: +ELLIPSIS
        1 epoch in ...
        >>> sorted(run.history)
        ['accuracy', 'learning_rate', 'loss', 'val_accuracy', 'val_loss']
    """
    check_fit(model, dataset)
    check_pictures(dataset, "train", "val")
    check_recipe(
        epochs=epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        learning_rate=learning_rate,
        label_smoothing=label_smoothing,
        augment=augment,
        callbacks=callbacks,
        seed=seed,
        name=name,
    )
    seed = settings.seed() if seed is None else int(seed)
    epochs, batch_size = settings.epochs(epochs), int(batch_size)
    if learning_rate is not None and not callable(learning_rate):
        learning_rate = float(learning_rate)
    optimizer = fresh_optimizer(optimizer)
    keras.utils.set_random_seed(seed)
    model.compile(
        optimizer=optimizer,
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=float(label_smoothing)),
        # An object: Keras would make "accuracy" while it traces the first step, and trace it again.
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
        jit_compile=False,  # halves the speed on a CPU
    )
    optimizer.build(model.trainable_variables)

    classes = len(dataset.class_names)
    labels = keras.utils.to_categorical(dataset.y_train, classes)
    validation = in_order(dataset.x_val, keras.utils.to_categorical(dataset.y_val, classes))
    batches = Batches(dataset.x_train, labels, batch_size, augment, seed)
    checkpoint = None
    if name is not None:
        recipe = {
            "epochs": epochs,
            "batch_size": batch_size,
            # Keras counts the names of its optimizers on: "adam_2" is no other recipe.
            "optimizer": {**optimizer.get_config(), "name": type(optimizer).__name__},
            "learning_rate": _describe(learning_rate),
            "label_smoothing": float(label_smoothing),
            "augmentation": _describe(augment),
            "seed": seed,
            "data set": f"{dataset.name} {fingerprint(*_used(dataset))}",
            "architecture": describe_architecture(model),
        }
        checkpoint = Checkpoint(settings.runs_folder(), name, recipe)

    with checkpoint.held() if checkpoint else contextlib.nullcontext():
        conductor = Conductor(batches, learning_rate, epochs, checkpoint)
        first_epoch = conductor.resume(model)
        try:
            if first_epoch < epochs:
                with conductor.stop_button():
                    model.fit(
                        batches.dataset(),
                        epochs=epochs,
                        initial_epoch=first_epoch,
                        shuffle=False,  # the batches are shuffled already
                        validation_data=validation,
                        callbacks=[conductor, *(make() for make in callbacks)],
                        verbose=0,
                    )
        except KeyboardInterrupt:
            conductor.stop(model, dataset)
        return conductor.finish(model)


def _used(dataset: ImageDataset) -> list[np.ndarray]:
    return [dataset.x_train, dataset.y_train, dataset.x_val, dataset.y_val]


def _describe(thing) -> str:
    """Say what a schedule or an augmentation does, the same in every kernel."""
    if isinstance(thing, Augmentation):
        hidden = ("name", "dtype", "trainable", "seed")
        config = {k: v for k, v in thing.get_config().items() if k not in hidden}
        if isinstance(thing, Pipeline):  # the members' own configs hold their names
            config["layers"] = [_describe(layer) for layer in thing.layers]
        return f"{type(thing).__name__} {config}"
    return getattr(thing, "__qualname__", None) or repr(thing)
