"""The figure of all that the course measured: accuracy against seconds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from matplotlib.transforms import Bbox

from cnncourse.plotting.style import COLORS, literal
from cnncourse.results import by_dataset, reference_accuracy
from cnncourse.validation import as_list, brief, is_number

HERE, THERE = COLORS[0], COLORS[1]
SECONDS = [digit * 10**power for power in range(5) for digit in (1, 2, 5)]
PERCENT = [10, 50, 60, 70, 75, 80, 85, 88, *range(90, 99), 98.5, 99, 99.3, 99.5, 99.7, 99.8, 99.9]
# Where a name may stand beside its dot, in points, the nearest places first.
NEAREST = ((5, 3), (7, 12), (16, 12), (9, 26))
PLACES = [(right * x, up * y) for x, y in NEAREST for up in (1, -1) for right in (1, -1)]


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
    for entry in entries:
        _check(entry)
    if not entries:
        raise ValueError("entries is empty: run a lesson full-size with `make execute`.")
    groups = by_dataset(entries)
    heights = [2.2 + 0.1 * len(group) for group in groups.values()]
    figure = plt.figure(figsize=(7.2, sum(heights)), layout="constrained")
    panels = figure.subplots(len(groups), 1, height_ratios=heights, squeeze=False)[:, 0]
    for ax, (name, group) in zip(panels, groups.items(), strict=True):
        _draw(ax, group)
        ax.set_title(literal(name), loc="left", fontsize=10, weight="bold")
    panels[-1].set_xlabel("training time in seconds (logarithmic)")
    here = plt.Line2D([], [], color=HERE, marker="o", label="this course, with 95 % interval")
    there = plt.Line2D([], [], color=THERE, marker="D", mfc="none", ls="", label="published")
    panels[0].legend(handles=[here, there], loc="best", fontsize=8)
    figure.align_ylabels()
    figure.draw_without_rendering()  # lays the panels out, so that names can look for free places
    for ax, group in zip(panels, groups.values(), strict=True):
        _name_dots(ax, group)
    return figure


def _check(entry: Mapping) -> None:
    """Refuse what is not a measurement."""
    found = entry if isinstance(entry, Mapping) else {}
    interval = found.get("interval")
    bounds = interval if isinstance(interval, (list, tuple)) and len(interval) == 2 else [None]
    shares = [found.get("accuracy"), *bounds]
    if not (
        all(isinstance(found.get(key), str) for key in ("id", "dataset"))
        and all(is_number(share) and 0 <= share <= 1 for share in shares)
        and is_number(found.get("seconds"))
        and found["seconds"] > 0
    ):
        raise ValueError(
            f"{brief(entry)} is not a measurement: give id, dataset, accuracy from 0 to 1 and its "
            "interval, and seconds above 0."
        )


def _draw(ax: Axes, entries: Sequence[Mapping]) -> None:
    """Draw the dots; the axis is logarithmic in the mistakes, so that the best ones spread out."""
    for entry in entries:
        seconds, (wrong, *heights) = entry["seconds"], _heights(entry)
        ax.plot([seconds] * 2, heights[:2], color=HERE, lw=1.5)
        ax.plot(seconds, wrong, "o", color=HERE, ms=5)
        for there in heights[2:]:
            ax.plot([seconds] * 2, [wrong, there], ":", color=THERE, lw=1)
            ax.plot(seconds, there, "D", color=THERE, mfc="none", ms=5)
    times, heights = [entry["seconds"] for entry in entries], sum(map(_heights, entries), [])
    ax.set(xscale="log", yscale="log", ylabel="test accuracy (%)")
    ax.set_xlim(min(times) / 1.7, max(times) * 1.7)
    ax.set_ylim(max(heights) * 1.15, min(heights) / 1.15)
    _ticks(ax.xaxis, SECONDS, lambda seconds: f"{seconds:,.0f}")
    _ticks(ax.yaxis, [100 - tick for tick in PERCENT], lambda wrong: f"{100 - wrong:.4g}")
    ax.grid(alpha=0.3)


def _heights(entry: Mapping) -> list[float]:
    """Return the mistakes in percent: here, the interval's, and the published ones if there are."""
    published = reference_accuracy(entry["id"])
    shares = [entry["accuracy"], *entry["interval"], *([] if published is None else [published])]
    return [max(100 * (1 - share), 0.01) for share in shares]  # 0 has no logarithm


def _ticks(axis: Axis, places: Sequence[float], label: Callable[[float], str]) -> None:
    axis.set_major_locator(FixedLocator(places))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda place, _: label(place)))
    axis.set_tick_params(labelsize=8)


def _name_dots(ax: Axes, entries: Sequence[Mapping]) -> None:
    """Write each experiment's id beside its dot, where it covers nothing if possible."""
    marks, dots = [], []
    for entry in entries:
        heights = _heights(entry)
        dots.append((entry["seconds"], heights[0]))
        column = np.geomspace(min(heights), max(heights), 12)
        marks += [(entry["seconds"], height) for height in column]
    places, pixels = ax.transData.transform(marks), ax.transData.transform(dots)
    legend = ax.get_legend()
    taken = [legend.get_window_extent()] if legend else []
    arrow = {"arrowstyle": "-", "lw": 0.5, "color": "0.4", "shrinkA": 0}
    style: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8, "arrowprops": arrow}
    for own, entry in enumerate(entries):
        spots: list[tuple[float, Text, Bbox]] = []
        for right, up in PLACES:
            style |= {"ha": "left" if right > 0 else "right", "va": "bottom" if up > 0 else "top"}
            text = ax.annotate(literal(entry["id"]), dots[own], (right, up), **style)
            text.get_window_extent()  # moves it to its place
            box = Text.get_window_extent(text).padded(1)  # without the line to its dot
            away = np.hypot(*(pixels - np.clip(pixels, box.min, box.max)).T)
            outside = not (ax.bbox.contains(*box.min) and ax.bbox.contains(*box.max))
            covered = 3 * sum(box.overlaps(other) for other in taken)  # worse than a line
            covered += sum(box.contains(*place) for place in places) + 5 * outside
            covered += 2 * (away.argmin() != own)  # it would seem another dot's name
            spots.append((covered, text, box))
        spots.sort(key=lambda spot: spot[0])
        taken.append(spots[0][2])
        for _, worse, _ in spots[1:]:
            worse.remove()
