"""Train one network: fresh optimizer, one line of progress, stoppable and resumable."""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from numbers import Real

import numpy as np

from cnncourse import settings
from cnncourse.arguments import seen
from cnncourse.augmentation import Augmentation, Pipeline
from cnncourse.backend import keras
from cnncourse.data import ImageDataset
from cnncourse.notices import ProgressLine
from cnncourse.training.arguments import (
    check_fit,
    check_pictures,
    check_recipe,
    fresh_optimizer,
)
from cnncourse.training.batches import Batches
from cnncourse.training.checkpoints import Checkpoint, State, describe_architecture, fingerprint
from cnncourse.training.schedules import History, Schedule

PREDICTION_BATCH = 500  # large enough to keep two cores busy, small enough for a laptop's memory


@dataclass
class TrainingRun:
    """A trained model and how it came about.

    Attributes:
        model: The trained model.
        history: A list with one value an epoch for each metric: "accuracy", "loss",
            "val_accuracy", "val_loss" and "learning_rate" (that of the epoch's last batch).
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
        """Refuse what is no history: every figure of a run relies on it."""
        values = self.history.values() if isinstance(self.history, dict) else [None]
        if not all(isinstance(of, list) and all(isinstance(v, Real) for v in of) for of in values):
            raise ValueError(
                f"history={seen(self.history)}: give a dictionary from metrics to lists of numbers."
            )

    @property
    def epochs(self) -> int:
        """Number of epochs in the history; a first one that was stopped counts as one."""
        return len(self.history.get("loss", []))


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
    validation = (dataset.x_val, keras.utils.to_categorical(dataset.y_val, classes))
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
        conductor = _Conductor(batches, learning_rate, epochs, checkpoint, name)
        first_epoch = conductor.resume(model)
        try:
            if first_epoch < epochs:
                model.fit(
                    batches.dataset(),
                    epochs=epochs,
                    initial_epoch=first_epoch,
                    shuffle=False,  # the batches are shuffled already
                    validation_data=validation,
                    validation_batch_size=PREDICTION_BATCH,
                    callbacks=[conductor, *(make() for make in callbacks)],
                    verbose=0,
                )
        except KeyboardInterrupt:
            conductor.stop(model, dataset)
        return conductor.finish(model)


class _Conductor(keras.callbacks.Callback):
    """Sets seeds and learning rates, keeps the history and the checkpoint, shows the progress."""

    def __init__(
        self,
        batches: Batches,
        learning_rate: float | Schedule | None,
        epochs: int,
        checkpoint: Checkpoint | None,
        name: str | None,
    ) -> None:
        super().__init__()
        self.batches, self.learning_rate, self.epochs = batches, learning_rate, epochs
        self.checkpoint, self.label = checkpoint, f"{name}: " if name else ""
        self.history: History = {}
        self.line = ProgressLine()
        self.seconds_before, self.started, self.first_epoch = 0.0, time.monotonic(), 0
        self.interrupted = self.unfinished = False

    def resume(self, model: keras.Model) -> int:
        """Restore what a killed run left; return the epoch to go on with."""
        state = self.checkpoint.load() if self.checkpoint else None
        if state is None:
            return 0
        model.set_weights(state.weights)
        for variable, value in zip(model.optimizer.variables, state.optimizer, strict=True):
            variable.assign(value)
        self.history, self.seconds_before = state.history, state.seconds
        self.first_epoch = len(state.history["loss"])
        return self.first_epoch

    @property
    def seconds(self) -> float:
        return self.seconds_before + time.monotonic() - self.started

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self.batches.epoch = self.epoch = epoch
        states = [v for v in self.model.variables if v.path.endswith("seed_generator_state")]
        for index, state in enumerate(states):  # dropout's: as in an undisturbed run
            draw = np.random.SeedSequence([self.batches.seed, epoch, index]).generate_state(2)
            state.assign(draw.astype("uint32"))

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        if callable(self.learning_rate):
            progress = (self.epoch + batch / self.batches.steps) / self.epochs
            self.model.optimizer.learning_rate = self.learning_rate(progress, self.history)
        elif self.learning_rate is not None and batch == 0:
            self.model.optimizer.learning_rate = self.learning_rate

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        share = (batch + 1) / self.batches.steps
        now = time.monotonic() - self.started
        done = self.epoch - self.first_epoch + share
        left = now / done * (self.epochs - self.first_epoch - done)
        self.line.update(
            f"{self.label}epoch {self.epoch + 1} of {self.epochs}, {share:4.0%}"
            f"{self._last('accuracy', 'training')}{self._last('val_accuracy', 'validation')}, "
            f"about {left:.0f} s left"
        )

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._keep({**(logs or {}), "learning_rate": _rate(self.model)})
        if self.checkpoint:
            optimizer = [np.asarray(variable) for variable in self.model.optimizer.variables]
            state = State(self.history, self.seconds, self.model.get_weights(), optimizer)
            self.checkpoint.save(state)

    def stop(self, model: keras.Model, dataset: ImageDataset) -> None:
        """Note that the stop button was pressed; if no epoch was whole, measure what is there."""
        self.interrupted = True
        self.unfinished = not self.history
        if not self.unfinished:
            return
        some = slice(PREDICTION_BATCH)  # whoever pressed the button does not want to wait
        for prefix, x, y in (
            ("", dataset.x_train[some], dataset.y_train[some]),
            ("val_", dataset.x_val[some], dataset.y_val[some]),
        ):
            labels = keras.utils.to_categorical(y, len(dataset.class_names))
            measured = model.evaluate(x, labels, PREDICTION_BATCH, verbose=0, return_dict=True)
            self._keep({prefix + metric: value for metric, value in measured.items()})
        self._keep({"learning_rate": _rate(model)})

    def finish(self, model: keras.Model) -> TrainingRun:
        """Close the line and return the run."""
        if self.checkpoint and not self.interrupted:
            self.checkpoint.delete()
        run = TrainingRun(model, self.history, self.seconds, self.batches.seed, self.interrupted)
        begun = f"{run.epochs} epoch{'' if run.epochs == 1 else 's'}"
        if self.interrupted:
            begun = "stopped " + ("within its first epoch" if self.unfinished else f"after {begun}")
        self.line.close(
            f"{self.label}{begun} in {run.seconds:.0f} s"
            f"{self._last('accuracy', 'training')}{self._last('val_accuracy', 'validation')}"
            f"{'; run this cell again to train to the end' if self.interrupted else ''}"
        )
        return run

    def _keep(self, values: dict) -> None:
        for metric, value in values.items():
            self.history.setdefault(metric, []).append(float(value))

    def _last(self, metric: str, label: str) -> str:
        values = self.history.get(metric)
        return f", {label} accuracy {values[-1]:.2%}".replace("%", " %") if values else ""


def _rate(model: keras.Model) -> float:
    return float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))


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
