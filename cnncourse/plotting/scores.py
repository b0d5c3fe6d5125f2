"""Figures of what a model answered."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from cnncourse.plotting.style import COLORS, as_numbers, axes_or_new, names_of, slant_long_names
from cnncourse.training import Score
from cnncourse.training.scores import check_score
from cnncourse.validation import whole_number


def plot_confusion_matrix(
    score: Score, *, class_names: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw which class was taken for which: rows are true, columns predicted.

    Args:
        score: What `evaluate` returned.
        class_names: Name of each label; the labels themselves if None.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes; colours are logarithmic, so that single mistakes can be seen.

    Raises:
        ValueError: If the names do not fit the classes.

    Example:
        >>> score = Score(np.eye(3), np.arange(3), "mnist", "samples")
        >>> plot_confusion_matrix(score).get_ylabel()
        'true class'
    """
    from sklearn.metrics import confusion_matrix

    check_score(score)
    classes = range(score.probabilities.shape[1])
    names = names_of(classes, class_names)
    if class_names is not None and len(class_names) != len(classes):
        raise ValueError(f"class_names: {len(class_names)} for {len(classes)} classes: name each.")
    matrix = confusion_matrix(score.labels, score.predictions, labels=classes)
    ax = axes_or_new(ax, 6.2, 5.2)
    sns.heatmap(
        np.maximum(matrix, 0.5),  # a logarithm needs something above 0
        annot=np.where(matrix > 0, matrix.astype(str), ""),
        fmt="",
        cmap="Blues",
        norm=LogNorm(0.5, max(1, matrix.max())),
        cbar=False,
        linewidths=0.5,
        annot_kws={"fontsize": 8},
        xticklabels=names,
        yticklabels=names,
        ax=ax,
    )
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.tick_params(axis="y", rotation=0)
    slant_long_names(ax, names)
    return ax


def plot_probabilities(
    probabilities: np.ndarray,
    *,
    label: int | None = None,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability a model gave to each class of one picture.

    Args:
        probabilities: One number for each class, (classes,).
        label: The true class, drawn in another colour and hatched.
        class_names: Name of each label; the labels themselves if None.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes.

    Raises:
        ValueError: If these are not the probabilities of one picture.

    Example:
        >>> plot_probabilities(np.array([0.1, 0.9])).get_xlabel()
        'class'
    """
    probabilities = as_numbers("probabilities", probabilities, "(classes)")
    classes = range(len(probabilities))
    names = names_of(classes, class_names)
    if label is not None:
        label = whole_number("label", label, 0, classes[-1])
    ax = axes_or_new(ax, 4.5, 2.6)
    bars = ax.bar(classes, probabilities, color=COLORS[0], tick_label=names)
    if label is not None:
        bars[label].set(color=COLORS[1], hatch="//", edgecolor="black")
    ax.set(xlabel="class", ylabel="probability", ylim=(0, 1.02))
    slant_long_names(ax, names)
    return ax
