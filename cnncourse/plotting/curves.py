"""Figures of training runs: learning curves and comparisons."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cnncourse.plotting.style import COLORS, LINE_STYLES, axes_or_new, by_name, few, plain
from cnncourse.training import Score, TrainingRun, mean_interval
from cnncourse.validation import as_list, brief, is_number, is_one_of

Runs = Mapping[str, TrainingRun | Sequence[TrainingRun]]


def plot_history(
    runs: TrainingRun | Runs, *, metrics: Sequence[str] = ("accuracy", "loss")
) -> Figure:
    """Draw learning curves side by side, validation solid and training faint.

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
    grouped = _grouped(runs)
    metrics = [metrics] if isinstance(metrics, str) else as_list("metrics", metrics)
    few("panels", len(metrics))
    few("lines", len(metrics) * sum(map(len, grouped.values())))
    if not metrics:
        raise ValueError("metrics is empty: name some, such as ['accuracy', 'loss'].")
    for name, members in grouped.items():
        for metric in metrics:
            for run in members:
                if not is_one_of(metric, run.history) or not run.history[metric]:
                    raise ValueError(
                        f"The run {brief(name)} has no {brief(metric)}: it has {[*run.history]}."
                    )
    figure, axes = plt.subplots(
        1, len(metrics), figsize=(5 * len(metrics), 3.4), layout="constrained", squeeze=False
    )
    for ax, metric in zip(axes.flat, metrics, strict=True):
        for number, (name, members) in enumerate(grouped.items()):
            look = {"color": COLORS[number % len(COLORS)]}
            style = LINE_STYLES[number % len(LINE_STYLES)]
            for index, run in enumerate(members):
                train, validation = run.history.get(metric), run.history.get(f"val_{metric}")
                epochs = np.arange(1, len(train) + 1)
                label = plain(name) if index == 0 and isinstance(runs, Mapping) else None
                if validation is None:
                    ax.plot(epochs, train, style, marker=".", label=label, **look)
                    continue
                ax.plot(epochs, train, style, lw=1, alpha=0.4, **look)
                ax.plot(epochs, validation, style, marker=".", label=label, **look)
        ax.set(xlabel="epoch", ylabel=plain(metric.replace("_", " ")))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(alpha=0.3)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    drawn = [run.history for group in grouped.values() for run in group]
    if any(f"val_{metric}" in history for metric in metrics for history in drawn):
        handles.append(plt.Line2D([], [], color="gray", marker="."))
        handles.append(plt.Line2D([], [], color="gray", alpha=0.4))
        labels += ["validation", "training"]
    if handles:
        axes.flat[0].legend(handles, labels, fontsize=8)
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
    kinds = {isinstance(result, Score) for result in by_name("results", results).values()}
    if len(kinds) > 1:
        raise ValueError("results mixes test scores with runs: compare one kind at a time.")
    are_scores = kinds == {True}
    measured = results if are_scores else _grouped(results)
    intervals = [_interval(name, result) for name, result in measured.items()]
    ax = axes_or_new(ax, 6.5, 1.0 + 0.45 * len(results))
    for row, (values, centre, low, high) in enumerate(intervals):
        color = COLORS[row % len(COLORS)]
        ax.plot([low, high], [row, row], color=color, lw=2)
        ax.plot(values, [row] * len(values), "o", color=color, alpha=0.6, ms=5)
        ax.plot(centre, row, "|", color=color, ms=14, mew=2)
        ax.annotate(
            f"{centre:.2f}",
            (centre, row),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=8,
        )
    ax.set_yticks(range(len(results)), [plain(name) for name in results])
    ax.set_ylim(len(results) - 0.5, -0.7)
    ax.set_xlabel("test accuracy (%)" if are_scores else "validation accuracy (%)")
    ax.grid(axis="x", alpha=0.3)
    return ax


def plot_accuracy_by_count(
    scores: Mapping[str, Mapping[int, Sequence[Score]]],
    *,
    ax: Axes | None = None,
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
    by_name("scores", scores)
    measured = {name: _percent(name, by_count) for name, by_count in scores.items()}
    ax = axes_or_new(ax)
    for number, (name, by_count) in enumerate(measured.items()):
        look = {"color": COLORS[number % len(COLORS)]}
        beside = 1.04 ** (number - (len(measured) - 1) / 2)  # so that no bar hides another
        counts = [count * beside for count in by_count]
        means, lows, highs = np.transpose([mean_interval(values) for values in by_count.values()])
        style = LINE_STYLES[number % len(LINE_STYLES)]
        bars = [means - lows, highs - means]
        ax.errorbar(counts, means, bars, ls=style, marker="o", capsize=4, label=plain(name), **look)
        for count, values in zip(counts, by_count.values(), strict=True):
            ax.plot([count] * len(values), values, "o", ms=4, alpha=0.4, **look)
    ticks = sorted({count for by_count in measured.values() for count in by_count})
    ax.set_xscale("log")
    ax.set_xticks(ticks, [f"{count:,}" for count in ticks])
    ax.minorticks_off()
    ax.set(xlabel="labelled pictures of each class", ylabel="test accuracy (%)")
    ax.grid(alpha=0.3)
    ax.legend(fontsize=8)
    return ax


def _percent(name: str, by_count: Mapping[int, Sequence[Score]]) -> dict[int, list[float]]:
    for count, repeats in by_name(brief(name), by_count).items():
        is_list = isinstance(repeats, Sequence) and len(repeats) > 0
        if not is_list or not all(isinstance(score, Score) for score in repeats):
            raise ValueError(
                f"{brief(name)}, {brief(count)}: {brief(repeats)} found: give a list of scores."
            )
        if not is_number(count) or not count > 0:
            raise ValueError(f"{brief(name)} has the number {brief(count)}: give one above 0.")
    return {
        count: [100 * score.accuracy for score in repeats] for count, repeats in by_count.items()
    }


def _interval(name: str, result) -> tuple[list[float], float, float, float]:
    if isinstance(result, Score):
        return [100 * result.accuracy], 100 * result.accuracy, *(100 * np.array(result.interval))
    if not all(run.history.get("val_accuracy") for run in result):
        raise ValueError(f"A run of {brief(name)} has no 'val_accuracy': train it for an epoch.")
    values = [100 * run.history["val_accuracy"][-1] for run in result]
    return values, *mean_interval(values)


def _grouped(runs: TrainingRun | Runs) -> dict[str, list[TrainingRun]]:
    named = by_name("runs", {"run": runs} if isinstance(runs, TrainingRun) else runs)
    grouped = {}
    for name, found in named.items():
        members = [found] if isinstance(found, TrainingRun) else found
        is_list = isinstance(members, Sequence) and len(members) > 0
        if not is_list or not all(isinstance(run, TrainingRun) for run in members):
            raise ValueError(
                f"{brief(name)} is {brief(found)}: give what `train` or `train_many` returned."
            )
        grouped[name] = list(members)
    return grouped
