"""Colours, panels and checks that all figures share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
WIDTH, PIXEL = 8.0, 0.36  # inches, of figures to scale: of a row at most, and the largest pixel
TITLE, GAP = 0.5, 0.35  # inches above a panel and between two
MOST_PANELS = 1000  # more take minutes, and nobody can read them


def as_pictures(images: np.ndarray) -> np.ndarray:
    """Return (N, height, width) of grey pictures, (N, height, width, 3) of colour ones."""
    images = as_array("images", images, "pictures (N, height, width, channels)")
    is_colour = images.ndim == 4 and images.shape[-1] in (1, 3)
    if images.ndim == 4 and images.shape[-1] in (2, 4):
        raise ValueError(
            f"images has the shape {images.shape}, and {images.shape[-1]} channels: one is grey, "
            "three are colours. Leave the transparency out, with images[..., :-1]."
        )
    if images.ndim == 3 and images.shape[-1] in (1, 3, 4):
        raise ValueError(
            f"images has the shape {images.shape}, which looks like a single picture (height, "
            "width, channels): give it as x[:1], or as x[0][None]."
        )
    if not (images.ndim == 3 or is_colour) or not images.size:
        raise ValueError(
            f"images has the shape {images.shape}: give pictures (N, height, width, channels), "
            "such as x_train[:10]; a single one is x_train[:1]."
        )
    return images[..., 0] if images.ndim == 4 and images.shape[-1] == 1 else images


def as_numbers(what: str, values: np.ndarray, axes: str = "(height, width)") -> np.ndarray:
    """Return finite numbers with the given axes as float64, or refuse the values."""
    values = as_array(what, values, f"numbers {axes}")
    if values.ndim != axes.count(",") + 1 or not values.size:
        raise ValueError(f"{what}: {brief(values)} found: give numbers {axes}.")
    if not np.isfinite(values).all():
        raise ValueError(f"{what} holds NaN or infinity: look for where they come from.")
    return values.astype(float)


def check_dictionary(what: str, values: Mapping) -> Mapping:
    """Return a dictionary from names to what is drawn, or refuse what is not one."""
    if not isinstance(values, Mapping) or not values:
        raise ValueError(f"{what}={brief(values)}: give a dictionary such as {{'plain': ...}}.")
    return values


def one_for_each(what: str, given: Sequence | np.ndarray, pictures: np.ndarray) -> list:
    """Return a list with an entry for each picture, or refuse what was given."""
    entries = as_list(what, given)
    if len(entries) != len(pictures):
        raise ValueError(
            f"{what} has {len(entries)} entries for {len(pictures)} pictures: give one for each."
        )
    return entries


def names_of(labels: Iterable, class_names: Sequence[str] | None) -> list[str]:
    """Return each label's class name; the label itself without names, or if it is a text."""
    if class_names is None:
        return [literal(label) for label in labels]
    names = [*class_names] if isinstance(class_names, str) else as_list("class_names", class_names)
    if not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"class_names={brief(class_names)}: give a list of texts, or None.")
    found = []
    for label in labels:
        is_place = is_number(label) and int(label) == label and 0 <= label < len(names)
        if not is_place and not isinstance(label, str):
            raise ValueError(
                f"label {brief(label)} is not the number of one of the {len(names)} class_names: "
                "give labels from 0 on, and a name for each class."
            )
        found.append(literal(names[int(label)] if is_place else label))
    return found


def literal(text: Any) -> str:
    """Return a text that is shown as it is: a pair of dollars would be a formula to matplotlib."""
    return (text if isinstance(text, str) else brief(text)).replace("$", r"\$")


def line_look(number: int) -> dict[str, Any]:
    """Return the colour and the style of one of many lines."""
    style = LINE_STYLES[number % len(LINE_STYLES)]
    return {"color": COLORS[number % len(COLORS)], "linestyle": style}


def signed_scale(values: np.ndarray) -> dict[str, Any]:
    """Return a colour scale for numbers below and above 0, with white at 0."""
    top = float(np.abs(values).max()) or 1.0
    return {"cmap": SIGNED, "vmin": -top, "vmax": top}


def show_picture(ax: Axes, image: np.ndarray, title: str = "", **options: Any) -> None:
    """Show one picture without ticks: grey or in its own colours."""
    # Pixels with hard edges are what the network gets, and in colour a third of the file's size.
    look: dict[str, Any] = {"cmap": "gray", "interpolation": "nearest"}
    if image.dtype == np.uint8:
        look |= {"vmin": 0, "vmax": 255}
    elif image.ndim == 3:  # colours from 0 to 255, or from 0 to 1
        image = np.clip(image / (255 if image.max() > 1 else 1), 0, 1)
    ax.imshow(image, **{**look, **options})
    ax.set(xticks=[], yticks=[])
    if title:
        ax.set_title(title, fontsize=9)


def panel_grid(rows: int, columns: int, size: tuple[float, float]) -> tuple[Figure, np.ndarray]:
    """Make a grid of panels, its size in inches; the axes have the shape (rows, columns)."""
    if rows * columns > MOST_PANELS:
        count = f"{rows * columns:,}"
        raise ValueError(f"{count} panels are too many to draw: give at most {MOST_PANELS:,}.")
    return plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)


def panels(count: int, columns: int, *, size: float = 1.0) -> tuple[Figure, np.ndarray]:
    """Make so many small panels; those that fill up the last row stay invisible."""
    columns = min(whole_number("columns", columns), count)
    rows = -(-count // columns)
    figure, axes = panel_grid(rows, columns, (columns * size, rows * (size + 0.25)))
    for ax in axes.flat[count:]:
        ax.set_visible(False)
    return figure, axes.flat[:count]


def panels_to_scale(shapes: Sequence[tuple[int, int]], columns: int) -> tuple[Figure, list[Axes]]:
    """Make panels for pictures of these shapes, a pixel of one size in all of them."""
    if len(shapes) > MOST_PANELS:
        raise ValueError(
            f"{len(shapes):,} panels are too many to draw: give at most {MOST_PANELS:,}."
        )
    columns = min(columns, len(shapes))
    grid = [shapes[start : start + columns] for start in range(0, len(shapes), columns)]
    widths = [max(width for _, width in shapes[place::columns]) for place in range(columns)]
    heights = [max(height for height, _ in row) for row in grid]
    pixel = min(PIXEL, (WIDTH - GAP * (columns + 1)) / sum(widths))
    across = sum(widths) * pixel + GAP * (columns + 1)
    down = sum(heights) * pixel + TITLE * len(grid) + GAP / 2
    figure, axes = plt.figure(figsize=(across, down)), []
    for number, (height, width) in enumerate(shapes):
        row, column = divmod(number, columns)
        left = sum(widths[:column]) * pixel + GAP * (column + 1)
        left += (widths[column] - width) / 2 * pixel
        top = down - sum(heights[:row]) * pixel - TITLE * (row + 1)
        place = (left, top - height * pixel, width * pixel, height * pixel)
        scale = (across, down, across, down)
        axes.append(figure.add_axes(tuple(np.divide(place, scale))))
    return figure, axes


def slant_long_names(ax: Axes, names: Sequence[str]) -> None:
    """Turn the names below an axis so that each ends at its tick, if any is long."""
    if max(map(len, names)) > 3:
        ax.set_xticks(ax.get_xticks(), names, rotation=35, ha="right", rotation_mode="anchor")


def axes_or_new(ax: Axes | None, width: float = 6.0, height: float = 3.5) -> Axes:
    """Return the given axes, or those of a new figure; refuse what are not axes."""
    if ax is None:
        return plt.subplots(figsize=(width, height), layout="constrained")[1]
    if not isinstance(ax, Axes):
        raise ValueError(
            f"ax={brief(ax)}: give one of matplotlib's axes, or None for a new figure."
        )
    return ax
