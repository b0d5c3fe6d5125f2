"""Labelled pictures in three sets: training, validation and test."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnncourse.validation import (
    as_list,
    brief,
    check_function,
    check_labels,
    check_seed,
    whole_number,
)

PARTS = ("train", "val", "test")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class ImageDataset:
    """Labelled pictures in three sets that share no picture.

    Attributes:
        name: Name of the data set, such as "mnist".
        x_train: Training pictures, uint8 (N, height, width, channels).
        y_train: Their labels, int64 (N,), from 0 on.
        x_val, y_val: Validation pictures and labels: for choosing between models.
        x_test, y_test: Test pictures and labels: for measuring the chosen model, once.
        class_names: Name of each label.
        source: "data folder", "download", "samples", or "own folder" for pictures of your own.

    What is not pictures of one size and their labels is refused with a ValueError.
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

    def __post_init__(self) -> None:
        names = self.class_names
        if not isinstance(names, (tuple, list)) or not all(isinstance(name, str) for name in names):
            raise ValueError(f"class_names={brief(names)}: give a tuple of texts, one a class.")
        for part in PARTS:
            x, y = getattr(self, f"x_{part}"), getattr(self, f"y_{part}")
            are_pictures = isinstance(x, np.ndarray) and x.dtype == np.uint8 and x.ndim == 4
            if not are_pictures or x.shape[1:] != self.picture_shape:
                grey = isinstance(x, np.ndarray) and x.ndim == 3
                add = f"Add the channels, x_{part}[..., None]. " if grey else ""
                raise ValueError(
                    f"x_{part} is {brief(x)}: give uint8 pictures (N, height, width, channels), "
                    f"all of one size. {add}The model scales the pixels itself."
                )
            check_labels(f"y_{part}", y, len(names))
            if len(x) != len(y):
                held = f"x_{part} holds {len(x)} pictures and y_{part} {len(y)} labels"
                raise ValueError(f"{held}: give each picture a label.")

    def __repr__(self) -> str:
        size = " x ".join(map(str, self.picture_shape))
        return (
            f"{self.name}: {len(self.x_train):,} training, {len(self.x_val):,} validation and "
            f"{len(self.x_test):,} test pictures of {size}, uint8, from {self.source}"
        )

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
            >>> from cnncourse import data
            >>> data.load("mnist").subset(100).x_train.shape
            (100, 28, 28, 1)
        """
        least, most = len(self.class_names), len(self.x_train)
        if self.source == "samples":
            count = min(whole_number("training pictures", count), most)
        count = whole_number("training pictures", count, least, most)
        kept = stratified(self.y_train, count, seed)
        return dataclasses.replace(self, x_train=self.x_train[kept], y_train=self.y_train[kept])

    def select(self, names: Sequence[str]) -> "ImageDataset":
        """Return the data set with some of its classes only, labelled anew from 0 on.

        Args:
            names: Class names, at least two; the first one gets the label 0, and so on.

        Returns:
            A new data set, such as "cifar10, 2 classes", with the pictures in their old order.

        Raises:
            ValueError: If these are not names of different classes.

        Example:
            >>> from cnncourse import data
            >>> vehicles = data.load("cifar10").select(["ship", "truck"])
            >>> vehicles.name, sorted(set(vehicles.y_val.tolist()))
            ('cifar10, 2 classes', [0, 1])
        """
        chosen = () if isinstance(names, str) else tuple(as_list("names", names))
        known = {name for name in chosen if isinstance(name, str) and name in self.class_names}
        if len(chosen) < 2 or len(known) != len(chosen):
            raise ValueError(
                f"select({brief(names)}): give a list of at least two different names from "
                f"{', '.join(self.class_names)}."
            )
        label_of = np.full(len(self.class_names), -1)
        label_of[[self.class_names.index(name) for name in chosen]] = np.arange(len(chosen))
        name = f"{self.name.partition(',')[0]}, {len(chosen)} classes"
        changed: dict[str, Any] = {"name": name, "class_names": chosen}
        for part in PARTS:
            labels = label_of[getattr(self, f"y_{part}")]
            kept = labels >= 0
            changed |= {f"x_{part}": getattr(self, f"x_{part}")[kept], f"y_{part}": labels[kept]}
        return dataclasses.replace(self, **changed)

    def transform(self, function: Callable[[np.ndarray], np.ndarray]) -> "ImageDataset":
        """Return the data set with every picture changed alike, in all three sets.

        Args:
            function: Takes and returns pictures, uint8 (N, height, width, channels).

        Returns:
            A new data set with the same labels.

        Raises:
            ValueError: If it is not a function, or does not return as many uint8 pictures.

        Example:
            >>> from cnncourse import data
            >>> data.load("mnist").transform(lambda x: 255 - x).name
            'mnist'
        """
        check_function("transform", function, self.x_train)
        x: dict[str, Any] = {f"x_{p}": function(getattr(self, f"x_{p}")) for p in PARTS}
        try:
            return dataclasses.replace(self, **x)
        except ValueError as error:
            raise ValueError(
                f"{brief(function)} must return as many uint8 pictures: {error}"
            ) from None


def check_dataset(dataset: ImageDataset, *parts: str) -> None:
    """Refuse what is not a data set, and parts ("train", "val", "test") without pictures."""
    if not isinstance(dataset, ImageDataset):
        raise ValueError(f"{type(dataset).__name__} is not a data set: use data.load('mnist').")
    for part in parts:
        if not len(getattr(dataset, f"x_{part}")):
            raise ValueError(f"x_{part} of {dataset.name} is empty: give at least one picture.")


def stratified(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return sorted indices of `count` pictures, each class as frequent as in `labels`."""
    shuffled = np.random.default_rng(check_seed(seed)).permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    picked = by_class[np.linspace(0, len(labels) - 1, count).round().astype(int)]
    for rare in np.setdiff1d(labels, labels[picked]):  # gets a place of the most frequent class
        place = np.flatnonzero(labels[picked] == np.bincount(labels[picked]).argmax())[0]
        picked[place] = by_class[labels[by_class] == rare][0]
    return np.sort(picked)
