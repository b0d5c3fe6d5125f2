"""The parts of `train` as Keras callbacks; each has one job, and works in a plain ``fit`` too."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

import numpy as np

from cnncourse.backend import keras
from cnncourse.messages import StatusLine
from cnncourse.training.checkpoints import Checkpoint, State
from cnncourse.training.schedules import History, Schedule

PATIENCE_SECONDS = 10  # whoever presses the stop button twice within them is not in despair yet


class Seeds(keras.callbacks.Callback):
    """Derive all randomness of an epoch from (seed, epoch), whatever came before it.

    So a training repeats itself, and one that was cut off goes on as if nothing had happened.
    `shuffled_batches` looks here for the epoch.

    Args:
        seed: Seed of the run.

    Example:
        >>> from cnncourse import data, models
        >>> from cnncourse.training import shuffled_batches
        >>> digits, model = data.load("mnist"), models.dense_net((28, 28, 1), [8], dropout=0.2)
        >>> model.compile("adam", loss="sparse_categorical_crossentropy")
        >>> seeds = Seeds(0)
        >>> batches = shuffled_batches(digits.x_train, digits.y_train, seeds)
        >>> history = model.fit(batches, epochs=2, callbacks=[seeds], verbose=0)
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed, self.epoch = seed, 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Set the states of dropout and of every other layer that draws random numbers."""
        self.epoch = epoch
        states = [v for v in self.model.variables if v.path.endswith("seed_generator_state")]
        for index, state in enumerate(states):
            draw = np.random.SeedSequence([self.seed, epoch, index]).generate_state(2)
            state.assign(draw.astype("uint32"))


class LearningRate(keras.callbacks.Callback):
    """Set the learning rate: once if it is a number, before every step if it is a schedule.

    The history gets the rate of each epoch's last step, as "learning_rate".

    Args:
        rate: A number, a schedule such as `one_cycle(0.004)`, or None for the optimizer's own rate.

    Example:
        >>> from cnncourse.training import one_cycle
        >>> callbacks = [LearningRate(one_cycle(0.01))]  # for model.fit(..., callbacks=callbacks)
    """

    def __init__(self, rate: float | Schedule | None) -> None:
        super().__init__()
        self.rate, self.epoch = rate, 0
        self.last: float | None = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Set a constant rate; another callback may change it later."""
        if self.rate is not None and not callable(self.rate):
            self.model.optimizer.learning_rate = self.rate

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note the epoch."""
        self.epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Ask the schedule: how far is the training, and how did it go so far?"""
        if callable(self.rate):
            now = float(self.model.optimizer.learning_rate) if batch == 0 else self.last
            if self.last and now and abs(now / self.last - 1) > 1e-5:
                raise ValueError(
                    f"Another callback has set the learning rate to {now:.3g}, but the schedule "
                    "sets it before every step. Leave one of the two out."
                )
            done = (self.epoch + batch / self.params["steps"]) / self.params["epochs"]
            self.last = self.rate(done, self.model.history.history)
            self.model.optimizer.learning_rate = self.last

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Put the rate into the history."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)


class ProgressLine(keras.callbacks.Callback):
    """Show how far a training is, and how long it will take, in one line.

    Args:
        stop: The training's stop button, if it has one.
        seconds_before: Seconds that a killed run had taken before this one resumed it.
        others: The training's other callbacks: one may restore the weights of its best epoch.

    Example:
        >>> callbacks = [ProgressLine()]  # for model.fit(..., callbacks=callbacks, verbose=0)
    """

    def __init__(
        self,
        stop: "StopButton | None" = None,
        seconds_before: float = 0.0,
        others: Sequence[keras.callbacks.Callback] = (),
    ) -> None:
        super().__init__()
        self.stop, self.seconds_before, self.others = stop, seconds_before, others
        self.line, self.started, self.epoch, self.done = StatusLine(), time.monotonic(), 0, 0.0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note the epoch."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Say how much of the epoch is done, and estimate the rest by the steps so far."""
        epochs, steps = self.params["epochs"], self.params["steps"]
        self.done += 1 / steps
        ahead = epochs - self.epoch - (batch + 1) / steps
        left = (time.monotonic() - self.started) / self.done * ahead
        share = f"epoch {self.epoch + 1} of {epochs}, {(batch + 1) / steps:4.0%}"
        self.line.update(f"{share}{self._accuracies()}, about {left:.0f} s left")

    def on_train_end(self, logs: dict | None = None) -> None:
        """Leave a line that says how it went."""
        epochs = len(self.model.history.history.get("loss", []))
        seconds = self.seconds_before + time.monotonic() - self.started
        stopped = self.stop is not None and self.stop.pressed
        begun = f"stopped in epoch {epochs}" if stopped else f"{epochs} epoch{'s' * (epochs != 1)}"
        ending = "; run this cell again to train to the end" if stopped else ""
        best = [c.best_epoch for c in self.others if getattr(c, "best_weights", None) is not None]
        restored = f", weights of epoch {best[-1] + 1} restored" if best else ""
        accuracies = self._accuracies(best[-1] if best else -1)
        self.line.close(f"{begun} in {seconds:.0f} s{restored}{accuracies}{ending}")

    def _accuracies(self, epoch: int = -1) -> str:
        text, history = "", self.model.history.history
        for metric, label in (("accuracy", "training"), ("val_accuracy", "validation")):
            if history.get(metric):
                text += f", {label} accuracy {100 * history[metric][epoch]:.2f} %"
        return text


class SaveState(keras.callbacks.Callback):
    """Keep a training's state on disk after every epoch, so that a killed one can resume.

    Args:
        checkpoint: The file; one without a name keeps nothing.

    Example:
        >>> saved = SaveState(Checkpoint("my run"))  # model.fit(..., callbacks=[saved],
        >>> # initial_epoch=saved.restore(model)) goes on where a killed run stopped
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__()
        self.checkpoint = checkpoint
        self.history_before: History = {}
        self.seconds_before, self.started = 0.0, time.monotonic()

    @property
    def seconds(self) -> float:
        """Time spent training so far, that of a killed run included."""
        return self.seconds_before + time.monotonic() - self.started

    def restore(self, model: keras.Model) -> int:
        """Restore what a killed run left; return the epoch to go on with."""
        state = self.checkpoint.load()
        if state is None:
            return 0
        model.set_weights(state.weights)
        for variable, value in zip(model.optimizer.variables, state.optimizer, strict=True):
            variable.assign(value)
        self.history_before, self.seconds_before = state.history, state.seconds
        return len(state.history["loss"])

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Let Keras' history begin with the epochs of the killed run."""
        self.model.history.history.update(self.history_before)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Write the state, unless the stop button cut the epoch short."""
        if self.checkpoint.name is None or self.model.stop_training:
            return
        before = self.model.history.history  # Keras adds this epoch after the last callback
        history = {name: [*before.get(name, []), value] for name, value in (logs or {}).items()}
        optimizer = [np.asarray(variable) for variable in self.model.optimizer.variables]
        self.checkpoint.save(State(history, self.seconds, self.model.get_weights(), optimizer))


class StopButton(keras.callbacks.Callback):
    """Let the stop button, or Ctrl-C, end a training early and keep what was learned.

    Keras finishes the step, measures a single batch of validation pictures, and ends as after the
    last epoch. So the history has a value of each metric, and the cells below work.

    Example:
        >>> stop = StopButton()  # for model.fit(..., callbacks=[stop]); then stop.pressed says it
    """

    def __init__(self) -> None:
        super().__init__()
        self.pressed, self.pressed_at = False, 0.0
        self.usual: Callable | None = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Take the place of Python's own reaction, which only the main thread may change."""
        usual = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and callable(usual):
            self.usual = usual
            signal.signal(signal.SIGINT, self.press)

    def press(self, number: int, frame: FrameType | None) -> None:
        """Note the press; whoever still presses after ten seconds gets the usual reaction."""
        usual = self.usual
        if not self.pressed:
            self.pressed, self.pressed_at = True, time.monotonic()
        elif usual is not None and time.monotonic() - self.pressed_at > PATIENCE_SECONDS:
            self.close()
            usual(number, frame)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """End the training after this step."""
        self.model.stop_training = self.model.stop_training or self.pressed

    def on_test_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """End the measuring of the validation pictures, and the training."""
        if self.pressed:
            self.model.stop_evaluating = self.model.stop_training = True

    def on_train_end(self, logs: dict | None = None) -> None:
        """Give the button back."""
        self.close()

    def close(self) -> None:
        """Let the button do what it did before."""
        if self.usual is not None:
            signal.signal(signal.SIGINT, self.usual)
            self.usual = None
