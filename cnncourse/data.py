"""The three data sets of the course, and pictures of your own, as three sets of pictures."""

import os
from typing import Any

import numpy as np

from cnncourse import samples, settings
from cnncourse.classfolders import list_classes, write_folder
from cnncourse.datafiles import DATASETS, check_name, fetch, path_of, read
from cnncourse.dataset import PARTS, ImageDataset, check_dataset, stratified
from cnncourse.digits import read_digits
from cnncourse.messages import notice
from cnncourse.picturefiles import (
    PathLike,
    preparation,
    read_files,
    read_pictures,
)
from cnncourse.validation import brief, check_seed, is_number, is_whole_number

__all__ = [
    "ImageDataset",
    "check_dataset",
    "from_folder",
    "load",
    "read_digits",
    "read_pictures",
    "write_folder",
]

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


def from_folder(
    folder: PathLike,
    size: int | tuple[int, int],
    *,
    validation: float | int = 0.2,
    test: float | int = 0.2,
    grey: bool = False,
    fit: str = "crop",
    skip_unreadable: bool = False,
    seed: int = 0,
) -> ImageDataset:
    """Read a folder of pictures that holds a folder for each class, and make three sets of them.

    Folders inside a class folder belong to that class; hidden files and folders are ignored. If the
    folder holds `train` and `test` or `validation` (`val`) with class folders each, these are the
    sets, and only what is missing is taken from `train`.

    Args:
        folder: The folder, such as "my_pictures" with "my_pictures/cat" and "my_pictures/dog".
        size: Height and width of each picture in pixels, such as (96, 128); 96 means (96, 96).
        validation: Share (below 1) or number of the pictures to hold out for validation.
        test: Share or number of the pictures to hold out for the test.
        grey: Whether to read one channel of grey instead of red, green and blue.
        fit: "crop" or "pad", as in `read_pictures`.
        skip_unreadable: Whether to leave out files that cannot be read, and name them in a box.
        seed: Which pictures are held out, and the pictures' order; the classes are equally frequent
            in all sets.

    Returns:
        The pictures as uint8, with their labels: 0 is the first class folder in sorted order
        (names that are all numbers are sorted as numbers).

    Raises:
        ValueError: If there are not two classes, a set has no picture of a class, or a file cannot
            be read.

    Example:
        >>> import tempfile, pathlib, PIL.Image
        >>> folder = tempfile.TemporaryDirectory()
        >>> for path in (pathlib.Path(folder.name, name) for name in ("dark", "light")):
        ...     path.mkdir()
        ...     for grey in (0, 10, 20):
        ...         PIL.Image.new("L", (80, 60), grey).save(path / f"{grey}.png")
        >>> dataset = from_folder(folder.name, size=32)
        >>> dataset.class_names, dataset.x_train.shape
        (('dark', 'light'), (2, 32, 32, 3))
    """
    check_seed(seed)
    prepare, shape = preparation(size, grey, fit)
    names, paths, labels, sets = list_classes(folder)
    total = int(np.count_nonzero(sets == 0))
    for number, what, wanted in ((2, "test", test), (1, "validation", validation)):
        count = _held_out(what, wanted, total, len(names))
        if number not in sets:
            left = np.flatnonzero(sets == 0)
            sets[left[stratified(labels[left], min(count, len(left)), seed)]] = number
    _check_sets(names, labels, sets)
    order = np.random.default_rng(seed).permutation(len(paths))
    order = order[
        np.argsort(sets[order], kind="stable")
    ]  # so that each set is a piece of the array
    x, kept = read_files([paths[i] for i in order], shape, prepare, skip_unreadable)
    labels, sets = labels[order][kept], sets[order][kept]
    _check_sets(names, labels, sets)
    arrays: dict[str, Any] = {}
    for number, part in enumerate(PARTS):
        piece = slice(*np.searchsorted(sets, [number, number + 1]))
        arrays |= {f"x_{part}": x[piece], f"y_{part}": labels[piece]}
    name = os.path.basename(os.path.abspath(os.path.expanduser(folder)))
    return ImageDataset(name, **arrays, class_names=names, source="own folder")


def _held_out(what: str, wanted: float | int, total: int, classes: int) -> int:
    """Return how many of the pictures to hold out, at least one for each class."""
    if is_number(wanted) and 0 < wanted < 1:
        return max(classes, round(wanted * total))
    if not is_whole_number(wanted) or not classes <= wanted <= total:
        raise ValueError(
            f"{what}={brief(wanted)}: give a share such as 0.2, or a number of pictures from "
            f"{classes} (one for each class) to {total}."
        )
    return int(wanted)


def _check_sets(names: tuple[str, ...], labels: np.ndarray, sets: np.ndarray) -> None:
    """Refuse three sets of which one has no picture of a class."""
    for number, what in enumerate(("training", "validation", "test")):
        counts = np.bincount(labels[sets == number], minlength=len(names))
        if not counts.all():
            rare = int(counts.argmin())
            raise ValueError(
                f"The class {brief(names[rare])} has too few pictures "
                f"({np.count_nonzero(labels == rare)}): none is left for {what}, and each of three "
                "sets needs at least one. Add pictures, or change `validation` and `test`."
            )


def _real_or_samples(name: str) -> tuple[dict[str, Any], str]:
    folder = settings.data_folder()
    try:
        if why := settings.why_not_in_data_folder(f"{name}.npz"):
            raise OSError(why)
        source = "data folder" if path_of(name, folder).exists() else "download"
        return read(fetch(name, folder), name), source
    except OSError as error:
        notice(
            f"The real {name} pictures could not be had: using drawn samples instead",
            f"Looked in {folder}. Reason: {error}",
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
