"""Figures of a convolution by hand, to scale: a pixel is as large in one panel as in another."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnncourse.explain import convolve, max_pool
from cnncourse.explain.by_hand import zeros_around
from cnncourse.plotting import style
from cnncourse.plotting.style import as_numbers, show_picture
from cnncourse.validation import (
    as_array,
    as_list,
    brief,
    is_whole_number,
    true_or_false,
    whole_number,
)

MOST_NUMBERS = 2500  # more would be too small to read
FRAME = {"fill": False, "edgecolor": style.COLORS[0], "lw": 3}


def plot_signed(values: np.ndarray, *, numbers: bool = False, ax: Axes | None = None) -> Axes:
    """Show numbers below and above 0 as a picture: 0 is white, orange below, purple above.

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
    if numbers:
        _check_count(values)
    ax = style.axes_or_new(ax, 3, 3)
    show_picture(ax, values, **style.signed_scale(values))
    if numbers:
        _write_numbers(ax, values)
    return ax


def plot_to_scale(
    panels: Mapping[str, np.ndarray], *, numbers: bool = False, columns: int = 4
) -> Figure:
    """Show pictures and sums beside one another, with pixels of one size: what shrinks is smaller.

    Args:
        panels: For each title a picture, uint8 (height, width) or (height, width, 3), or numbers
            (height, width), which are shown as `plot_signed` does.
        numbers: Whether to write each number into its pixel.
        columns: Panels in a row.

    Returns:
        The figure.

    Raises:
        ValueError: If a panel holds something else.

    Example:
        >>> len(plot_to_scale({"before": np.eye(4), "after": np.eye(2)}, numbers=True).axes)
        2
    """
    named = dict(style.check_dictionary("panels", panels))
    numbers, columns = true_or_false("numbers", numbers), whole_number("columns", columns)
    for name, values in named.items():
        what = f"panel {brief(name)}"
        named[name] = values = as_array(what, values, "a picture or numbers (height, width)")
        is_colour = values.ndim == 3 and values.shape[2] == 3 and values.dtype == np.uint8
        if not is_colour or not values.size:
            as_numbers(what, values)
        if numbers:
            _check_count(values)
    return _to_scale(named, numbers, columns)


def plot_convolution(
    image: np.ndarray,
    kernel: np.ndarray,
    *,
    stride: int = 1,
    padding: str = "valid",
    position: tuple[int, int] = (0, 0),
) -> Figure:
    """Show a small convolution with all its numbers: products, sums, ReLU and pooling.

    Args:
        image: Picture (height, width) of numbers from 0 to 10, from 3 to 12 pixels wide and high.
        kernel: Weights (rows, columns).
        stride: Pixels from one position to the next.
        padding: "valid" or "same".
        position: Row and column of the output pixel whose products are shown.

    Returns:
        The figure, drawn to scale.

    Raises:
        ValueError: If the picture is larger, or the position lies outside the output.

    Example:
        >>> len(plot_convolution(np.eye(7) * 10, np.ones((3, 3)), padding="same").axes)
        6
    """
    image = as_numbers("image", image)
    kernel = as_numbers("kernel", kernel, "(rows, columns)")
    if not 3 <= min(image.shape) <= max(image.shape) <= 12:
        raise ValueError(f"image: {brief(image)} found: give 3 to 12 pixels in each direction.")
    sums = convolve(image, kernel, stride=stride, padding=padding)
    row, column = _positions([position], sums.shape)[0]
    (height, width), (deep, wide) = image.shape, kernel.shape
    zeros = zeros_around(image.shape, kernel.shape, stride) if padding == "same" else [(0, 0)] * 2
    top, left = row * stride - zeros[0][0], column * stride - zeros[1][0]
    padded = np.pad(image, [(deep, deep), (wide, wide)])
    window = padded[top + deep :, left + wide :][:deep, :wide]
    positive = np.maximum(sums, 0)
    panels = {
        f"picture, {height} x {width}": image,
        "kernel": kernel,
        f"products,\nsum = {_short(sums[row, column])}": window * kernel,
        f"output, {sums.shape[0]} x {sums.shape[1]}": sums,
        "after ReLU": positive,
    }
    if min(sums.shape) > 1:
        pooled = max_pool(positive)
        panels[f"after pooling,\n{pooled.shape[0]} x {pooled.shape[1]}"] = pooled
    grey = {"cmap": "gray", "vmin": min(0, image.min()), "vmax": max(10, image.max())}
    figure = _to_scale(panels, True, 3, grey)
    picture, _, _, output, after, *_ = figure.axes
    picture.add_patch(Rectangle((left - 0.5, top - 0.5), wide, deep, clip_on=False, **FRAME))
    for ax in (output, after):
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, **FRAME))
    return figure


def plot_convolution_steps(
    image: np.ndarray, kernel: np.ndarray, positions: Sequence[tuple[int, int]]
) -> Figure:
    """Show the window moving, to scale: above the picture with the window, below the sums so far.

    Args:
        image: Picture (height, width), at most 50 x 50 pixels.
        kernel: Weights (rows, columns).
        positions: Row and column of the output pixel that each panel has just reached.

    Returns:
        The figure, a column of two panels for each position; what is hatched is not computed yet.

    Raises:
        ValueError: If a position lies outside the output, or there is none.

    Example:
        >>> len(plot_convolution_steps(np.eye(4), np.ones((2, 2)), [(0, 0), (2, 2)]).axes)
        4
    """
    image, kernel = as_numbers("image", image), as_numbers("kernel", kernel, "(rows, columns)")
    _check_count(image)
    sums = convolve(image, kernel)
    places = _positions(positions, sums.shape)
    count = len(places)
    figure, axes = style.panels_to_scale([image.shape] * count + [sums.shape] * count, count)
    for (row, column), above, below in zip(places, axes[:count], axes[count:], strict=True):
        show_picture(above, image, f"window at ({row}, {column})")
        _write_numbers(above, image)
        corner = (column - 0.5, row - 0.5)
        above.add_patch(Rectangle(corner, *kernel.shape[::-1], **FRAME))
        so_far = np.full(sums.shape, np.nan)
        reached = row * sums.shape[1] + column + 1
        so_far.flat[:reached] = sums.flat[:reached]
        below.patch.set(hatch="////", edgecolor="0.8", facecolor="white")
        show_picture(below, so_far, f"sum = {sums[row, column]:g}", **style.signed_scale(sums))
        _write_numbers(below, so_far)
        below.add_patch(Rectangle(corner, 1, 1, **FRAME))
    return figure


def _to_scale(
    named: Mapping[str, np.ndarray], numbers: bool, columns: int, first: Mapping | None = None
) -> Figure:
    """Draw checked panels; the first one may have a look of its own."""
    figure, axes = style.panels_to_scale([values.shape[:2] for values in named.values()], columns)
    looks: list[Mapping] = [
        {} if values.dtype == np.uint8 else style.signed_scale(values.astype(float))
        for values in named.values()
    ]
    looks[0] = first or looks[0]
    for ax, look, (name, values) in zip(axes, looks, named.items(), strict=True):
        show_picture(ax, values, style.literal(name), **look)
        if numbers and values.ndim == 2:
            _write_numbers(ax, values)
    return figure


def _write_numbers(ax: Axes, values: np.ndarray) -> None:
    """Write each number into its pixel, black on light and white on dark; leave NaN open."""
    image = ax.get_images()[0]
    size = min(9, ax.get_window_extent().width / values.shape[1] * 72 / ax.figure.dpi * 0.36)
    for (row, column), value in np.ndenumerate(values):
        if not np.isnan(value):
            is_light = np.dot(image.to_rgba(value)[:3], (0.299, 0.587, 0.114)) > 0.55
            colour = "black" if is_light else "white"
            ax.text(
                column, row, _short(value), ha="center", va="center", color=colour, fontsize=size
            )
    ax.set_xticks(np.arange(1, values.shape[1]) - 0.5, minor=True)
    ax.set_yticks(np.arange(1, values.shape[0]) - 0.5, minor=True)
    ax.grid(which="minor", color="0.6", lw=0.5)
    ax.tick_params(which="minor", length=0)


def _short(value: float) -> str:
    """Write a number in four characters or so, and no minus before a 0."""
    is_whole = value == round(value) or abs(value) >= 100
    return f"{value + 0.0:.0f}" if is_whole else f"{value:.{2 if abs(value) < 1 else 3}g}"


def _positions(positions: Sequence[tuple[int, int]], shape: tuple[int, ...]) -> list[list[int]]:
    """Return rows and columns of the output, or refuse those that lie outside."""
    places = [as_list("position", position) for position in as_list("positions", positions)]
    if not places:
        raise ValueError("positions is empty: give (row, column) of at least one output pixel.")
    for place in places:
        is_pair = [*map(is_whole_number, place)] == [True, True]
        if not is_pair or min(place) < 0 or not np.less(place, shape).all():
            raise ValueError(
                f"position {brief(tuple(place))} lies outside the output {shape}: give whole "
                "numbers (row, column), counted from 0."
            )
    return places


def _check_count(values: np.ndarray) -> None:
    """Refuse more numbers than a figure can hold."""
    if values.size > MOST_NUMBERS:
        raise ValueError(
            f"{values.size:,} numbers are too many to write down: give at most {MOST_NUMBERS:,}."
        )
