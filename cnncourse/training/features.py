"""What a part of a network makes of pictures, computed once and kept on disk."""

import contextlib
import json
import time
from pathlib import Path

import numpy as np

from cnncourse import locks, settings
from cnncourse.backend import keras
from cnncourse.messages import StatusLine, notice
from cnncourse.modelchecks import check_input
from cnncourse.training.checkpoints import describe_architecture, hash_of, write_arrays

BATCH = 50  # larger ones are slower: their feature maps no longer fit the processor's cache


def features(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return what a model makes of pictures; it is computed once and kept in a file.

    The file lies in the folder of the runs. Its name is a hash of the model, weights included,
    and of the pictures: where either changes, the features are computed anew. What a stopped
    kernel has computed is kept, too: the next call goes on from there.

    Args:
        model: A model that is no longer trained, such as the first of what `models.split` returns.
        images: Pictures, uint8 or float32 (N, height, width, channels).

    Returns:
        The model's outputs, float32 (N, ...).

    Raises:
        ValueError: If this is no model, or the pictures do not fit it.

    Example:
        >>> from cnncourse import models
        >>> body, _ = models.split(models.conv_net((8, 8, 1), [4, "pool"]))
        >>> features(body, np.zeros((2, 8, 8, 1), np.uint8)).shape  # doctest: +ELLIPSIS
        features of 2 pictures ...
        (2, 36)
    """
    images = check_input(model, images)
    about = [describe_architecture(model), images.shape, images.dtype.name]
    described = np.frombuffer(json.dumps(about).encode(), np.uint8)
    key = hash_of(described, *model.get_weights(), images)
    path = settings.runs_folder() / f"features-{key}.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            found = file["features"]
        if len(found) == len(images):
            StatusLine().close(f"features of {len(images):,} pictures read from a file")
            return found
    except Exception:  # no file, or a damaged one: one of the many that zipfile and NumPy raise
        pass
    with locks.hold(path.with_suffix(".lock")) as free:
        # Unless somebody else is writing the same features, or nobody can write here.
        partial = path.with_suffix(".part") if free else None
        found = _compute(model, images, partial)
        if free is not False:
            _keep(path, found, partial)
    return found


def _keep(path: Path, found: np.ndarray, partial: Path | None) -> None:
    try:
        write_arrays(path, {"features": found})
    except OSError as error:
        notice(
            "These features are not kept",
            f"{path} could not be written: {error}.",
            "The lesson goes on, but computes them again next time. Free some disk space or set "
            "CNNCOURSE_RUNS to a folder that can be written.",
        )
    if partial:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _compute(model: keras.Model, images: np.ndarray, partial: Path | None) -> np.ndarray:
    """Compute features batch by batch, going on after the rows that the partial file holds."""
    line = StatusLine()
    found = np.empty(model.compute_output_shape(images.shape), np.float32)
    before = _read_rows(partial, found)
    started = time.monotonic()
    for start in range(before, len(images), BATCH):
        rows = found[start : start + BATCH]
        rows[:] = model.predict_on_batch(images[start : start + BATCH])
        partial = _append(partial, rows)
        done = start + len(rows)
        left = (time.monotonic() - started) / (done - before) * (len(images) - done)
        line.update(f"features of {done:,} of {len(images):,} pictures, about {left:.0f} s left")
    resumed = f", {before:,} of them from an earlier call" if before else ""
    line.close(
        f"features of {len(images):,} pictures in {time.monotonic() - started:.0f} s{resumed}"
    )
    return found


def _read_rows(partial: Path | None, found: np.ndarray) -> int:
    """Fill in the rows that a stopped call has written; return how many whole batches there are."""
    if partial is None:
        return 0
    try:
        numbers = np.fromfile(partial, np.float32)
        rows = min(numbers.size // found[0].size, len(found)) // BATCH * BATCH
        found[:rows] = numbers[: rows * found[0].size].reshape(rows, *found.shape[1:])
        with open(partial, "rb+") as file:  # a row that was being written is cut off
            file.truncate(found[:rows].nbytes)
        return rows
    except OSError:  # no such file
        return 0


def _append(partial: Path | None, rows: np.ndarray) -> Path | None:
    """Write rows at the file's end; where that fails, return None: what follows is not kept."""
    if partial is None:
        return None
    try:
        with open(partial, "ab") as file:
            rows.tofile(file)
        return partial
    except OSError:
        return None
