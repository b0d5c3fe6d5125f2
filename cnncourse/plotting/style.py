"""Colours and panels that all figures share."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnncourse.validation import as_array, as_list, brief, is_number, whole_number

COLORS = sns.color_palette("colorblind")
LINE_STYLES = ("-", "--", "-.", ":")
SIGNED = "PuOr"  # orange below 0, purple above: told apart by all kinds of colour vision
WRONG = COLORS[3]
LARGEST = 1e300  # of a value: differences of larger ones are infinite
MOST_DRAWN = 1000  # panels, bars, rows or texts: more take minutes, and nobody can read them


def picture(images: np.ndarray) -> np.ndarray:
    """Check a stack of pictures and drop a single channel's axis, as imshow wants it.

    Args:
        images: (N, height, width), (N, height, width, 1) or (N, height, width, 3).

    Returns:
        (N, height, width) or (N, height, width, 3).

    Raises:
        ValueError: If the shape is another, or there is no picture.
    """
    images = as_array("images", images, "pictures (N, height, width, channels)")
    is_colour = images.ndim == 4 and images.shape[-1] in (1, 3)
    if not (images.ndim == 3 or is_colour) or 0 in images.shape:
        raise ValueError(
            f"images has the shape {images.shape}: give pictures (N, height, width, channels), "
            "such as x_train[:10]; a single one is x_train[:1]."
        )
    return images[..., 0] if images.ndim == 4 and images.shape[-1] == 1 else images


def finite(values: np.ndarray, what: str = "values", axes: str = "(height, width)") -> np.ndarray:
    """Check an array of finite numbers with the given axes; return it as float64.

    Raises:
        ValueError: If it has other axes, is empty, or holds something else than numbers.
    """
    values = as_array(what, values, f"numbers {axes}")
    if values.ndim != axes.count(",") + 1 or not values.size:
        raise ValueError(f"{what}: {values.dtype} {values.shape} found: give numbers {axes}.")
    if not np.abs(values, dtype=float).max() < LARGEST:
        raise ValueError(f"{what} holds NaN or infinity: look for where they come from.")
    return values.astype(float)


def by_name(what: str, values: Mapping) -> Mapping:
    """Check a dictionary from names to what is drawn.

    Raises:
        ValueError: If it is none, or empty, or very long.
    """
    if not isinstance(values, Mapping) or not 0 < len(values) <= MOST_DRAWN:
        raise ValueError(f"{what}={brief(values)}: give a dictionary such as {{'plain': ...}}.")
    return values


def few(what: str, count: int) -> int:
    """Check that there is not too much to draw.

    Raises:
        ValueError: If there are more than a figure can hold.
    """
    if count > MOST_DRAWN:
        raise ValueError(f"{what}: {count:,} are too many to draw: give at most {MOST_DRAWN:,}.")
    return count


def names(class_names: Sequence[str] | None) -> list[str] | None:
    """Check the names of classes; a text names a class with each letter.

    Raises:
        ValueError: If they are no texts.
    """
    if class_names is None:
        return None
    found = (
        list(class_names) if isinstance(class_names, str) else as_list("class_names", class_names)
    )
    if not found or not all(isinstance(name, str) for name in found):
        raise ValueError(f"class_names={brief(class_names)}: give a list of texts, or None.")
    return found


def name_of(label, class_names: Sequence[str] | None) -> str:
    """Return a label's class name; the label itself if it has none.

    Raises:
        ValueError: If the label is not the number of a name.
    """
    if isinstance(label, str) or class_names is None:
        return plain(label)
    if not is_number(label) or int(label) != label or not 0 <= label < len(class_names):
        raise ValueError(
            f"label {brief(label)} is not the number of one of the {len(class_names)} class_names: "
            "give labels from 0 on, and a name for each class."
        )
    return plain(class_names[int(label)])


def plain(text) -> str:
    """Return a text that matplotlib shows as it is: a pair of dollars would be a formula to it."""
    return (text if isinstance(text, str) else brief(text)).replace("$", r"\$")


def show(ax: Axes, image: np.ndarray, title: str = "", **options) -> None:
    """Show one picture without ticks: grey or in its own colours."""
    # Pixels with hard edges are what the network gets, and in colour a third of the file's size.
    options = {"interpolation": "nearest", **options}
    defaults = {"cmap": "gray", "vmin": 0, "vmax": 255} if image.dtype == np.uint8 else {}
    if image.ndim == 2 or image.dtype == np.uint8:
        ax.imshow(image, **{"cmap": "gray", **defaults, **options})
    else:  # colours from 0 to 255, or from 0 to 1
        top = 255 if image.max() > 1 else 1
        ax.imshow(np.clip(image / top, 0, 1), **options)
    ax.set_xticks([])
    ax.set_yticks([])
    if title:
        ax.set_title(title, fontsize=9)


def panels(count: int, columns: int, *, size: float = 1.0) -> tuple[Figure, Sequence[Axes]]:
    """Make a grid of small panels; those past ``count`` stay invisible."""
    columns = min(whole_number("columns", columns), few("panels", count))
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


def slant_long_names(ax: Axes, names: Sequence[str]) -> None:
    """Turn the names below an axis so that each ends at its tick, if any is long."""
    if max(map(len, names)) > 3:
        ax.set_xticks(ax.get_xticks(), names, rotation=35, ha="right", rotation_mode="anchor")


def axes_or_new(ax: Axes | None, width: float = 6.0, height: float = 3.5) -> Axes:
    """Return the given axes, or those of a new figure.

    Raises:
        ValueError: If these are no axes.
    """
    if ax is None:
        return plt.subplots(figsize=(width, height), layout="constrained")[1]
    if not isinstance(ax, Axes):
        raise ValueError(
            f"ax={brief(ax)}: give one of matplotlib's axes, or None for a new figure."
        )
    return ax
