"""Figures of how sure a network is, and of how far it may be trusted."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnncourse.plotting import style
from cnncourse.training import Score
from cnncourse.training.calibration import Reliability
from cnncourse.training.scores import check_score
from cnncourse.validation import as_array, as_list, brief, whole_number


def plot_answer(
    image: np.ndarray,
    probabilities: np.ndarray,
    *,
    class_names: Sequence[str] | None = None,
    top: int = 3,
) -> Figure:
    """Show a picture, and beside it the classes that a network finds most probable.

    Args:
        image: One picture (height, width, channels).
        probabilities: One number for each class, (classes,).
        class_names: Name of each label; the labels themselves if None.
        top: How many classes to show at most.

    Returns:
        The figure, of two panels.

    Raises:
        ValueError: If these are not a picture and its probabilities.

    Example:
        >>> figure = plot_answer(np.zeros((8, 8, 3)), np.array([0.1, 0.9]), class_names=["a", "b"])
        >>> [label.get_text() for label in figure.axes[1].get_yticklabels()]
        ['b', 'a']
    """
    image = as_array("image", image, "one picture (height, width, channels)")
    (picture,) = style.as_pictures(image[None])
    probabilities = style.as_numbers("probabilities", probabilities, "(classes)")
    best = np.argsort(-probabilities, kind="stable")[: whole_number("top", top)]
    names = style.names_of(best, class_names)
    figure, ((left, right),) = style.panel_grid(1, 2, (6, 2.2))
    style.show_picture(left, picture)
    bars = right.barh(range(len(best)), probabilities[best], color=style.COLORS[0])
    right.bar_label(bars, [f"{100 * p:.1f} %" for p in probabilities[best]], padding=3)
    right.set_yticks(range(len(best)), names)
    right.set_title("The most probable classes", fontsize=10)
    right.set(xlabel="probability", xlim=(0, 1.25), ylim=(len(best) - 0.5, -0.5))
    right.set_xticks([0, 0.5, 1])
    return figure


def plot_reliability(measured: Mapping[str, Reliability], *, ax: Axes | None = None) -> Axes:
    """Draw how often answers are right against how sure the network was of them.

    Args:
        measured: What `training.reliability` returned, by name. A dot is larger where more answers
            have this confidence.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes; on the dashed line confidence is worth what it says, below it, less.

    Raises:
        ValueError: If there is nothing to draw.

    Source: reliability diagrams as in Guo et al., "On calibration of modern neural networks", arXiv
    1706.04599.

    Example:
        >>> from cnncourse.training import reliability
        >>> score = Score(np.eye(3), np.arange(3), "mnist", "samples")
        >>> plot_reliability({"perfect": reliability(score)}).get_ylabel()
        'accuracy'
    """
    for name, found in style.check_dictionary("measured", measured).items():
        if not isinstance(found, Reliability):
            raise ValueError(
                f"measured, {brief(name)}: {brief(found)} found: give what "
                "`training.reliability` returned."
            )
    ax = style.axes_or_new(ax, 4.6, 4.2)
    ax.plot([0, 1], [0, 1], "--", color="gray", lw=1, label="as sure as right")
    for number, (name, found) in enumerate(measured.items()):
        look, share = style.line_look(number), found.counts / found.counts.sum()
        held = found.counts > 0
        label = f"{style.literal(name)}: error {100 * found.error:.1f} %"
        ax.plot(found.confidence[held], found.accuracy[held], label=label, **look)
        sizes = 12 + 400 * share[held]
        dots: dict[str, Any] = {"s": sizes, "alpha": 0.6, "color": look["color"], "linewidths": 0}
        ax.scatter(found.confidence[held], found.accuracy[held], **dots)
    ax.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.03), ylim=(0, 1.03))
    ax.set_title("How often it is right against how sure it is", fontsize=10)
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8, loc="upper left")
    return ax


def plot_answered(scores: Mapping[str, Score], *, ax: Axes | None = None) -> Axes:
    """Draw the accuracy on the surest answers against the share of pictures that get an answer.

    Args:
        scores: Scores by name.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes, both in percent.

    Raises:
        ValueError: If there is nothing to draw.

    Source: Geifman and El-Yaniv, "Selective classification for deep neural networks", arXiv
    1705.08500.

    Example:
        >>> score = Score(np.array([[0.9, 0.1], [0.6, 0.4]]), np.array([0, 1]), "toy", "samples")
        >>> plot_answered({"net": score}).lines[0].get_ydata().tolist()
        [100.0, 50.0]
    """
    for score in style.check_dictionary("scores", scores).values():
        check_score(score)
    ax = style.axes_or_new(ax)
    for number, (name, score) in enumerate(scores.items()):
        surest_first = np.argsort(-score.probabilities.max(axis=1), kind="stable")
        answered = np.arange(1, len(surest_first) + 1)
        accuracy = 100 * np.cumsum(score.correct[surest_first]) / answered
        shown = answered > len(answered) // 50  # the first few jump from 0 to 100
        look = style.line_look(number)
        share = 100 * answered / len(answered)
        ax.plot(share[shown], accuracy[shown], label=style.literal(name), **look)
    ax.set_title("Accuracy of the surest answers", fontsize=10)
    ax.set(xlabel="pictures answered, the surest first (%)", ylabel="accuracy (%)", xlim=(0, 101))
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8)
    return ax


def plot_corruptions(
    measured: Mapping[str, np.ndarray], kinds: Sequence[str], *, classes: int | None = None
) -> Figure:
    """Draw accuracy and confidence against the strength of several kinds of corruption.

    Args:
        measured: For each network's name accuracy and mean confidence, as shares: float (repeats,
            kinds, strengths, 2); strengths start at 0.
        kinds: Name of each kind, a panel each.
        classes: Number of classes; a dotted line shows the accuracy of guessing.

    Returns:
        The figure: accuracy solid, confidence dashed, a band from the lowest to the highest repeat.

    Raises:
        ValueError: If the numbers do not fit the kinds.

    Example:
        >>> len(plot_corruptions({"net": np.full((1, 2, 6, 2), 0.5)}, ["blur", "noise"]).axes)
        2
    """
    names = style.names_of(as_list("kinds", kinds), None)
    tables = {
        name: style.as_numbers(brief(name), table, "(repeats, kinds, strengths, 2)")
        for name, table in style.check_dictionary("measured", measured).items()
    }
    for name, table in tables.items():
        if table.shape[1] != len(names) or table.shape[3] != 2:
            raise ValueError(
                f"{brief(name)} has the shape {table.shape} for {len(names)} kinds: give accuracy "
                "and confidence, (repeats, kinds, strengths, 2)."
            )
    if classes is not None:
        classes = whole_number("classes", classes)
    figure, axes = style.panels(len(names), 2, size=3.2)
    figure.set_size_inches(8, 2.7 * -(-len(names) // 2) + 0.4)
    for panel, (ax, name) in enumerate(zip(axes, names, strict=True)):
        for number, (network, table) in enumerate(tables.items()):
            color = style.COLORS[number % len(style.COLORS)]
            for what, line in enumerate(("-", "--")):
                values, strengths = 100 * table[:, panel, :, what], np.arange(table.shape[2])
                label = None if what else style.literal(network)
                ax.plot(strengths, values.mean(axis=0), line, marker=".", color=color, label=label)
                lowest, highest = values.min(axis=0), values.max(axis=0)
                ax.fill_between(strengths, lowest, highest, color=color, alpha=0.15, lw=0)
        if classes:
            ax.axhline(100 / classes, color="gray", ls=":", lw=1)
        ax.set(title=name, xlabel="strength", ylabel="%", ylim=(0, 102))
        ax.grid(alpha=0.3)
    handles, labels = axes[0].get_legend_handles_labels()
    handles += [axes[0].plot([], [], line, color="gray")[0] for line in ("-", "--")]
    figure.legend(
        handles,
        [*labels, "accuracy", "confidence"],
        loc="outside lower center",
        ncols=5,
        fontsize=8,
    )
    return figure
