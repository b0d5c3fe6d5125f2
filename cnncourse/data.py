"""The three data sets of the course, split into training, validation and test pictures."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from cnncourse import samples, settings
from cnncourse.datafiles import DATASETS, check_name, read
from cnncourse.messages import notice
from cnncourse.validation import (
    as_list,
    brief,
    check_function,
    check_seed,
    is_number,
    is_one_of,
    is_whole_number,
)

SAMPLE_COUNTS = {"reduced": (600, 200), "full": (6000, 1000)}  # training, test


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ImageDataset:
    """Labelled pictures in three sets that share no picture.

    Attributes:
        name: Name of the data set, such as "mnist".
        x_train: Training pictures, uint8 (N, height, width, channels).
        y_train: Their labels, int64 (N,), from 0 on.
        x_val: Validation pictures: for choosing between models.
        y_val: Their labels.
        x_test: Test pictures: for measuring the chosen model, once.
        y_test: Their labels.
        class_names: Name of each label.
        source: "data folder", "download" or "samples".
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    source: str

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of a picture."""
        return self.x_train.shape[1:]

    def subset(self, count: int, *, seed: int = 0) -> "ImageDataset":
        """Return the data set with fewer training pictures, each class as frequent as before.

        Args:
            count: Training pictures to keep. Samples have few: there, all are kept if need be.
            seed: Which pictures are drawn.

        Returns:
            A new data set; validation and test pictures are the same.

        Raises:
            ValueError: If there are not that many training pictures, or not one for each class.

        Example:
            >>> load("mnist").subset(100).x_train.shape
            (100, 28, 28, 1)
        """
        total = len(self.x_train)
        if self.source == "samples" and is_whole_number(count):
            count = min(count, total)
        if not is_whole_number(count) or not len(self.class_names) <= count <= total:
            raise ValueError(
                f"subset({brief(count)}): give a whole number from {len(self.class_names)} to "
                f"{total}, the number of training pictures."
            )
        kept = _stratified(self.y_train, count, seed)
        return dataclasses.replace(self, x_train=self.x_train[kept], y_train=self.y_train[kept])

    def select(self, names: Sequence[str]) -> "ImageDataset":
        """Return the data set with some of its classes only, labelled anew from 0 on.

        Args:
            names: Class names, at least two; the first one gets the label 0, and so on.

        Returns:
            A new data set, named "cifar10, 2 classes" for instance; in all three sets the pictures
            of these classes, in their old order.

        Raises:
            ValueError: If these are not names of different classes.

        Example:
            >>> vehicles = load("cifar10").select(["ship", "truck"])
            >>> vehicles.name, sorted(set(vehicles.y_val.tolist()))
            ('cifar10, 2 classes', [0, 1])
        """
        chosen = () if isinstance(names, str) else tuple(as_list("names", names))
        known = all(is_one_of(name, self.class_names) for name in chosen)
        if len(chosen) < 2 or not known or len(set(chosen)) != len(chosen):
            raise ValueError(
                f"select({brief(names)}): give a list of at least two different names from "
                f"{', '.join(self.class_names)}."
            )
        label_of = np.full(len(self.class_names), -1)
        label_of[[self.class_names.index(name) for name in chosen]] = np.arange(len(chosen))
        name = f"{self.name.partition(',')[0]}, {len(chosen)} classes"
        sets = {"name": name, "class_names": chosen}
        for part in ("train", "val", "test"):
            labels = label_of[getattr(self, f"y_{part}")]
            kept = labels >= 0
            sets |= {f"x_{part}": getattr(self, f"x_{part}")[kept], f"y_{part}": labels[kept]}
        return dataclasses.replace(self, **sets)

    def transform(self, function: Callable[[np.ndarray], np.ndarray]) -> "ImageDataset":
        """Return the data set with every picture changed alike, in all three sets.

        Args:
            function: Takes and returns pictures, uint8 (N, height, width, channels).

        Returns:
            A new data set with the same labels.

        Raises:
            ValueError: If it is no function, or does not return an array of as many pictures.

        Example:
            >>> load("mnist").transform(lambda x: 255 - x).name
            'mnist'
        """
        check_function("transform", function, self.x_train)
        sets = {}
        for part in ("x_train", "x_val", "x_test"):
            given, changed = getattr(self, part), function(getattr(self, part))
            if not isinstance(changed, np.ndarray) or changed.shape[:1] != given.shape[:1]:
                raise ValueError(
                    f"{brief(function)} made {brief(changed)} of {part}, {brief(given)}: let it "
                    "return an array of as many pictures."
                )
            sets[part] = changed
        return dataclasses.replace(self, **sets)

    def __repr__(self) -> str:
        """Name, sizes and source in one line."""
        parts = {part: getattr(self, part) for part in ("x_train", "x_val", "x_test")}
        if not all(isinstance(x, np.ndarray) and x.ndim for x in parts.values()):
            found = ", ".join(f"{part} is {brief(x)}" for part, x in parts.items())
            return f"{self.name}: no pictures: {found}"
        size = " x ".join(map(str, self.picture_shape))
        return (
            f"{self.name}: {len(self.x_train):,} training, {len(self.x_val):,} validation and "
            f"{len(self.x_test):,} test pictures of {size}, {self.x_train.dtype}, "
            f"from {self.source}"
        )


def load(name: str, *, validation: float | int = 0.1, seed: int = 0) -> ImageDataset:
    """Load a data set from the data folder, else download it, else draw samples.

    In reduced mode the samples are always used. In full mode a visible box says so when the real
    pictures cannot be had.

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
    share = _validation_share(validation, DATASETS[name].train_count)
    if settings.reduced():
        arrays, source = _draw(name, "reduced"), "samples"
    else:
        arrays, source = _real_or_samples(name)
    x, y = arrays["x_train"], arrays["y_train"]
    # A small share of a few samples still needs a picture of each class on either side.
    held = _stratified(y, min(max(10, round(share * len(x))), len(x) - 10), seed)
    kept = np.setdiff1d(np.arange(len(x)), held, assume_unique=True)
    return ImageDataset(
        name=name,
        x_train=x[kept],
        y_train=y[kept],
        x_val=x[held],
        y_val=y[held],
        x_test=arrays["x_test"],
        y_test=arrays["y_test"],
        class_names=DATASETS[name].class_names,
        source=source,
    )


def _real_or_samples(name: str) -> tuple[dict[str, np.ndarray], str]:
    folder = settings.data_folder()
    path = folder / f"{name}.npz"
    try:
        if path.exists():
            return read(path, name), "data folder"
        from cnncourse.downloads import fetch  # pooch takes a moment to import

        fetch(name, folder)
        return read(path, name), "download"
    except OSError as error:
        notice(
            f"The real {name} pictures could not be had: using drawn samples instead",
            f"Reason: {error}",
            "The notebook runs, but its accuracies will differ from those in the text. To mend it: "
            "(1) run this cell again when the network is back; (2) set CNNCOURSE_DATA to a folder "
            f"that holds {name}.npz, and restart the kernel; or (3) go on with the samples.",
        )
        return _draw(name, "full"), "samples"


def _draw(name: str, mode: str) -> dict[str, np.ndarray]:
    train_count, test_count = SAMPLE_COUNTS[mode]
    x_train, y_train = samples.draw(name, train_count, split="train")
    x_test, y_test = samples.draw(name, test_count, split="test")
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def _validation_share(validation: float | int, total: int) -> float:
    share = validation
    if is_number(share) and 10 <= share < total and share == int(share):
        share = validation / total
    if not is_number(share) or not 0 < share < 1:
        raise ValueError(
            f"validation={brief(validation)}: give a share such as 0.1, or a number of pictures "
            f"such as 5000, from 10 to {total - 1}."
        )
    return share


def _stratified(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return ``count`` sorted indices, each class as frequent among them as in ``labels``."""
    shuffled = np.random.default_rng(check_seed(seed)).permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    picked = np.linspace(0, len(labels) - 1, count).round().astype(int)
    return np.sort(by_class[picked])
