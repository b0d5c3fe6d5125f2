"""A convolution and a pooling by hand, as lesson 3 does them."""

import numpy as np

from cnncourse.validation import as_array, brief, is_one_of, whole_number


def convolve(
    image: np.ndarray, kernel: np.ndarray, *, stride: int = 1, padding: str = "valid"
) -> np.ndarray:
    """Slide a kernel over a picture and sum the products at every position.

    This is what deep learning calls a convolution (and signal processing a cross-correlation): the
    kernel is not mirrored.

    Args:
        image: Picture (height, width) or (height, width, channels), any number type.
        kernel: Weights (rows, columns) or (rows, columns, channels).
        stride: Pixels from one position to the next, at least 1.
        padding: "valid" (only where the kernel fits) or "same" (zeros around the picture).

    Returns:
        The sums, float64 (height, width); a colour picture's channels are added up.

    Raises:
        ValueError: If the shapes do not fit, or an argument is out of its range.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning",
    arXiv 1603.07285.

    Example:
        >>> convolve(np.eye(3), np.ones((2, 2))).tolist()
        [[2.0, 1.0], [1.0, 2.0]]
    """
    image = as_array("image", image, "numbers (height, width)").astype(np.float64)
    kernel = as_array("kernel", kernel, "numbers (rows, columns)").astype(np.float64)
    if image.ndim not in (2, 3) or image.ndim != kernel.ndim or image.shape[2:] != kernel.shape[2:]:
        raise ValueError(
            f"A picture {image.shape} and a kernel {kernel.shape} do not fit: give (height, width) "
            "and (rows, columns), or both with the same channels at the end."
        )
    stride = whole_number("stride", stride)
    if not is_one_of(padding, ("valid", "same")):
        raise ValueError(f"padding={brief(padding)}: choose 'valid' or 'same'.")
    given, sides = image.shape, kernel.shape[:2]
    if padding == "same":
        image = np.pad(image, zeros_around(image.shape, sides, stride))
    if 0 in (*kernel.shape, *given) or np.less(image.shape[:2], sides).any():
        raise ValueError(
            f"The kernel {kernel.shape} does not fit into the picture {given}: use a smaller "
            "one, or padding='same'."
        )
    windows = np.lib.stride_tricks.sliding_window_view(image, sides, axis=(0, 1))
    weights = kernel if kernel.ndim == 2 else kernel.transpose(2, 0, 1)
    return (windows[::stride, ::stride] * weights).sum(axis=tuple(range(2, windows.ndim)))


def max_pool(image: np.ndarray, size: int = 2) -> np.ndarray:
    """Keep the largest value of each square of a picture.

    Args:
        image: Picture (height, width).
        size: Side of a square in pixels; what is left over at the edges is dropped.

    Returns:
        The maxima (height // size, width // size), of the picture's number type.

    Raises:
        ValueError: If the picture has other axes, or is smaller than a square.

    Example:
        >>> max_pool(np.arange(16).reshape(4, 4)).tolist()
        [[5, 7], [13, 15]]
    """
    image, size = as_array("image", image, "numbers (height, width)"), whole_number("size", size)
    if image.ndim != 2 or min(image.shape) < size:
        raise ValueError(
            f"A picture {image.shape} cannot be pooled by {size}: give (height, width), both at "
            "least that large."
        )
    height, width = (length // size for length in image.shape)
    squares = image[: height * size, : width * size].reshape(height, size, width, size)
    return squares.max(axis=(1, 3))


def zeros_around(shape: tuple, sides: tuple, stride: int) -> list[tuple[int, int]]:
    """Return the zeros before and after each axis that TensorFlow's "same" adds."""
    counts = [
        max((-(-length // stride) - 1) * stride + side - length, 0)
        for length, side in zip(shape[:2], sides, strict=True)
    ]
    return [(count // 2, count - count // 2) for count in counts] + [(0, 0)] * (len(shape) - 2)
