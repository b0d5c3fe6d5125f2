"""The figure of all that the course measured: accuracy against seconds."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from cnncourse.plotting.style import COLORS, few, plain
from cnncourse.reports import by_dataset, reference_accuracy
from cnncourse.validation import as_list, brief, is_number

HERE, THERE = COLORS[0], COLORS[1]
SECONDS = tuple(digit * 10**power for power in range(5) for digit in (1, 2, 5))
PERCENT = (10, 50, 60, 70, 75, 80, 85, 88, 90, 91, 92, 93, 94, 95, 96)
PERCENT += (97, 98, 98.5, 99, 99.3, 99.5, 99.7, 99.8, 99.9)
# Where a name may stand beside its dot, in points, the nearest places first.
PLACES = [
    (right * x, up * y)
    for x, y in ((5, 3), (7, 12), (16, 12), (9, 26))
    for up in (1, -1)
    for right in (1, -1)
]


def plot_results(entries: Sequence[Mapping]) -> Figure:
    """Draw each measurement's test accuracy against its training time, a panel for each data set.

    A dot with its 95 % interval is a measurement of this course. The diamond above or below it is
    the published accuracy of the same experiment; it stands at our time, as theirs was measured on
    other machines or not reported.

    Args:
        entries: What `results.read_all` returned.

    Returns:
        The figure.

    Raises:
        ValueError: If nothing was measured.

    Example:
        >>> entry = {"id": "E01", "dataset": "mnist", "accuracy": 0.98, "seconds": 20.0}
        >>> figure = plot_results([{**entry, "interval": [0.977, 0.983]}])
        >>> figure.axes[0].get_ylabel()
        'test accuracy (%)'
    """
    entries = as_list("entries", entries)
    few("entries", len(entries))
    for entry in entries:
        _check(entry)
    if not entries:
        raise ValueError("entries is empty: run a lesson full-size with `cnncourse execute`.")
    groups = by_dataset(entries)
    heights = [2.2 + 0.1 * len(group) for group in groups.values()]
    figure, axes = plt.subplots(
        len(groups),
        1,
        figsize=(7.2, sum(heights)),
        height_ratios=heights,
        layout="constrained",
        squeeze=False,
    )
    for ax, (name, group) in zip(axes.flat, groups.items(), strict=True):
        _draw(ax, group)
        times = [entry["seconds"] for entry in group]
        ax.set_xlim(min(times) / 1.7, max(times) * 1.7)
        ax.set_title(plain(name), loc="left", fontsize=10, weight="bold")
    axes.flat[-1].set_xlabel("training time in seconds (logarithmic)")
    axes.flat[0].legend(
        handles=[
            plt.Line2D([], [], color=HERE, marker="o", label="this course, with 95 % interval"),
            plt.Line2D([], [], color=THERE, marker="D", mfc="none", ls="", label="published"),
        ],
        loc="best",
        fontsize=8,
    )
    figure.align_ylabels()
    figure.draw_without_rendering()  # lays the panels out, so that names can look for free places
    for ax, group in zip(axes.flat, groups.values(), strict=True):
        _name_dots(ax, group)
    return figure


def _check(entry: Mapping) -> None:
    """Refuse what is no measurement."""
    found = entry if isinstance(entry, Mapping) else {}
    texts = [found.get(key) for key in ("id", "dataset")]
    interval = found.get("interval")
    is_pair = isinstance(interval, (list, tuple)) and len(interval) == 2
    shares = [found.get("accuracy"), *(interval if is_pair else [None])]
    if (
        not all(isinstance(text, str) for text in texts)
        or not all(is_number(share) and -1 < share < 2 for share in shares)
        or not 0 <= shares[0] <= 1
        or not is_number(found.get("seconds"))
        or not 0 < found["seconds"] < 1e9
    ):
        raise ValueError(
            f"{brief(entry)} is no measurement: give id, dataset, accuracy from 0 to 1 and its "
            "interval, and seconds above 0."
        )


def _draw(ax: Axes, entries: Sequence[Mapping]) -> None:
    """Draw the dots; the axis is logarithmic in the mistakes, so that the best ones spread out."""
    lowest, highest = [], []
    for entry in entries:
        seconds, wrong = entry["seconds"], _wrong(entry["accuracy"])
        low, high = (_wrong(bound) for bound in entry["interval"])
        ax.plot([seconds] * 2, [low, high], color=HERE, lw=1.5)
        ax.plot(seconds, wrong, "o", color=HERE, ms=5)
        found = [low, high]
        reference = reference_accuracy(entry["id"])
        if reference is not None:
            there = _wrong(reference)
            ax.plot([seconds] * 2, [wrong, there], ":", color=THERE, lw=1)
            ax.plot(seconds, there, "D", color=THERE, mfc="none", ms=5)
            found.append(there)
        lowest.append(max(found))
        highest.append(min(found))
    ax.set(xscale="log", yscale="log", ylabel="test accuracy (%)")
    ax.set_ylim(max(lowest) * 1.15, min(highest) / 1.15)
    _ticks(ax.xaxis, SECONDS, lambda seconds: f"{seconds:,.0f}")
    _ticks(ax.yaxis, [100 - tick for tick in PERCENT], lambda wrong: f"{100 - wrong:.4g}")
    ax.grid(alpha=0.3)


def _wrong(accuracy: float) -> float:
    """Return the mistakes in percent, above 0 so that they have a logarithm."""
    return max(100 * (1 - accuracy), 0.01)


def _ticks(axis: Axis, places: Sequence[float], label: Callable[[float], str]) -> None:
    axis.set_major_locator(FixedLocator(places))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda place, _: label(place)))
    axis.set_tick_params(labelsize=8)


def _name_dots(ax: Axes, entries: Sequence[Mapping]) -> None:
    """Write each experiment's id beside its dot, where it covers nothing if possible."""
    renderer = ax.figure.canvas.get_renderer()
    marks, dots = [], []
    for entry in entries:
        heights = [_wrong(value) for value in (entry["accuracy"], *entry["interval"])]
        dots.append((entry["seconds"], heights[0]))
        if (reference := reference_accuracy(entry["id"])) is not None:
            heights.append(_wrong(reference))
        column = np.geomspace(min(heights), max(heights), 12)
        marks += [(entry["seconds"], height) for height in column]
    marks, pixels = ax.transData.transform(marks), ax.transData.transform(dots)
    taken = [ax.get_legend().get_window_extent(renderer)] if ax.get_legend() else []
    for own, entry in enumerate(entries):
        spots = []
        for right, up in PLACES:
            text = ax.annotate(
                plain(entry["id"]),
                dots[own],
                (right, up),
                textcoords="offset points",
                ha="left" if right > 0 else "right",
                va="bottom" if up > 0 else "top",
                fontsize=8,
                arrowprops={"arrowstyle": "-", "lw": 0.5, "color": "0.4", "shrinkA": 0},
            )
            text.update_positions(renderer)
            box = Text.get_window_extent(text, renderer).padded(1)  # without the line to its dot
            away = np.hypot(*(pixels - np.clip(pixels, box.min, box.max)).T)
            outside = not (ax.bbox.contains(*box.min) and ax.bbox.contains(*box.max))
            covered = 3 * sum(box.overlaps(other) for other in taken)  # worse than a line
            covered += int(np.sum([box.contains(*mark) for mark in marks])) + 5 * outside
            covered += 2 * (away.argmin() != own)  # it would seem another dot's name
            spots.append((covered, text, box))
        best = min(spots, key=lambda spot: spot[0])
        for spot in spots:
            if spot is not best:
                spot[1].remove()
        taken.append(best[2])
