"""Pictures as a worse camera takes them: blurred, noisy, dark or pale, in five strengths."""

import numpy as np

from cnncourse.validation import as_array, brief, check_seed, is_one_of, whole_number

KINDS = ("blur", "noise", "darkness", "contrast")
STRONGEST = 5
_AMOUNTS = {  # of strengths 0 to 5, for pictures 32 pixels high
    "blur": (0, 0.4, 0.6, 0.8, 1.0, 1.4),  # standard deviation in pixels
    "noise": (0, 8, 16, 24, 36, 50),  # standard deviation in grey values
    "darkness": (1, 0.7, 0.5, 0.35, 0.22, 0.12),  # share of the light that is left
    "contrast": (1, 0.7, 0.5, 0.35, 0.22, 0.12),  # share of the distance from the mean grey
}


def corrupt(images: np.ndarray, kind: str, strength: int, *, seed: int = 0) -> np.ndarray:
    """Make pictures worse: what they show, and so their labels, stays.

    Args:
        images: Pictures, uint8 (N, height, width, channels). On larger ones blur reaches as far,
            in shares of the height.
        kind: "blur", "noise", "darkness" (less light) or "contrast" (less of it).
        strength: From 0, which changes nothing, to 5.
        seed: Which noise is added.

    Returns:
        New pictures of the same shape, uint8.

    Raises:
        ValueError: If these are not uint8 pictures, or there is no such kind or strength.

    Source: after Hendrycks and Dietterich, "Benchmarking neural network robustness to common
    corruptions and perturbations", arXiv 1903.12261; the amounts are our own.

    Example:
        >>> corrupt(np.full((1, 2, 2, 1), 200, np.uint8), "darkness", 2).ravel().tolist()
        [100, 100, 100, 100]
    """
    images = as_array("images", images, "uint8 pictures (N, height, width, channels)")
    if images.dtype != np.uint8 or images.ndim != 4:
        raise ValueError(
            f"images: {brief(images)} found: give uint8 pictures (N, height, width, channels)."
        )
    if not is_one_of(kind, KINDS):
        raise ValueError(f"kind={brief(kind)}: choose from {', '.join(KINDS)}.")
    strength = whole_number("strength", strength, 0, STRONGEST)
    rng, amount = np.random.default_rng(check_seed(seed)), _AMOUNTS[kind][strength]
    if strength == 0:
        return images.copy()
    pixels = images.astype(np.float32)
    if kind == "blur":
        from scipy.ndimage import gaussian_filter

        width = amount * images.shape[1] / 32
        pixels = gaussian_filter(pixels, (0, width, width, 0))
    elif kind == "noise":
        pixels += rng.normal(0, amount, images.shape)
    elif kind == "darkness":
        pixels *= amount
    else:
        mean = pixels.mean(axis=(1, 2, 3), keepdims=True)
        pixels = mean + amount * (pixels - mean)
    return pixels.round().clip(0, 255).astype(np.uint8)
