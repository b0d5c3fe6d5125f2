"""The convolution to touch: drag a window over a picture, and see products and their sum."""

from importlib.util import find_spec
from typing import Any

import numpy as np

from cnncourse.explain import convolve
from cnncourse.plotting import plot_convolution
from cnncourse.plotting.style import as_numbers
from cnncourse.validation import brief, is_one_of, whole_number

KERNELS = {  # the same as in arithmetic.js
    "vertical edges": [[-1, 0, 1]] * 3,
    "horizontal edges": [[-1] * 3, [0] * 3, [1] * 3],
    "all edges": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "blur": [[1 / 9] * 3] * 3,
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}
EDGE = [[0, 0, 0, 10, 10, 10, 10]] * 7  # the first of the pictures in arithmetic.js


def touch_convolution(
    picture: np.ndarray | None = None,
    kernel: str | np.ndarray = "vertical edges",
    *,
    stride: int = 1,
    padding: str = "valid",
) -> Any:
    """Show a convolution to touch: a window to drag, a kernel to edit, stride, padding, pooling.

    All of it happens in the browser. Where nothing can be touched, as on a page without a kernel,
    a figure with the same numbers stands there.

    Args:
        picture: Numbers (height, width) from 0 to 10, from 3 to 9 pixels each way; by default some
            pictures of 7 x 7 to choose from.
        kernel: "vertical edges", "horizontal edges", "all edges", "blur", "sharpen", "identity", or
            weights (3, 3).
        stride: Pixels from one position to the next, 1 to 3.
        padding: "valid" or "same".

    Returns:
        The widget; the figure alone where `anywidget` is not installed.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
        >>> touch_convolution(kernel="blur", stride=2).options["stride"]
        2
    """
    options: dict[str, Any] = {"stride": whole_number("stride", stride, 1, 3), "padding": padding}
    if not is_one_of(padding, ("valid", "same")):
        raise ValueError(f"padding={brief(padding)}: choose 'valid' or 'same'.")
    if isinstance(kernel, str):
        if kernel not in KERNELS:
            raise ValueError(f"kernel={brief(kernel)}: choose one of {', '.join(KERNELS)}.")
        options["kernel"], weights = kernel, np.array(KERNELS[kernel])
    else:
        weights = as_numbers("kernel", kernel, "(rows, columns)")
        options["kernel"] = weights.tolist()
        if weights.shape != (3, 3):
            raise ValueError(f"kernel: {brief(weights)} found: give weights (3, 3), or a name.")
    pixels = as_numbers("picture", np.array(EDGE) if picture is None else picture)
    if not 3 <= min(pixels.shape) <= max(pixels.shape) <= 9:
        raise ValueError(f"picture: {brief(pixels)} found: give 3 to 9 pixels in each direction.")
    if picture is not None:
        options["picture"] = pixels.tolist()
    figure: dict[str, Any] = {
        "image": pixels,
        "kernel": weights,
        "stride": stride,
        "padding": padding,
    }
    sums = np.abs(convolve(pixels, weights, stride=stride, padding=padding))
    figure["position"] = np.unravel_index(sums.argmax(), sums.shape)  # where there is most to see
    if find_spec("anywidget") is None:  # a place to read and to compute, not to touch
        return plot_convolution(**figure)
    from cnncourse.widgets.touching import TouchConvolution

    return TouchConvolution(options, figure)
