"""Colours and panels that all figures share."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

COLORS = sns.color_palette("colorblind")
LINE_STYLES = ("-", "--", "-.", ":")
SIGNED = "PuOr"  # orange below 0, purple above: told apart by all kinds of colour vision
WRONG = COLORS[3]


def picture(images: np.ndarray, what: str = "images") -> np.ndarray:
    """Check a stack of pictures and drop a single channel's axis, as imshow wants it.

    Args:
        images: (N, height, width), (N, height, width, 1) or (N, height, width, 3).
        what: Name of the argument in the error.

    Returns:
        (N, height, width) or (N, height, width, 3).

    Raises:
        ValueError: If the shape is another, or there is no picture.
    """
    images = np.asarray(images)
    is_colour = images.ndim == 4 and images.shape[-1] in (1, 3)
    if not (images.ndim == 3 or is_colour) or 0 in images.shape or images.dtype == object:
        raise ValueError(
            f"{what} has the shape {images.shape}: give pictures (N, height, width, channels), "
            "such as x_train[:10]; a single one is x_train[:1]."
        )
    return images[..., 0] if images.ndim == 4 and images.shape[-1] == 1 else images


def show(ax: Axes, image: np.ndarray, title: str = "", **options) -> None:
    """Show one picture without ticks: grey or in its own colours."""
    defaults = {"cmap": "gray", "vmin": 0, "vmax": 255} if image.dtype == np.uint8 else {}
    if image.ndim == 2 or image.dtype == np.uint8:
        ax.imshow(image, **{"cmap": "gray", **defaults, **options})
    else:
        ax.imshow(np.clip(image, 0, 255).astype(np.uint8), **options)
    ax.set_xticks([])
    ax.set_yticks([])
    if title:
        ax.set_title(title, fontsize=9)


def panels(count: int, columns: int, *, size: float = 1.0) -> tuple[Figure, Sequence[Axes]]:
    """Make a grid of small panels; those past ``count`` stay invisible."""
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(columns * size, rows * (size + 0.25)),
        layout="constrained",
        squeeze=False,
    )
    for ax in axes.flat[count:]:
        ax.set_visible(False)
    return figure, axes.flat[:count]


def axes_or_new(ax: Axes | None, width: float = 6.0, height: float = 3.5) -> Axes:
    """Return the given axes, or those of a new figure."""
    return ax if ax is not None else plt.subplots(figsize=(width, height), layout="constrained")[1]
