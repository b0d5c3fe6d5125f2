"""One run of training: what it leaves behind, and the callback that conducts it."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from numbers import Real
from types import FrameType

import numpy as np

from cnncourse.backend import keras
from cnncourse.data import ImageDataset
from cnncourse.messages import ProgressLine
from cnncourse.training.batches import PREDICTION_BATCH, Batches, in_order
from cnncourse.training.checkpoints import Checkpoint, State
from cnncourse.training.schedules import History, Schedule
from cnncourse.validation import brief


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
                f"history={brief(self.history)}: give a dictionary of metrics, each "
                "a list of numbers."
            )

    @property
    def epochs(self) -> int:
        """Number of epochs in the history; a first one that was stopped counts as one."""
        return len(self.history.get("loss", []))


class Conductor(keras.callbacks.Callback):
    """Sets seeds and learning rates, keeps the history and the checkpoint, shows the progress."""

    def __init__(
        self,
        batches: Batches,
        learning_rate: float | Schedule | None,
        epochs: int,
        checkpoint: Checkpoint | None,
    ) -> None:
        """Take the run's parts; nothing is restored yet."""
        super().__init__()
        self.batches, self.learning_rate, self.epochs = batches, learning_rate, epochs
        self.checkpoint, self.label = checkpoint, f"{checkpoint.name}: " if checkpoint else ""
        self.history: History = {}
        self.line = ProgressLine()
        self.seconds_before, self.started, self.first_epoch = 0.0, time.monotonic(), 0
        self.pressed = self.interrupted = self.unfinished = False

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
        """Time spent training so far, that of a killed run included."""
        return self.seconds_before + time.monotonic() - self.started

    @contextlib.contextmanager
    def stop_button(self) -> Iterator[None]:
        """Note a press of the stop button within a ``with`` block.

        Its KeyboardInterrupt gets lost now and then: Python drops what is raised in a destructor,
        and TensorFlow's functions have long ones.
        """
        usual = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or not callable(usual):
            yield
            return

        def press(number: int, frame: FrameType | None) -> None:
            self.pressed = True
            usual(number, frame)

        signal.signal(signal.SIGINT, press)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, usual)

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Set a constant learning rate, once: a callback of Keras' may change it later."""
        constant = self.learning_rate is not None and not callable(self.learning_rate)
        if constant and not self.first_epoch:
            self.model.optimizer.learning_rate = self.learning_rate

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Derive the seeds from the run's seed and the epoch."""
        self.batches.epoch = self.epoch = epoch
        states = [v for v in self.model.variables if v.path.endswith("seed_generator_state")]
        for index, state in enumerate(states):  # dropout's: as in an undisturbed run
            draw = np.random.SeedSequence([self.batches.seed, epoch, index]).generate_state(2)
            state.assign(draw.astype("uint32"))

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Set the learning rate of the step, if it follows a schedule."""
        if self.pressed:  # and the KeyboardInterrupt got lost
            raise KeyboardInterrupt
        if callable(self.learning_rate):
            progress = (self.epoch + batch / self.batches.steps) / self.epochs
            self.model.optimizer.learning_rate = self.learning_rate(progress, self.history)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Show how far the run is."""
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
        """Keep the epoch's metrics, and the checkpoint."""
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
            measured = model.evaluate(in_order(x, labels), verbose=0, return_dict=True)
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
