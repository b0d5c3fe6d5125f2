"""Figures of what convolutions do, and of what trained ones see."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnncourse import validation
from cnncourse.explain import convolve
from cnncourse.plotting.style import (
    COLORS,
    SIGNED,
    axes_or_new,
    by_name,
    few,
    finite,
    panels,
    picture,
    plain,
    show,
)
from cnncourse.validation import as_list, brief, is_whole_number, true_or_false


def plot_signed(values: np.ndarray, *, numbers: bool = False, ax: Axes | None = None) -> Axes:
    """Show numbers below and above 0 as a picture: 0 is white.

    Args:
        values: Numbers (height, width).
        numbers: Whether to write each number into its square.
        ax: Where to draw; a new figure if None.

    Returns:
        The axes.

    Raises:
        ValueError: If these are not numbers (height, width).

    Example:
        >>> plot_signed(np.array([[-1, 0], [0, 8]])).get_xticks().tolist()
        []
    """
    values = finite(values)
    if true_or_false("numbers", numbers):
        few("numbers", values.size)
    ax = axes_or_new(ax, 3, 3)
    top = float(np.abs(values).max()) or 1.0
    show(ax, values, cmap=SIGNED, vmin=-top, vmax=top)
    if numbers:
        for (row, column), value in np.ndenumerate(values):
            colour = "white" if abs(value) > 0.6 * top else "black"
            ax.text(column, row, f"{value:g}", ha="center", va="center", color=colour, fontsize=8)
    return ax


def plot_convolution_steps(
    image: np.ndarray, kernel: np.ndarray, positions: Sequence[tuple[int, int]]
) -> Figure:
    """Show the window moving: above the picture with the window, below the sums so far.

    Args:
        image: Picture (height, width).
        kernel: Weights (rows, columns).
        positions: Row and column of the output pixel that each panel has just reached.

    Returns:
        The figure, a column of two panels for each position.

    Raises:
        ValueError: If a position lies outside the output, or there is none.

    Example:
        >>> len(plot_convolution_steps(np.eye(4), np.ones((2, 2)), [(0, 0), (2, 2)]).axes)
        4
    """
    finite(image, "image")
    image = np.asarray(image)
    kernel = finite(kernel, "kernel", "(rows, columns)")
    sums = convolve(image, kernel)
    positions = as_list("positions", positions)
    few("positions", len(positions))
    if not positions:
        raise ValueError("positions is empty: give (row, column) of at least one output pixel.")
    for position in positions:
        is_row = isinstance(position, (tuple, list)) or getattr(position, "ndim", 0) == 1
        if not is_row or len(position) != 2 or not all(map(is_whole_number, position)):
            raise ValueError(f"position {brief(position)}: give whole numbers (row, column).")
        if not all(0 <= at < length for at, length in zip(position, sums.shape, strict=True)):
            raise ValueError(
                f"position {tuple(position)} lies outside the output {sums.shape}: count rows and "
                "columns from 0."
            )
    top = float(np.abs(sums).max()) or 1.0
    figure, axes = plt.subplots(
        2, len(positions), figsize=(2.1 * len(positions), 4.4), layout="constrained", squeeze=False
    )
    for (row, column), (above, below) in zip(positions, axes.T, strict=True):
        show(above, image, f"window at ({row}, {column})")
        corner, size = (column - 0.5, row - 0.5), kernel.shape[::-1]
        above.add_patch(Rectangle(corner, *size, fill=False, edgecolor=COLORS[1], lw=2))
        so_far = np.full(sums.shape, np.nan)
        reached = row * sums.shape[1] + column + 1
        so_far.flat[:reached] = sums.flat[:reached]
        show(below, so_far, f"sum = {sums[row, column]:g}", cmap=SIGNED, vmin=-top, vmax=top)
        below.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=COLORS[1], lw=2))
    axes[0, 0].set_ylabel("picture")
    axes[1, 0].set_ylabel("output so far")
    return figure


def plot_filters(weights: np.ndarray, *, channel: int = 0, columns: int = 16) -> Figure:
    """Show the filters of a convolution on one colour scale.

    Args:
        weights: ``layer.get_weights()[0]``: (rows, columns, channels, filters).
        channel: Which input channel's weights are shown.
        columns: Filters in a row.

    Returns:
        The figure.

    Raises:
        ValueError: If these are not the weights of a convolution.

    Example:
        >>> len(plot_filters(np.zeros((3, 3, 1, 8))).axes)
        8
    """
    weights = validation.as_array("weights", weights, "those of a Conv2D")
    fits = weights.ndim == 4 and weights.size > 0 and is_whole_number(channel)
    if not fits or not 0 <= channel < weights.shape[2]:
        raise ValueError(
            f"weights has the shape {weights.shape}, channel is {brief(channel)}: give "
            "layer.get_weights()[0] of a Conv2D, and one of its channels."
        )
    weights = finite(weights, "weights", "(rows, columns, channels, filters)")
    filters = weights[:, :, channel].transpose(2, 0, 1)
    top = float(np.abs(filters).max()) or 1.0
    figure, axes = panels(len(filters), columns, size=0.7)
    for number, (ax, values) in enumerate(zip(axes, filters, strict=True)):
        show(ax, values, str(number), cmap=SIGNED, vmin=-top, vmax=top)
    return figure


def plot_feature_maps(
    maps: Mapping[str, np.ndarray], images: np.ndarray, *, filter_index: int = 0
) -> Figure:
    """Follow one filter through the layers: a row for each picture, a column for each layer.

    Args:
        maps: What `explain.feature_maps` returned.
        images: The pictures it was given, (N, height, width, channels).
        filter_index: Which filter of each layer is shown.

    Returns:
        The figure; each map has its own scale from its smallest to its largest value.

    Raises:
        ValueError: If a layer has no such filter, or the pictures are not those of the maps.

    Example:
        >>> maps = {"conv2d": np.zeros((2, 6, 6, 4))}
        >>> len(plot_feature_maps(maps, np.zeros((2, 8, 8, 1), np.uint8), filter_index=3).axes)
        4
    """
    shown = picture(images)
    maps = {
        name: finite(values, brief(name), "(N, height, width, filters)")
        for name, values in by_name("maps", maps).items()
    }
    for name, values in maps.items():
        is_filter = is_whole_number(filter_index) and 0 <= filter_index < values.shape[-1]
        if len(values) != len(shown) or not is_filter:
            raise ValueError(
                f"{name} has {len(values)} pictures and {values.shape[-1]} filters: give the same "
                f"pictures (not {len(shown)}) and a filter below that (not {brief(filter_index)})."
            )
    columns = len(maps) + 1
    figure, axes = panels(len(shown) * columns, columns, size=1.3)
    for row, image in enumerate(shown):
        show(axes[row * columns], image, "picture" if row == 0 else "")
        for column, (name, values) in enumerate(maps.items(), start=1):
            values = values[row, ..., filter_index]
            size = " x ".join(map(str, values.shape))
            kind = "pooling" if "pool" in str(name) else "convolution"
            title = f"{kind}\n{size}" if row == 0 else ""
            show(axes[row * columns + column], values, title, cmap="viridis")
    return figure


def plot_heatmaps(
    images: np.ndarray,
    heatmaps: Mapping[str, np.ndarray],
    *,
    titles: Sequence[str] | None = None,
) -> Figure:
    """Lay heat maps over pictures: a column for each picture, a row for each kind of map.

    Args:
        images: Pictures (N, height, width, channels).
        heatmaps: For each row's name its maps, (N, height, width).
        titles: A text for each picture.

    Returns:
        The figure; all maps of a row share one scale.

    Raises:
        ValueError: If there is not one map for each picture.

    Example:
        >>> pictures = np.zeros((2, 8, 8, 1), np.uint8)
        >>> len(plot_heatmaps(pictures, {"trained": np.ones((2, 8, 8))}).axes)
        4
    """
    shown = picture(images)
    titles = [""] * len(shown) if titles is None else as_list("titles", titles)
    if len(titles) != len(shown):
        raise ValueError(f"{len(titles)} titles for {len(shown)} pictures: give one for each.")
    heatmaps = {
        name: finite(maps, brief(name), "(N, height, width)")
        for name, maps in by_name("heatmaps", heatmaps).items()
    }
    for name, maps in heatmaps.items():
        if maps.shape != shown.shape[:3]:
            raise ValueError(
                f"{brief(name)} has maps of shape {maps.shape} for pictures {shown.shape}: give "
                "one of the same height and width for each picture."
            )
    few("panels", (1 + len(heatmaps)) * len(shown))
    figure, axes = plt.subplots(
        1 + len(heatmaps),
        len(shown),
        figsize=(1.35 * len(shown) + 0.4, 1.4 * (1 + len(heatmaps))),
        layout="constrained",
        squeeze=False,
    )
    for ax, image, title in zip(axes[0], shown, titles, strict=True):
        show(ax, image, plain(title))
    axes[0, 0].set_ylabel("picture", fontsize=9)
    for row, (name, maps) in zip(axes[1:], heatmaps.items(), strict=True):
        top = float(np.abs(maps).max()) or 1.0
        for ax, image, values in zip(row, shown, maps, strict=True):
            show(ax, image)
            ax.imshow(values, cmap="inferno", vmin=0, vmax=top, alpha=0.65)
        row[0].set_ylabel(plain(name), fontsize=9)
    return figure
