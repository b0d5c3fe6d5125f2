"""Figures of what a model answered."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from cnncourse.plotting.style import (
    COLORS,
    axes_or_new,
    few,
    finite,
    name_of,
    names,
    plain,
    slant_long_names,
)
from cnncourse.training import Score
from cnncourse.training.scores import check_score
from cnncourse.validation import brief, is_whole_number


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
    classes = score.probabilities.shape[1]
    few("squares", classes**2)
    shown = names(class_names) or [str(number) for number in range(classes)]
    if len(shown) != classes:
        raise ValueError(f"class_names has {len(shown)} entries for {classes} classes: name each.")
    shown = [plain(name) for name in shown]
    matrix = confusion_matrix(score.labels, score.predictions, labels=range(classes))
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
        xticklabels=shown,
        yticklabels=shown,
        ax=ax,
    )
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.tick_params(axis="y", rotation=0)
    slant_long_names(ax, shown)
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
    probabilities = finite(probabilities, "probabilities", "(classes)")
    classes, class_names = range(few("classes", len(probabilities))), names(class_names)
    shown = [name_of(number, class_names) for number in classes]
    if label is not None and (not is_whole_number(label) or label not in classes):
        raise ValueError(f"label={brief(label)}: give a class from 0 to {classes[-1]}.")
    ax = axes_or_new(ax, 4.5, 2.6)
    bars = ax.bar(classes, probabilities, color=COLORS[0], tick_label=shown)
    if label is not None:
        bars[int(label)].set(color=COLORS[1], hatch="//", edgecolor="black")
    ax.set(xlabel="class", ylabel="probability", ylim=(0, 1.02))
    slant_long_names(ax, shown)
    return ax
