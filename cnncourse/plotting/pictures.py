"""Figures of pictures and their labels."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cnncourse.augmentation import Augmentation
from cnncourse.plotting.style import (
    COLORS,
    MOST_DRAWN,
    WRONG,
    axes_or_new,
    few,
    name_of,
    names,
    panels,
    picture,
    show,
    slant_long_names,
)
from cnncourse.training import Score
from cnncourse.training.scores import check_score
from cnncourse.validation import as_array, brief, check_seed, whole_number


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
        ValueError: If the arguments do not belong together.

    Example:
        >>> len(plot_images(np.zeros((3, 28, 28, 1), np.uint8), [7, 2, 1]).axes)
        3
    """
    shown, class_names = picture(images), names(class_names)
    few("pictures", len(shown))
    titles = [""] * len(shown)
    if labels is not None:
        titles = [name_of(label, class_names) for label in _one_each("labels", labels, shown)]
    said = titles
    if predictions is not None:
        given = _one_each("predictions", predictions, shown)
        said = [name_of(predicted, class_names) for predicted in given]
    long_names = predictions is not None and max(map(len, [*titles, *said])) > 3
    figure, axes = panels(len(shown), columns, size=1.25 if long_names else 1.0)
    for ax, image, title, answer in zip(axes, shown, titles, said, strict=True):
        show(ax, image, answer)
        if title and title != answer:
            text = f"{title}:{chr(10) if long_names else ' '}{answer}?"
            ax.set_title(text, fontsize=9, color=WRONG)
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
        raise ValueError(
            f"labels are {labels.dtype} {labels.shape}: give integers (N,), such as y_train."
        )
    classes, counts = np.unique(labels, return_counts=True)
    few("classes", len(classes))
    class_names = names(class_names)
    shown = [name_of(label, class_names) for label in classes]
    ax = axes_or_new(ax)
    sns.barplot(x=shown, y=counts, color=COLORS[0], ax=ax)
    ax.bar_label(ax.containers[0], fmt="{:,.0f}", fontsize=8)
    ax.set(xlabel="class", ylabel="pictures")
    ax.margins(y=0.1)  # room for the numbers
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    slant_long_names(ax, shown)
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
    shown, most, class_names = picture(images), whole_number("most", most), names(class_names)
    check_score(score)
    _one_each("the score", score.labels, shown)
    wrong = np.flatnonzero(~score.correct)
    confidence = score.probabilities[wrong].max(axis=1)
    chosen = wrong[np.argsort(-confidence, kind="stable")][:most]
    if not len(chosen):
        figure, axes = panels(1, 1, size=3)
        axes[0].text(0.5, 0.5, "no mistakes", ha="center", va="center")
        axes[0].set_axis_off()
        return figure
    true, taken = (
        [name_of(label, class_names) for label in labels[chosen]]
        for labels in (score.labels, score.predictions)
    )
    long_names = class_names is not None and max(map(len, class_names)) > 3
    figure, axes = panels(len(chosen), columns, size=1.25 if long_names else 1.0)
    for ax, index, name, answer in zip(axes, chosen, true, taken, strict=True):
        show(ax, shown[index], f"{name},{chr(10) if long_names else ' '}not {answer}")
    return figure


def plot_augmentations(
    augment: Augmentation, images: np.ndarray, *, variants: int = 8, seed: int = 0
) -> Figure:
    """Show pictures beside random variants of them.

    Args:
        augment: What changes them, such as `RandomAffine`.
        images: Pictures, uint8 (N, height, width, channels); one row for each.
        variants: Changed pictures in a row.
        seed: Which variants are drawn.

    Returns:
        The figure; the first column holds the originals.

    Raises:
        ValueError: If the arguments are no augmentation and no pictures.

    Example:
        >>> from cnncourse.augmentation import RandomAffine
        >>> picture = np.zeros((1, 28, 28, 1), np.uint8)
        >>> len(plot_augmentations(RandomAffine(rotation=10), picture, variants=4).axes)
        5
    """
    if not isinstance(augment, Augmentation):
        raise ValueError(f"augment={brief(augment)}: pass one such as RandomAffine(rotation=10).")
    shown, seed = picture(images), check_seed(seed)
    variants = whole_number("variants", variants, most=MOST_DRAWN)
    few("panels", len(shown) * (variants + 1))
    with_channels = shown[..., None] if shown.ndim == 3 else shown
    repeated = np.repeat(with_channels, variants, axis=0)
    changed = picture(np.asarray(augment.augment(repeated, np.array([seed, 0], np.int32))))
    changed = np.clip(changed, 0, 255).astype(np.uint8)
    figure, axes = panels(len(shown) * (variants + 1), variants + 1)
    for row, original in enumerate(shown):
        show(axes[row * (variants + 1)], original, "original" if row == 0 else "")
        for column in range(variants):
            show(axes[row * (variants + 1) + column + 1], changed[row * variants + column])
    return figure


def _one_each(what: str, given: Sequence, images: np.ndarray) -> Sequence:
    """Return what was given, if it is one thing for each picture.

    Raises:
        ValueError: If it has no length, or another one.
    """
    try:
        count = len(given)
    except (TypeError, OverflowError):  # no length, or one beyond any
        raise ValueError(f"{what}={brief(given)}: give one for each picture, in a list.") from None
    if count != len(images):
        raise ValueError(
            f"{what} has {count} entries for {len(images)} pictures: give one for each."
        )
    return given
