"""Figures of gradient descent: the way that two weights take over a surface of losses."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure

from cnncourse.plotting import style
from cnncourse.validation import as_list, brief, check_function, is_number

GRID = 61  # losses are computed at so many places of each weight


def plot_descent(
    loss: Callable[[np.ndarray], float],
    paths: Mapping[str, np.ndarray],
    *,
    limits: tuple[float, float] = (-5.0, 5.0),
) -> Figure:
    r"""Draw the paths of two weights over shades of their loss, a panel each.

    Args:
        loss: Takes two weights, float (2,), and returns their loss.
        paths: The weights at the start and after each step, (steps + 1, 2), by the panel's name.
        limits: The smallest and largest weight shown, on both axes; a path may leave them.

    Returns:
        The figure, white where the loss is lowest: a ring where a path starts, a square where it
        ends, and both losses above.

    Raises:
        ValueError: If there is no path, one is not of two weights, the loss is not a number, or
            the limits are not two rising numbers.

    Example:
        >>> path = np.array([[3.0, 1.0], [1.0, 0.5]])
        >>> figure = plot_descent(lambda weights: (weights**2).sum(), {"one step": path})
        >>> figure.axes[0].get_title()
        'one step\nloss 10 to 1.25'
    """
    check_function("loss", loss, np.zeros(2))
    paths = {
        name: _path(name, path) for name, path in style.check_dictionary("paths", paths).items()
    }
    places = np.linspace(*_rising(limits), GRID)
    losses: Any = [[loss(np.array([x, y])) for x in places] for y in places]
    surface = style.as_numbers("the losses", losses)
    # Near the lowest loss the surface is flat: equal steps of the loss would leave it empty.
    levels = surface.min() + np.linspace(0, 1, 11) ** 2 * np.ptp(surface)
    figure, (axes,) = style.panel_grid(1, len(paths), (2.3 * len(paths), 2.9))
    for ax, (name, path) in zip(axes, paths.items(), strict=True):
        if np.ptp(surface):
            shades = {"cmap": "Greys", "alpha": 0.6, "norm": BoundaryNorm(levels, 256)}
            ax.contourf(places, places, surface, levels, **shades)
        ax.plot(*path.T, ".-", color=style.COLORS[0], ms=4, lw=1.2)
        ax.plot(*path[0], "o", color=style.COLORS[1], mfc="white", mew=2, ms=8)
        ax.plot(*path[-1], "s", color=style.COLORS[1], ms=7)
        ends = f"loss {loss(path[0]):.3g} to {loss(path[-1]):.3g}"
        ax.set_title(f"{style.literal(name)}\n{ends}", fontsize=10)
        ax.locator_params(integer=True, nbins=5)
        ax.set(xlim=places[[0, -1]], ylim=places[[0, -1]], xlabel="first weight", aspect="equal")
    axes[0].set_ylabel("second weight")
    return figure


def _path(name: str, path: np.ndarray) -> np.ndarray:
    """Return a path as numbers, or refuse what has not two weights a row."""
    path = style.as_numbers(f"paths, {brief(name)}", path, "(steps + 1, 2)")
    if path.shape[1] != 2:
        raise ValueError(f"paths, {brief(name)}: {brief(path)} found: give (steps + 1, 2).")
    return path


def _rising(limits: tuple[float, float]) -> tuple[float, float]:
    """Return two rising numbers, or refuse what was given."""
    found = as_list("limits", limits)
    if len(found) != 2 or not all(map(is_number, found)) or not found[0] < found[1]:
        raise ValueError(f"limits={brief(limits)}: give two rising numbers, such as (-5, 5).")
    return found[0], found[1]
