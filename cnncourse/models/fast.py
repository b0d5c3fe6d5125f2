"""A network that learns fast: whitened input, early pooling, filters that start as the identity."""

from collections.abc import Sequence

import numpy as np

from cnncourse.backend import keras
from cnncourse.layers import FusedBatchNormalization
from cnncourse.validation import brief, check_shape, check_weights, whole_number, whole_numbers

PATCH_PICTURES = 5000  # or a few more: their patches are plenty to estimate a 12 x 12 covariance


def fast_net(
    pictures: np.ndarray, widths: Sequence[int] = (32, 128, 128), *, classes: int = 10
) -> keras.Model:
    """Build a network that reaches a good accuracy after few epochs.

    Its first layer is not trained: its filters turn small patches of the pictures into numbers that
    are uncorrelated and of the same variance (whitening). Each block is a convolution, a pooling
    (before the normalisation, which then has four times fewer numbers) and another convolution.
    Convolutions start as the identity, so that the signal gets through.

    Args:
        pictures: Training pictures, uint8 (N, height, width, channels); the first layer is computed
            from them, and the network takes pictures like them.
        widths: Filters of each block.
        classes: Number of classes.

    Returns:
        An uncompiled model from raw pixels (batch, height, width, channels) to probabilities.

    Raises:
        ValueError: If the pictures are not uint8, too small for the blocks, or a width is wrong.

    Source: Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", arXiv 2404.00498; Page, "How
    to train your ResNet" (2018).

    Example:
        >>> pictures = np.random.default_rng(0).integers(0, 256, (50, 32, 32, 3), np.uint8)
        >>> fast_net(pictures).count_params()
        498656
    """
    widths, classes = whole_numbers("widths", widths), whole_number("classes", classes)
    _check_pictures(pictures, len(widths))
    for width in [*widths, classes]:  # from the layer before, at most as wide
        check_weights(f"widths={widths}, classes={classes}", 9 * width * max(widths, default=1))
    sample = pictures[:: max(1, len(pictures) // PATCH_PICTURES)]
    mean, spread = sample.mean((0, 1, 2)), sample.std((0, 1, 2)) + 1e-3
    inputs = keras.Input(pictures.shape[1:])
    x = keras.layers.Rescaling((1 / spread).tolist(), (-mean / spread).tolist())(inputs)
    filters = _whitening_filters((sample - mean) / spread)
    whiten = keras.layers.Conv2D(filters.shape[-1], filters.shape[0], use_bias=False, name="whiten")
    whiten.trainable = False
    x = keras.layers.Activation("relu")(whiten(x))
    whiten.set_weights([filters])
    for width in widths:
        x = _normalised(keras.layers.MaxPooling2D()(_convolution(x, width)))
        x = _normalised(_convolution(x, width))
    x = keras.layers.Dense(classes, use_bias=False)(keras.layers.GlobalMaxPooling2D()(x))
    # Small answers at first: the peak rate would else throw the last layer about.
    x = keras.layers.Rescaling(1 / 9)(x)
    return keras.Model(inputs, keras.layers.Softmax()(x), name="fast_net")


def _convolution(x, width: int):
    """Convolve; the first filters copy a channel each, the others are random and small."""
    start = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")
    layer = keras.layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer=start)
    x, kernel = layer(x), layer.get_weights()[0]
    copied = range(min(kernel.shape[2:]))
    kernel[..., copied] = 0
    kernel[1, 1, copied, copied] = 1
    layer.set_weights([kernel])
    return x


def _normalised(x):
    x = FusedBatchNormalization(momentum=0.8, scale=False, offset_speed=64)(x)
    return keras.layers.Activation("relu")(x)


def _whitening_filters(pictures: np.ndarray) -> np.ndarray:
    """Return filters that whiten patches, and their negatives: float32 (k, k, C, 2 * k * k * C)."""
    side, channels = (2 if pictures.shape[-1] > 1 else 3), pictures.shape[-1]
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (side, side), axis=(1, 2))
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(-1, side * side * channels)
    covariance = patches.T @ patches / len(patches)
    variances, directions = np.linalg.eigh(covariance)
    filters = (directions / np.sqrt(variances + 5e-4)).reshape(side, side, channels, -1)
    return np.concatenate([filters, -filters], axis=-1).astype(np.float32)


def _check_pictures(pictures: np.ndarray, blocks: int) -> None:
    is_array = isinstance(pictures, np.ndarray) and pictures.ndim == 4
    if not is_array or pictures.dtype != np.uint8 or not len(pictures):
        raise ValueError(
            f"pictures: {brief(pictures)}: give training pictures, uint8 "
            "(N, height, width, channels), such as dataset.x_train."
        )
    check_shape(pictures.shape[1:])
    smallest = 2**blocks + 2
    if min(pictures.shape[1:3]) < smallest:
        raise ValueError(
            f"pictures of {pictures.shape[1]} x {pictures.shape[2]} shrink away in {blocks} "
            f"blocks: use fewer widths, or pictures of at least {smallest} x {smallest}."
        )
