"""Figures of what convolutions do, and of what trained ones see."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnncourse.explain import convolve
from cnncourse.plotting import style
from cnncourse.plotting.style import as_numbers, as_pictures, show_picture
from cnncourse.validation import as_list, brief, is_whole_number, true_or_false, whole_number


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
    values, numbers = as_numbers("values", values), true_or_false("numbers", numbers)
    ax, top = style.axes_or_new(ax, 3, 3), _largest(values)
    show_picture(ax, values, **_signed(top))
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
    as_numbers("image", image)
    image, kernel = np.asarray(image), as_numbers("kernel", kernel, "(rows, columns)")
    sums = convolve(image, kernel)
    places = [as_list("position", position) for position in as_list("positions", positions)]
    if not places:
        raise ValueError("positions is empty: give (row, column) of at least one output pixel.")
    for place in places:
        is_pair = [*map(is_whole_number, place)] == [True, True]
        if not is_pair or min(place) < 0 or not np.less(place, sums.shape).all():
            raise ValueError(
                f"position {brief(tuple(place))} lies outside the output {sums.shape}: give whole "
                "numbers (row, column), counted from 0."
            )
    scale = _signed(_largest(sums))
    figure, axes = style.panel_grid(2, len(places), (2.1 * len(places), 4.4))
    for (row, column), (above, below) in zip(places, axes.T, strict=True):
        show_picture(above, image, f"window at ({row}, {column})")
        frame = {"fill": False, "edgecolor": style.COLORS[1], "lw": 2}
        corner, size = (column - 0.5, row - 0.5), kernel.shape[::-1]
        above.add_patch(Rectangle(corner, *size, **frame))
        so_far = np.full(sums.shape, np.nan)
        reached = row * sums.shape[1] + column + 1
        so_far.flat[:reached] = sums.flat[:reached]
        show_picture(below, so_far, f"sum = {sums[row, column]:g}", **scale)
        below.add_patch(Rectangle(corner, 1, 1, **frame))
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
    axes_of = "(rows, columns, channels, filters): layer.get_weights()[0] of a Conv2D"
    weights = as_numbers("weights", weights, axes_of)
    channel = whole_number("channel", channel, 0, weights.shape[2] - 1)
    filters = weights[:, :, channel].transpose(2, 0, 1)
    figure, axes = style.panels(len(filters), columns, size=0.7)
    for number, (ax, values) in enumerate(zip(axes, filters, strict=True)):
        show_picture(ax, values, str(number), **_signed(_largest(filters)))
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
    pictures = as_pictures(images)
    maps = _named_numbers("maps", maps, "(N, height, width, filters)")
    for name, values in maps.items():
        whole_number("filter_index", filter_index, 0, values.shape[-1] - 1)
        style.one_for_each(f"{name}", values, pictures)
    figure, axes = style.panels(len(pictures) * (len(maps) + 1), len(maps) + 1, size=1.3)
    for row, image in enumerate(pictures):
        first, *others = axes[row * (len(maps) + 1) : (row + 1) * (len(maps) + 1)]
        show_picture(first, image, "picture" if row == 0 else "")
        for ax, (name, values) in zip(others, maps.items(), strict=True):
            shown = values[row, ..., filter_index]
            kind = "pooling" if "pool" in str(name) else "convolution"
            title = f"{kind}\n{' x '.join(map(str, shown.shape))}" if row == 0 else ""
            show_picture(ax, shown, title, cmap="viridis")
    return figure


def plot_heatmaps(
    images: np.ndarray, heatmaps: Mapping[str, np.ndarray], *, titles: Sequence[str] | None = None
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
    pictures = as_pictures(images)
    titles = [""] * len(pictures) if titles is None else titles
    titles = style.one_for_each("titles", titles, pictures)
    heatmaps = _named_numbers("heatmaps", heatmaps, "(N, height, width)")
    for name, maps in heatmaps.items():
        if maps.shape != pictures.shape[:3]:
            raise ValueError(
                f"{brief(name)} has maps of shape {maps.shape} for pictures {pictures.shape}: give "
                "one of the same height and width for each picture."
            )
    rows, columns = 1 + len(heatmaps), len(pictures)
    figure, axes = style.panel_grid(rows, columns, (1.35 * columns + 0.4, 1.4 * rows))
    for ax, image, title in zip(axes[0], pictures, titles, strict=True):
        show_picture(ax, image, style.literal(title))
    axes[0, 0].set_ylabel("picture", fontsize=9)
    for row, (name, maps) in zip(axes[1:], heatmaps.items(), strict=True):
        for ax, image, values in zip(row, pictures, maps, strict=True):
            show_picture(ax, image)
            ax.imshow(values, cmap="inferno", vmin=0, vmax=_largest(maps), alpha=0.65)
        row[0].set_ylabel(style.literal(name), fontsize=9)
    return figure


def _largest(values: np.ndarray) -> float:
    """Return the largest distance from 0, or 1 where there is none."""
    return float(np.abs(values).max()) or 1.0


def _signed(top: float) -> dict:
    """Return a colour scale with white at 0."""
    return {"cmap": style.SIGNED, "vmin": -top, "vmax": top}


def _named_numbers(what: str, arrays: Mapping, axes: str) -> dict[str, np.ndarray]:
    named = style.check_dictionary(what, arrays).items()
    return {name: as_numbers(brief(name), values, axes) for name, values in named}
