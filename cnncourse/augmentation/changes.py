"""The changes themselves: pictures moved, covered in part, and cleaned."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from cnncourse.augmentation.base import Augmentation, check_batch
from cnncourse.backend import keras, tf
from cnncourse.validation import brief, is_number, is_one_of, true_or_false

FILL_MODES = ("constant", "nearest", "reflect", "wrap")
FILLS = ("gray", "black", "noise")


@keras.saving.register_keras_serializable(package="cnncourse")
class RandomAffine(Augmentation):
    """Rotate, shift, zoom and mirror every picture at random, resampling once.

    Args:
        rotation: Largest angle in degrees, both ways, from 0 to 180.
        shift: Largest shift as a share of height and width, both ways, from 0 to 1.
        zoom: Largest change of size as a share, both ways and for each axis, from 0 to below 1.
        flip: Whether to mirror every other picture left to right. "alternating" mirrors a picture
            in every other epoch of `train`, so that two epochs show each of them both ways.
        fill_mode: What appears at the edges: "constant" (0), "nearest", "reflect" or "wrap".
        interpolation: "bilinear", or "nearest", which shifts by whole pixels and so does not blur.
        seed: Seed for use inside a model; `train` passes its own.

    Raises:
        ValueError: If an amount is out of its range.

    Source: Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied
    to visual document analysis", ICDAR 2003; alternating flips: Jordan, arXiv 2404.00498.

    Example:
        >>> RandomAffine(rotation=10, shift=0.1)(tf.zeros((2, 28, 28, 1)), training=True).shape
        TensorShape([2, 28, 28, 1])
    """

    takes_epoch = True

    def __init__(
        self,
        rotation: float = 0.0,
        shift: float = 0.0,
        zoom: float = 0.0,
        *,
        flip: bool | str = False,
        fill_mode: str = "constant",
        interpolation: str = "bilinear",
        seed: int | None = None,
        **kwargs,
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        self.rotation = _amount("rotation", rotation, 180, "degrees")
        self.shift, self.zoom = _amount("shift", shift), _amount("zoom", zoom, 0.99)
        self.flip = _choice("flip", flip, (False, True, "alternating"))
        self.fill_mode = _choice("fill_mode", fill_mode, FILL_MODES)
        self.interpolation = _choice("interpolation", interpolation, ("bilinear", "nearest"))

    def augment(self, images, seed, index=None, epoch=None) -> tf.Tensor:
        """Return changed pictures; alternating flips need their numbers and the epoch."""
        _, height, width, _ = check_batch(self, images)
        draws = tf.random.stateless_uniform((tf.shape(images)[0], 6), seed, -1.0, 1.0)
        angle, move_x, move_y, zoom_x, zoom_y, mirror = tf.unstack(draws, axis=1)
        angle *= self.rotation * math.pi / 180
        zoom_x, zoom_y = 1 + zoom_x * self.zoom, 1 + zoom_y * self.zoom
        mirrored = mirror < 0
        if self.flip == "alternating" and index is not None:
            scattered = (index * 2654435761) // 2**16  # so that neighbours begin differently
            mirrored = (scattered + epoch) % 2 == 1
        if self.flip:
            zoom_x *= tf.where(mirrored, -1.0, 1.0)
        # Each output pixel (x, y) is read at matrix @ (x, y, 1); the centre stays the centre.
        a, b = tf.cos(angle) * zoom_x, -tf.sin(angle) * zoom_y
        c, d = tf.sin(angle) * zoom_x, tf.cos(angle) * zoom_y
        x, y = (width - 1) / 2, (height - 1) / 2
        offset_x = x - a * x - b * y + move_x * self.shift * width
        offset_y = y - c * x - d * y + move_y * self.shift * height
        zero = tf.zeros_like(a)
        return keras.ops.image.affine_transform(
            tf.cast(images, tf.float32),
            tf.stack([a, b, offset_x, c, d, offset_y, zero, zero], axis=1),
            interpolation=self.interpolation,
            fill_mode=self.fill_mode,
            data_format="channels_last",
        )


@keras.saving.register_keras_serializable(package="cnncourse")
class RandomErasing(Augmentation):
    """Fill a rectangle, or a square, of every picture with grey, black or noise.

    The middle of the erased part lies anywhere in the picture, so some of it may lie outside.

    Args:
        side: Largest side as a share of height and width, from 0 to 1.
        chance: Share of the pictures that lose a part, from 0 to 1.
        square: Whether to erase squares of exactly that side (of the shorter side of the picture)
            instead of rectangles whose two sides are drawn up to it.
        fill: What takes its place: "gray" (128), "black" (0) or "noise", each pixel anew.
        seed: Seed for use inside a model; `train` passes its own.

    Raises:
        ValueError: If an amount is out of its range, or the filling is unknown.

    Source: Zhong et al., "Random erasing data augmentation", arXiv 1708.04896 (rectangles); DeVries
    and Taylor, "Improved regularization of convolutional neural networks with cutout", arXiv
    1708.04552 (squares).

    Example:
        >>> RandomErasing(square=True, fill="black")(tf.ones((2, 8, 8, 1)), training=True).shape
        TensorShape([2, 8, 8, 1])
    """

    def __init__(
        self,
        side: float = 0.5,
        *,
        chance: float = 1.0,
        square: bool = False,
        fill: str = "gray",
        seed: int | None = None,
        **kwargs,
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        self.side, self.chance = _amount("side", side), _amount("chance", chance)
        self.square, self.fill = true_or_false("square", square), _choice("fill", fill, FILLS)

    def augment(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Return changed pictures, float32 (batch, height, width, channels)."""
        _, height, width, _ = check_batch(self, images)
        draws = tf.random.stateless_uniform((tf.shape(images)[0], 5), seed)
        y, x, rows, columns, chance = tf.unstack(draws[..., None], axis=1)
        if self.square:
            rows = columns = float(round(self.side * min(height, width)))
        else:  # at least a pixel
            rows = tf.math.ceil(rows * self.side * height)
            columns = tf.math.ceil(columns * self.side * width)
        erased = _within(y, rows, height)[:, :, None] & _within(x, columns, width)[:, None, :]
        erased &= (chance < self.chance)[:, :, None]
        filling: tf.Tensor | float = 128.0 if self.fill == "gray" else 0.0
        if self.fill == "noise":
            seed = tf.random.fold_in(seed, 1)  # other numbers than those of the places
            filling = tf.random.stateless_uniform(tf.shape(images), seed, 0.0, 255.0)
        return tf.where(erased[..., None], filling, tf.cast(images, tf.float32))


def remove_gray(images: np.ndarray, *, below: int = 255 - 55) -> np.ndarray:
    """Set the pixels darker than a threshold to 0, as a scanner does with paper.

    Args:
        images: Pictures, uint8 of any shape, white on black.
        below: Grey value from 0 to 255 from which on pixels are kept.

    Returns:
        New pictures; the given ones are not changed.

    Raises:
        ValueError: If the pictures are not uint8 or the threshold is out of range.

    Example:
        >>> remove_gray(np.array([10, 199, 200, 255], np.uint8)).tolist()
        [0, 0, 200, 255]
    """
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
        found = brief(images) if isinstance(images, np.ndarray) else type(images).__name__
        raise ValueError(f"remove_gray needs a uint8 array, not {found}: pass the raw pictures.")
    if not is_number(below) or not 0 <= below <= 255:
        raise ValueError(f"below={brief(below)}: give a grey value from 0 to 255.")
    # 1 or 0 for each pixel, in one new array that takes the result: far faster than np.where.
    kept = np.asarray(images >= math.ceil(below)).view(np.uint8)
    return np.multiply(images, kept, out=kept)


def _within(place: tf.Tensor, side: tf.Tensor | float, length: int) -> tf.Tensor:
    """Say which of a row's pixels are erased, bool (batch, length): `place` is from 0 to 1."""
    first = tf.floor(place * length) - side // 2  # maybe outside the picture
    pixels = tf.range(length, dtype=tf.float32)
    return (pixels >= first) & (pixels < first + side)


def _amount(name: str, value: float, top: float = 1.0, unit: str = "a share") -> float:
    if not is_number(value) or not 0 <= value <= top:
        raise ValueError(f"{name}={brief(value)}: give {unit} from 0 to {top:g}.")
    return float(value)


def _choice(name: str, value: Any, choices: Sequence) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if not is_one_of(value, choices):
        raise ValueError(f"{name}={brief(value)}: choose from {', '.join(map(str, choices))}.")
    return value
