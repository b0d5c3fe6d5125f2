"""Figures of what trained convolutions see."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from cnncourse.plotting import style
from cnncourse.plotting.style import as_numbers, as_pictures, show_picture
from cnncourse.validation import brief, whole_number


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
        show_picture(ax, values, str(number), **style.signed_scale(filters))
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
    images: np.ndarray,
    heatmaps: Mapping[str, np.ndarray],
    *,
    titles: Sequence[str] | None = None,
    measure: str = "",
) -> Figure:
    """Lay heat maps over pictures: a column for each picture, a row for each kind of map.

    Args:
        images: Pictures (N, height, width, channels).
        heatmaps: For each row's name its maps, (N, height, width).
        titles: A text for each picture.
        measure: What the colours stand for, written beside their bar.

    Returns:
        The figure; all maps share one scale from 0, so that a weak one looks weak.

    Raises:
        ValueError: If there is not one map for each picture.

    Example:
        >>> pictures = np.zeros((2, 8, 8, 1), np.uint8)
        >>> len(plot_heatmaps(pictures, {"trained": np.ones((2, 8, 8))}).axes)
        5
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
    top = max(_largest(maps) for maps in heatmaps.values())
    rows, columns = 1 + len(heatmaps), len(pictures)
    figure, axes = style.panel_grid(rows, columns, (1.35 * columns + 1.1, 1.4 * rows))
    for ax, image, title in zip(axes[0], pictures, titles, strict=True):
        show_picture(ax, image, style.literal(title))
    axes[0, 0].set_ylabel("picture", fontsize=9)
    for row, (name, maps) in zip(axes[1:], heatmaps.items(), strict=True):
        for ax, image, values in zip(row, pictures, maps, strict=True):
            show_picture(ax, image)
            ax.imshow(values, cmap="inferno", vmin=0, vmax=top, alpha=0.7)
        row[0].set_ylabel(style.literal(name), fontsize=9)
    colours = ScalarMappable(Normalize(0, top), "inferno")
    figure.colorbar(colours, ax=axes[1:], aspect=15 * len(heatmaps), label=style.literal(measure))
    return figure


def _largest(values: np.ndarray) -> float:
    """Return the largest number, or 1 where none is above 0."""
    top = float(values.max())
    return top if top > 0 else 1.0


def _named_numbers(what: str, arrays: Mapping, axes: str) -> dict[str, np.ndarray]:
    named = style.check_dictionary(what, arrays).items()
    return {name: as_numbers(brief(name), values, axes) for name, values in named}
