"""The three data sets of the course, split into training, validation and test pictures."""

from typing import Any

import numpy as np

from cnncourse import samples, settings
from cnncourse.datafiles import DATASETS, check_name, fetch, path_of, read
from cnncourse.dataset import ImageDataset, check_dataset, stratified
from cnncourse.messages import notice
from cnncourse.validation import brief, check_seed, is_number

__all__ = ["ImageDataset", "check_dataset", "load"]

SAMPLE_COUNTS = {"reduced": (600, 200), "full": (6000, 1000)}  # training, test


def load(name: str, *, validation: float | int = 0.1, seed: int = 0) -> ImageDataset:
    """Load a data set from the data folder, else download it, else draw samples.

    Reduced mode always draws samples. Full mode says so in a box when nothing else can be had.

    Args:
        name: "mnist", "fashion_mnist" or "cifar10".
        validation: Share (below 1) or number of the training pictures to hold out for validation.
            Samples are few: of them, a number holds out the same share as of the real pictures.
        seed: Which pictures are held out; the classes are equally frequent in both parts.

    Returns:
        The pictures as uint8, with their labels.

    Raises:
        ValueError: If the name or the validation share is unknown, or a file is damaged.

    Example:
        >>> load("mnist").picture_shape
        (28, 28, 1)
    """
    check_name(name)
    check_seed(seed)  # before anything is downloaded
    total = DATASETS[name].train_count
    is_count = is_number(validation) and 10 <= validation < total and validation == int(validation)
    share = validation / total if is_count else validation
    if not is_number(share) or not 0 < share < 1:
        raise ValueError(
            f"validation={brief(validation)}: give a share such as 0.1, or a number of pictures "
            f"such as 5000, from 10 to {total - 1}."
        )
    arrays, source = _draw(name, "reduced") if settings.reduced() else _real_or_samples(name)
    x, y = arrays["x_train"], arrays["y_train"]
    # A small share of a few samples still needs a picture of each class on either side.
    held = stratified(y, min(max(10, round(share * len(x))), len(x) - 10), seed)
    kept = np.setdiff1d(np.arange(len(x)), held, assume_unique=True)
    arrays |= {"x_train": x[kept], "y_train": y[kept], "x_val": x[held], "y_val": y[held]}
    return ImageDataset(name, **arrays, class_names=DATASETS[name].class_names, source=source)


def _real_or_samples(name: str) -> tuple[dict[str, Any], str]:
    folder = settings.data_folder()
    try:
        source = "data folder" if path_of(name, folder).exists() else "download"
        return read(fetch(name, folder), name), source
    except OSError as error:
        notice(
            f"The real {name} pictures could not be had: using drawn samples instead",
            f"Reason: {error}",
            "The notebook runs, but its accuracies will differ from those in the text. To mend it: "
            "(1) run this cell again when the network is back; (2) set CNNCOURSE_DATA to a folder "
            f"that holds {name}.npz, and restart the kernel; or (3) go on with the samples.",
        )
        return _draw(name, "full")


def _draw(name: str, mode: str) -> tuple[dict[str, Any], str]:
    arrays = {}
    for split, count in zip(("train", "test"), SAMPLE_COUNTS[mode], strict=True):
        arrays[f"x_{split}"], arrays[f"y_{split}"] = samples.draw(name, count, split=split)
    return arrays, "samples"
