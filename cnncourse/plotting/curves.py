"""Figures of training runs: learning curves and comparisons."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cnncourse.plotting import style
from cnncourse.training import Score, TrainingRun, mean_interval
from cnncourse.validation import as_list, brief, is_number, is_one_of

FAINT: dict[str, Any] = {"alpha": 0.4}
Runs = Mapping[str, TrainingRun | Sequence[TrainingRun]]


def plot_history(
    runs: TrainingRun | Runs, *, metrics: Sequence[str] = ("accuracy", "loss")
) -> Figure:
    """Draw learning curves side by side, validation solid and training faint.

    The legend names each run that has diverged, and the epoch.

    Args:
        runs: A run, or runs by name; where a name has several runs, each gets a line.
        metrics: What to draw, a panel each: "accuracy", "loss" or "learning_rate".

    Returns:
        The figure.

    Raises:
        ValueError: If there is nothing to draw.

    Example:
        >>> history = {"accuracy": [0.8, 0.9], "val_accuracy": [0.85, 0.9]}
        >>> run = TrainingRun(None, history, 1.0, 0)
        >>> len(plot_history({"plain": run}, metrics=["accuracy"]).axes)
        1
    """
    named = _lists_of(TrainingRun, "runs", {"run": runs} if isinstance(runs, TrainingRun) else runs)
    metrics = [metrics] if isinstance(metrics, str) else as_list("metrics", metrics)
    if not metrics:
        raise ValueError("metrics is empty: name some, such as ['accuracy', 'loss'].")
    names: dict[Any, str | None] = {name: _named(name, named[name]) for name in named}
    if isinstance(runs, TrainingRun):
        names["run"] = _divergence([runs])
    lines = [
        (name, run, style.line_look(number), names[name] if run is members[0] else None)
        for number, (name, members) in enumerate(named.items())
        for run in members
    ]
    for name, run, *_ in lines:
        for metric in metrics:
            if not is_one_of(metric, run.history) or not run.history[metric]:
                raise ValueError(
                    f"The run {brief(name)} has no {brief(metric)}: it has {[*run.history]}."
                )
    figure, (axes,) = style.panel_grid(1, len(metrics), (5 * len(metrics), 3.4))
    for ax, metric in zip(axes, metrics, strict=True):
        for _, run, look, label in lines:
            train, validation = run.history[metric], run.history.get(f"val_{metric}")
            epochs = np.arange(1, len(train) + 1)
            if validation is not None:
                ax.plot(epochs, train, lw=1, **FAINT, **look)
            shown = train if validation is None else validation
            ax.plot(epochs, shown, marker=".", label=label, **look)
        ax.set(xlabel="epoch", ylabel=style.literal(metric.replace("_", " ")))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(alpha=0.3)
    handles, labels = axes[0].get_legend_handles_labels()
    if any(f"val_{metric}" in run.history for metric in metrics for _, run, *_ in lines):
        handles += [plt.Line2D([], [], color="gray", **look) for look in ({"marker": "."}, FAINT)]
        labels += ["validation", "training"]
    if handles:
        axes[0].legend(handles, labels, fontsize=8)
    return figure


def plot_comparison(
    results: Mapping[str, Score | TrainingRun | Sequence[TrainingRun]], *, ax: Axes | None = None
) -> Axes:
    """Compare models: a dot for each measurement, with a 95 % interval.

    A score gets its Wilson interval. Several runs of one model get a dot each (the validation
    accuracy of the last epoch) and the t interval of their mean.

    Args:
        results: Scores, or runs, or lists of runs, by name; the first is drawn on top.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes, accuracy in percent from left to right.

    Raises:
        ValueError: If there is nothing to compare.

    Example:
        >>> score = Score(np.eye(10), np.arange(10), "mnist", "samples")
        >>> plot_comparison({"perfect": score}).get_xlabel()
        'test accuracy (%)'
    """
    kinds = {
        isinstance(result, Score) for result in style.check_dictionary("results", results).values()
    }
    if len(kinds) > 1:
        raise ValueError("results mixes test scores with runs: compare one kind at a time.")
    kind = Score if kinds == {True} else TrainingRun
    lists = _lists_of(kind, "results", results)
    measured = [_measured(name, members) for name, members in lists.items()]
    ax = style.axes_or_new(ax, 6.5, 1.0 + 0.45 * len(results))
    for row, (values, centre, low, high) in enumerate(measured):
        color = style.COLORS[row % len(style.COLORS)]
        ax.plot([low, high], [row, row], color=color, lw=2)
        ax.plot(values, [row] * len(values), "o", color=color, alpha=0.6, ms=5)
        ax.plot(centre, row, "|", color=color, ms=14, mew=2)
        above: dict[str, Any] = {"xytext": (0, 9), "textcoords": "offset points", "ha": "center"}
        ax.annotate(f"{centre:.2f}", (centre, row), fontsize=8, **above)
    ax.set_yticks(range(len(results)), [_named(name, members) for name, members in lists.items()])
    ax.set_ylim(len(results) - 0.5, -0.7)
    ax.set_xlabel("test accuracy (%)" if kind is Score else "validation accuracy (%)")
    ax.grid(axis="x", alpha=0.3)
    return ax


def plot_accuracy_by_count(
    scores: Mapping[str, Mapping[int, Sequence[Score]]], *, ax: Axes | None = None
) -> Axes:
    """Draw how the test accuracy grows with the labelled pictures of each class.

    Each score is a faint dot. A line joins the means, and a bar is the 95 % interval of a mean.

    Args:
        scores: For each method and each number the scores of its repeats.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes, accuracy in percent from bottom to top.

    Raises:
        ValueError: If there is nothing to draw.

    Example:
        >>> score = Score(np.eye(4), np.arange(4), "cifar10", "samples")
        >>> plot_accuracy_by_count({"transfer": {20: [score], 100: [score]}}).get_ylabel()
        'test accuracy (%)'
    """
    measured = {
        name: _percent(name, by_count)
        for name, by_count in style.check_dictionary("scores", scores).items()
    }
    ax = style.axes_or_new(ax)
    for number, (name, by_count) in enumerate(measured.items()):
        look = style.line_look(number)
        beside = 1.04 ** (number - (len(measured) - 1) / 2)  # so that no bar hides another
        counts = [count * beside for count in by_count]
        means, lows, highs = np.transpose([mean_interval(values) for values in by_count.values()])
        # Lists, as matplotlib 3.9.0 warns where it is given arrays of one number.
        bars = [(means - lows).tolist(), (highs - means).tolist()]
        ax.errorbar(counts, means, bars, marker="o", capsize=4, label=style.literal(name), **look)
        for count, values in zip(counts, by_count.values(), strict=True):
            ax.plot([count] * len(values), values, "o", ms=4, alpha=0.4, color=look["color"])
    ticks = sorted({count for by_count in measured.values() for count in by_count})
    ax.set_xscale("log")
    ax.set_xticks(ticks, [f"{count:,}" for count in ticks])
    ax.minorticks_off()
    ax.set(xlabel="labelled pictures of each class", ylabel="test accuracy (%)")
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8)
    return ax


def _named(name: Any, members: list) -> str:
    """Return a name for a figure, with the epoch in which a run has diverged."""
    said = _divergence(members)
    return style.literal(name) + (f" ({said})" if said else "")


def _divergence(members: list) -> str | None:
    """Say which of some runs have diverged, or None if none has."""
    epochs = [getattr(member, "diverged_in", None) for member in members]
    wrong = sorted(epoch for epoch in epochs if epoch)
    if not wrong:
        return None
    count = f"{len(wrong)} of {len(members)} " if len(members) > 1 else ""
    return f"{count}diverged in epoch {', '.join(map(str, dict.fromkeys(wrong)))}"


def _percent(name: str, by_count: Mapping) -> dict[float, list[float]]:
    """Return the accuracies in percent for each number of pictures."""
    lists = _lists_of(Score, brief(name), by_count)
    for count in lists:
        if not is_number(count) or not count > 0:
            raise ValueError(f"{brief(name)} has the number {brief(count)}: give one above 0.")
    return {count: [100 * score.accuracy for score in lists[count]] for count in lists}


def _measured(name: str, members: list) -> tuple[list[float], float, float, float]:
    """Return the accuracies in percent, their centre and the bounds of its interval."""
    if isinstance(members[0], Score):
        accuracy, (low, high) = 100 * members[0].accuracy, members[0].interval
        return [accuracy], accuracy, 100 * low, 100 * high
    if not all(run.history.get("val_accuracy") for run in members):
        raise ValueError(f"A run of {brief(name)} has no 'val_accuracy': train it for an epoch.")
    values = [100 * run.history["val_accuracy"][-1] for run in members]
    return values, *mean_interval(values)


def _lists_of(kind: type, what: str, found: Any) -> dict[Any, list]:
    """Return a list of runs or scores for each name, or refuse what is neither of them."""
    lists = {}
    for name, value in style.check_dictionary(what, found).items():
        members = [value] if isinstance(value, kind) else value
        is_list = isinstance(members, Sequence) and len(members) > 0
        if not is_list or not all(isinstance(member, kind) for member in members):
            wanted = "scores" if kind is Score else "what `train` or `train_many` returned"
            raise ValueError(f"{what}, {brief(name)}: {brief(value)} found: give {wanted}.")
        lists[name] = list(members)
    return lists
