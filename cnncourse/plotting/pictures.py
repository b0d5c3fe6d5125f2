"""Figures of pictures and their labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.ticker import MaxNLocator

from cnncourse.augmentation import augment_batch, check_augmentation
from cnncourse.backend import keras
from cnncourse.plotting import style
from cnncourse.training import Score
from cnncourse.training.scores import check_score
from cnncourse.validation import as_array, brief, check_labels, check_seed, whole_number


def plot_images(
    images: np.ndarray,
    labels: Sequence | None = None,
    *,
    class_names: Sequence[str] | None = None,
    predictions: Sequence[int] | None = None,
    columns: int = 10,
) -> Figure:
    """Show pictures in a grid, with their names, and wrong predictions in another colour.

    Args:
        images: Pictures (N, height, width, channels) or (N, height, width).
        labels: Their true labels, integers (N,), or texts to write above them.
        class_names: Name of each label; the labels themselves if None.
        predictions: Predicted labels, integers (N,).
        columns: Pictures in a row.

    Returns:
        The figure.

    Raises:
        ValueError: If the arguments do not fit together.

    Example:
        >>> len(plot_images(np.zeros((3, 28, 28, 1), np.uint8), [7, 2, 1]).axes)
        3
    """
    pictures = style.as_pictures(images)
    true = [""] * len(pictures)
    if labels is not None:
        true = style.names_of(style.one_for_each("labels", labels, pictures), class_names)
    answers = true
    if predictions is not None:
        predictions = style.one_for_each("predictions", predictions, pictures)
        answers = style.names_of(predictions, class_names)
    are_long = predictions is not None and max(map(len, [*true, *answers])) > 3
    figure, axes = style.panels(len(pictures), columns, size=1.25 if are_long else 1.0)
    for ax, image, name, answer in zip(axes, pictures, true, answers, strict=True):
        style.show_picture(ax, image, answer)
        if name and name != answer:
            text = f"{name}:{chr(10) if are_long else ' '}{answer}?"
            ax.set_title(text, fontsize=9, color=style.WRONG)
    return figure


def plot_label_counts(
    labels: np.ndarray, *, class_names: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how many pictures each class has.

    Args:
        labels: Integers (N,).
        class_names: Name of each label; the labels themselves if None.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes.

    Raises:
        ValueError: If the labels are not a list of whole numbers.

    Example:
        >>> plot_label_counts(np.array([0, 1, 1])).get_ylabel()
        'pictures'
    """
    labels = as_array("labels", labels, "integers (N,), such as y_train")
    if labels.ndim != 1 or not len(labels) or labels.dtype.kind not in "iu":
        raise ValueError(f"labels: {brief(labels)} found: give integers (N,), such as y_train.")
    classes, counts = np.unique(labels, return_counts=True)
    names = style.names_of(classes, class_names)
    ax = style.axes_or_new(ax)
    sns.barplot(x=names, y=counts, color=style.COLORS[0], ax=ax)
    ax.bar_label(ax.containers[0], fmt="{:,.0f}", fontsize=8)  # type: ignore[arg-type]
    ax.set(xlabel="class", ylabel="pictures")
    ax.margins(y=0.1)  # room for the numbers
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    style.slant_long_names(ax, names)
    return ax


def plot_mistakes(
    score: Score,
    images: np.ndarray,
    *,
    class_names: Sequence[str] | None = None,
    most: int = 40,
    columns: int = 10,
) -> Figure:
    """Show the misclassified pictures, the most confident mistakes first.

    Args:
        score: What `evaluate` returned.
        images: The pictures it was measured on, (N, height, width, channels).
        class_names: Name of each label; the labels themselves if None.
        most: Pictures to show at most.
        columns: Pictures in a row.

    Returns:
        The figure: above each picture its true class, and what the model took it for.

    Raises:
        ValueError: If the pictures are not those of the score.

    Example:
        >>> score = Score(np.eye(10)[[3]], np.array([8]), "mnist", "samples")
        >>> plot_mistakes(score, np.zeros((1, 28, 28, 1), np.uint8)).axes[0].get_title()
        '8, not 3'
    """
    pictures, most = style.as_pictures(images), whole_number("most", most)
    check_score(score)
    style.one_for_each("the score", score.labels, pictures)
    wrong = np.flatnonzero(~score.correct)
    confidence = score.probabilities[wrong].max(axis=1)
    chosen = wrong[np.argsort(-confidence, kind="stable")][:most]
    if not len(chosen):
        figure, axes = style.panels(1, 1, size=3)
        axes[0].text(0.5, 0.5, "no mistakes", ha="center", va="center")
        axes[0].set_axis_off()
        return figure
    true = style.names_of(score.labels[chosen], class_names)
    answers = style.names_of(score.predictions[chosen], class_names)
    are_long = class_names is not None and max(map(len, [*true, *answers])) > 3
    figure, axes = style.panels(len(chosen), columns, size=1.25 if are_long else 1.0)
    for ax, image, name, answer in zip(axes, pictures[chosen], true, answers, strict=True):
        style.show_picture(ax, image, f"{name},{chr(10) if are_long else ' '}not {answer}")
    return figure


def plot_augmentations(
    augment: keras.Layer, images: np.ndarray, *, variants: int = 8, seed: int = 0
) -> Figure:
    """Show pictures beside random variants of them.

    Args:
        augment: What changes them, such as `RandomAffine` or `keras.layers.RandomFlip`.
        images: Pictures, uint8 (N, height, width, channels); one row for each.
        variants: Changed pictures in a row.
        seed: Which variants are drawn.

    Returns:
        The figure; the first column holds the originals.

    Raises:
        ValueError: If this is not an augmentation, or these are not pictures.

    Example:
        >>> picture = np.zeros((1, 28, 28, 1), np.uint8)
        >>> len(plot_augmentations(keras.layers.RandomFlip(), picture, variants=4).axes)
        5
    """
    check_augmentation(augment)
    pictures, seed = style.as_pictures(images), check_seed(seed)
    variants = whole_number("variants", variants, most=style.MOST_PANELS)
    figure, axes = style.panels(len(pictures) * (variants + 1), variants + 1)
    with_channels = pictures if pictures.ndim == 4 else pictures[..., None]
    repeated = np.repeat(with_channels, variants, axis=0)
    changed = augment_batch(augment, repeated, np.array([seed, 0], np.int32))
    changed = style.as_pictures(np.clip(changed, 0, 255).astype(np.uint8))
    for row, original in enumerate(pictures):
        first, *others = axes[row * (variants + 1) : (row + 1) * (variants + 1)]
        style.show_picture(first, original, "original" if row == 0 else "")
        for ax, variant in zip(others, changed[row * variants :], strict=False):
            style.show_picture(ax, variant)
    return figure


def plot_thumbnails(
    points: np.ndarray,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    class_names: Sequence[str] | None = None,
    most: int = 150,
    ax: Axes | None = None,
) -> Axes:
    """Draw pictures as small images at points of a plane, framed in the colour of their class.

    Args:
        points: Where each picture belongs, (N, 2).
        images: Pictures (N, height, width, channels).
        labels: Their classes, integers (N,).
        class_names: Name of each label; the labels themselves if None.
        most: So many pictures are drawn; the others are dots.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes, with a legend of the classes.

    Raises:
        ValueError: If there is not one point and one label for each picture.

    Example:
        >>> pictures = np.zeros((3, 28, 28, 1), np.uint8)
        >>> len(plot_thumbnails(np.eye(3, 2), pictures, np.array([0, 1, 1])).artists)
        3
    """
    pictures, points = style.as_pictures(images), style.as_numbers("points", points, "(N, 2)")
    if points.shape != (len(pictures), 2):
        raise ValueError(f"points: {brief(points)} found: give (N, 2), a point for each picture.")
    labels = as_array("labels", labels, "whole numbers (N,)")
    check_labels("labels", labels, 2**31)
    style.one_for_each("labels", labels, pictures)
    classes, most = _named_classes(labels, class_names), whole_number("most", most)
    ax = style.axes_or_new(ax, 7, 6)
    grey: dict[str, Any] = {"cmap": "gray", "norm": Normalize(0, 255)}
    looks = grey if pictures.ndim == 3 else {}
    for number, (label, name) in enumerate(classes):
        color, chosen = style.COLORS[number % len(style.COLORS)], labels == label
        drawn = np.flatnonzero(chosen)
        drawn = drawn[drawn < most]
        ax.plot(*points[chosen].T, ".", ms=3, alpha=0.5, color=color, label=name)
        for place, picture in zip(points[drawn], pictures[drawn], strict=True):
            small = AnnotationBbox(
                OffsetImage(picture, zoom=18 / len(picture), **looks),
                place,
                pad=0.1,
                bboxprops={"edgecolor": color, "linewidth": 1.5},
            )
            ax.add_artist(small)
    ax.set(xticks=[], yticks=[])
    ax.legend(fontsize=8, markerscale=4, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def _named_classes(labels: np.ndarray, class_names: Sequence[str] | None) -> list[tuple]:
    """Return each label that occurs, with its name."""
    classes = np.unique(labels)
    return list(zip(classes, style.names_of(classes, class_names), strict=True))
