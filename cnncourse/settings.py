"""The only place that reads the environment: full or reduced mode, folders and the seed."""

import os
import tempfile
from pathlib import Path

from cnncourse.messages import notice
from cnncourse.validation import whole_number

REDUCED_EPOCHS = 2
REDUCED_REPEATS = 2
REDUCED_PICTURES = 200


def reduced() -> bool:
    """Say whether reduced mode is on: samples, few epochs, few repeats (``CNNCOURSE_REDUCED=1``).

    Raises:
        ValueError: If the variable is neither empty nor 0 nor 1.
    """
    return _switch("CNNCOURSE_REDUCED", "reduced", "full size")


def long() -> bool:
    """Say whether lessons run their long version, in full mode only (``CNNCOURSE_LONG=1``).

    Raises:
        ValueError: If the variable is neither empty nor 0 nor 1.
    """
    return _switch("CNNCOURSE_LONG", "long", "as usual") and not reduced()


def data_folder() -> Path:
    """Return the folder of the data sets: ``CNNCOURSE_DATA``, else ``~/.cache/cnncourse``."""
    return _named_folder("CNNCOURSE_DATA") or _default_folder()


def why_not_in_data_folder(file: str) -> str | None:
    """Return what is wrong with ``CNNCOURSE_DATA``, if it is set and a file is not found there.

    Example:
        >>> why_not_in_data_folder("mnist.npz")
    """
    folder, value = _named_folder("CNNCOURSE_DATA"), os.environ.get("CNNCOURSE_DATA")
    if folder is None or (folder / file).exists():
        return None
    if not folder.is_dir():
        return f"CNNCOURSE_DATA is {value!r}, but there is no folder {folder}"
    below = sorted(folder.glob(f"*/{file}"))
    return f"CNNCOURSE_DATA is {value!r}, but {file} is in {below[0].parent}" if below else None


def is_whole_path(variable: str) -> bool:
    """Say whether a variable is unset, or names a folder by its whole path.

    Example:
        >>> is_whole_path("CNNCOURSE_NONE")
        True
    """
    named = _written_folder(variable)
    return named is None or named.is_absolute()


def runs_folder() -> Path:
    """Return the checkpoints' folder: ``CNNCOURSE_RUNS``, else ``runs`` in the data folder.

    A data folder that is named but does not exist is not made: it is mistyped, most likely.
    """
    data = data_folder() if data_folder().is_dir() else _default_folder()
    return _named_folder("CNNCOURSE_RUNS") or data / "runs"


def seed() -> int:
    """Return the seed of the course: ``CNNCOURSE_SEED``, else 0.

    Raises:
        ValueError: If the variable is not a whole number from 0 to 2**31 - 1, TensorFlow's range.
    """
    value = os.environ.get("CNNCOURSE_SEED") or "0"
    if not value.isdecimal() or int(value) >= 2**31:
        raise ValueError(
            f"CNNCOURSE_SEED is {value!r}: set it to a whole number such as 0, below 2**31."
        )
    return int(value)


def epochs(count: int) -> int:
    """Return the number of epochs to train: ``count`` of at least 1, at most 2 in reduced mode.

    Raises:
        ValueError: If ``count`` is not a whole number of at least 1.

    Example:
        >>> epochs(1)
        1
    """
    return _capped("epochs", count, REDUCED_EPOCHS)


def repeats(count: int) -> int:
    """Return how often to repeat a run: ``count`` of at least 1, at most 2 in reduced mode.

    Raises:
        ValueError: If ``count`` is not a whole number of at least 1.

    Example:
        >>> repeats(1)
        1
    """
    return _capped("repeats", count, REDUCED_REPEATS)


def pictures(count: int) -> int:
    """Return how many pictures to train a very large network on: at most 200 in reduced mode.

    Other networks take all the samples that reduced mode has.

    Raises:
        ValueError: If ``count`` is not a whole number of at least 1.

    Example:
        >>> pictures(100)
        100
    """
    return _capped("pictures", count, REDUCED_PICTURES)


def start() -> None:
    """Open a lesson: seed Python, NumPy and TensorFlow, and say which mode is on.

    Every lesson calls it once, in its first cell.
    """
    from cnncourse.backend import keras

    keras.utils.set_random_seed(seed())
    if reduced():
        notice(
            "Reduced mode",
            "The pictures are small samples and training stops after a few steps, so that this "
            "notebook runs in seconds. Its accuracies mean nothing.",
            "For the real thing, unset CNNCOURSE_REDUCED and restart the kernel.",
        )


def _written_folder(variable: str) -> Path | None:
    """Return the folder that a variable names; quotes and blanks around it come from files."""
    named = os.environ.get(variable, "").strip(" \t\r\n\"'")
    return Path(os.path.expandvars(os.path.expanduser(named))) if named else None


def _named_folder(variable: str) -> Path | None:
    named = _written_folder(variable)
    return named and named.absolute()


def _default_folder() -> Path:
    try:
        home = Path.home()
    except RuntimeError:  # a container's user without a home
        home = Path(tempfile.gettempdir())
    return home / ".cache" / "cnncourse"


def _switch(name: str, on: str, off: str) -> bool:
    value = os.environ.get(name, "")
    if value not in ("", "0", "1"):
        raise ValueError(f"{name} is {value!r}: set it to 1 ({on}) or 0 ({off}).")
    return value == "1"


def _capped(what: str, count: int, cap: int) -> int:
    count = whole_number(what, count)
    return min(count, cap) if reduced() else count
