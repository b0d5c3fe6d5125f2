"""What a part of a network makes of pictures, computed once and kept on disk."""

import json
import time

import numpy as np

from cnncourse import locks, settings
from cnncourse.backend import keras
from cnncourse.messages import StatusLine, notice
from cnncourse.modelchecks import check_input
from cnncourse.training.batches import PREDICTION_BATCH
from cnncourse.training.checkpoints import describe_architecture, hash_of, write_arrays


def features(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return what a model makes of pictures; it is computed once and kept in a file.

    The file lies in the folder of the runs. Its name is a hash of the model, weights included,
    and of the pictures: where either changes, the features are computed anew.

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
    found = _compute(model, images)
    try:
        with locks.hold(path.with_suffix(".lock")) as free:
            if free is not False:  # else somebody is writing the same features
                write_arrays(path, {"features": found})
    except OSError as error:
        notice(
            "These features are not kept",
            f"{path} could not be written: {error}.",
            "The lesson goes on, but computes them again next time. Free some disk space or set "
            "CNNCOURSE_RUNS to a folder that can be written.",
        )
    return found


def _compute(model: keras.Model, images: np.ndarray) -> np.ndarray:
    started, line, found = time.monotonic(), StatusLine(), []
    for start in range(0, len(images), PREDICTION_BATCH):
        found.append(model.predict_on_batch(images[start : start + PREDICTION_BATCH]))
        done = min(start + PREDICTION_BATCH, len(images))
        left = (time.monotonic() - started) / done * (len(images) - done)
        line.update(f"features of {done:,} of {len(images):,} pictures, about {left:.0f} s left")
    line.close(f"features of {len(images):,} pictures in {time.monotonic() - started:.0f} s")
    return np.concatenate(found)
