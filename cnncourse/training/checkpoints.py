"""Keep a training run's state on disk after every epoch, so that a killed one can resume."""

import contextlib
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnncourse import augmentation, locks, settings
from cnncourse.backend import keras
from cnncourse.data import ImageDataset
from cnncourse.messages import notice
from cnncourse.training.recipe import Recipe
from cnncourse.validation import brief


@dataclass
class State:
    """Everything that the next epoch depends on, besides the recipe."""

    history: dict[str, list[float]]
    seconds: float
    weights: list[np.ndarray]
    optimizer: list[np.ndarray]


class Checkpoint:
    """One run's file in the folder of the runs: it appears whole or not at all.

    Args:
        name: Name of the run: letters, digits, spaces and ``._-``; None keeps nothing.
        identity: What makes the run what it is, JSON values; a file of another one is refused.

    Raises:
        ValueError: If the name cannot be a file's name.
    """

    def __init__(self, name: str | None, identity: dict | None = None) -> None:
        usable = isinstance(name, str) and re.fullmatch(r"[\w][\w .-]{0,99}", name)
        if name is not None and not usable:
            raise ValueError(
                f"name={brief(name)}: use up to 100 letters, digits, spaces and ._- to name a run."
            )
        self.name, self.path = name, settings.runs_folder() / f"{name}.checkpoint.npz"
        self.identity = json.loads(json.dumps(identity or {}))  # as it will be in the file
        self._usable = name is not None

    @classmethod
    def of(cls, recipe: Recipe, model: keras.Model, dataset: ImageDataset) -> "Checkpoint":
        """Return the checkpoint of a run; without a name nothing is looked at."""
        if recipe.name is None:
            return cls(None)
        optimizer, rate = recipe.new_optimizer(), recipe.learning_rate
        arrays = [dataset.x_train, dataset.y_train, dataset.x_val, dataset.y_val]
        identity = {
            "epochs": recipe.epochs,
            "batch_size": recipe.batch_size,
            "learning_rate": getattr(rate, "__qualname__", None) or repr(rate),
            "label_smoothing": recipe.label_smoothing,
            "augmentation": augmentation.describe(recipe.augment),
            "seed": recipe.seed,
            "data set": f"{dataset.name} {hash_of(*arrays)}",
            # Keras counts the names of its optimizers on: "adam_2" is the same recipe.
            "optimizer": type(optimizer).__name__,
            **_without_names("optimizer", optimizer.get_config()),
            **describe_architecture(model),
        }
        return cls(recipe.name, identity)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from training under this name within a ``with`` block."""
        lock = locks.hold(self.path.with_suffix(".lock")) if self.name else contextlib.nullcontext()
        with lock as free:
            if free is False:
                raise ValueError(
                    f"name={self.name!r}: another notebook or process is training under this name "
                    "right now. Let it end, stop it, or choose another name. Where other people "
                    f"share {self.path.parent}, set CNNCOURSE_RUNS to a folder of your own."
                )
            yield

    def load(self) -> State | None:
        """Return the state that a killed run left, if there is one.

        Raises:
            ValueError: If the file belongs to another run, or is damaged.
        """
        if self.name is None:
            return None
        try:
            content = io.BytesIO(self.path.read_bytes())  # from here on, an error means damage
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise PermissionError(
                f"{self.path} cannot be read ({error.strerror}): it may be another person's. Set "
                "CNNCOURSE_RUNS to a folder of your own, and restart the kernel."
            ) from None
        try:
            with np.load(content, allow_pickle=False) as file:
                about = json.loads(file["about"].tobytes())
                weights = [file[f"weight{i}"] for i in range(about["weights"])]
                optimizer = [file[f"optimizer{i}"] for i in range(about["optimizer"])]
                state = State(about["history"], about["seconds"], weights, optimizer)
                then, now = about["identity"], self.identity
        except Exception as error:  # one of the many that zipfile and NumPy raise
            raise ValueError(
                f"{self.path} is damaged ({error}): delete it to train from the start."
            ) from None
        differing = [key for key in {**then, **now} if then.get(key) != now.get(key)]
        if differing:
            pairs = [f"{key}: {then.get(key)} then, {now.get(key)} now" for key in differing[:3]]
            raise ValueError(
                f"{self.path} belongs to another run: {'; '.join(pairs)}. Restore the recipe, "
                "choose another name, or delete the file to train from the start."
            )
        return state

    def save(self, state: State) -> None:
        """Write the state; where that fails, warn once and let the training go on."""
        if not self._usable:
            return
        about = {"identity": self.identity, "history": state.history, "seconds": state.seconds}
        about |= {"weights": len(state.weights), "optimizer": len(state.optimizer)}
        arrays = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
        arrays |= {f"weight{i}": array for i, array in enumerate(state.weights)}
        arrays |= {f"optimizer{i}": array for i, array in enumerate(state.optimizer)}
        try:
            write_arrays(self.path, arrays)
        except OSError as error:
            self._usable = False
            notice(
                "This run keeps no checkpoint",
                f"{self.path} could not be written: {error}.",
                "Training goes on, but cannot resume if the kernel dies. Free some disk space or "
                "set CNNCOURSE_RUNS to a folder that can be written.",
            )

    def delete(self) -> None:
        """Remove the file of a finished run, and what a killed writer left of one."""
        with contextlib.suppress(OSError):  # a read-only folder: nothing was written there either
            self.path.unlink(missing_ok=True)
            _partial(self.path).unlink(missing_ok=True)


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write an .npz file that appears whole or not at all.

    It grows under another name, which a lock must keep for this process alone.

    Args:
        path: The file; its folder is made if it is missing.
        arrays: What it holds.

    Raises:
        OSError: If it could not be written; nothing is left behind then.
    """
    partial = _partial(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(partial, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:  # the stop button too
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def describe_architecture(model: keras.Model) -> dict[str, str]:
    """Return everything about each layer but its name."""
    layers = {
        number: {"layer": type(layer).__name__, **layer.get_config()}
        for number, layer in enumerate(model.layers, start=1)
    }
    return {"layers": str(len(layers)), **_without_names("layer", layers)}


def hash_of(*arrays: np.ndarray) -> str:
    """Return a hash of the arrays' contents."""
    digest = hashlib.blake2b(digest_size=12)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _partial(path: Path) -> Path:
    return path.with_suffix(".partial")


def _without_names(what: str, config: dict) -> dict[str, str]:
    """Flatten nested settings, without what differs between two layers of the same kind."""
    hidden = {"name", "build_config", "inbound_nodes", "input_layers", "output_layers"}
    parts = keras.tree.flatten_with_path(config)
    kept = [(path, value) for path, value in parts if not hidden.intersection(path)]
    return {" ".join(map(str, [what, *path])): str(value) for path, value in kept}
