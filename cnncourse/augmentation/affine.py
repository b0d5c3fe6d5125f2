"""Move pictures: rotate, shift, zoom and mirror, all in one."""

import math

import numpy as np

from cnncourse.augmentation.base import Augmentation, check_amount, check_batch, check_known
from cnncourse.backend import keras, tf
from cnncourse.validation import brief, is_one_of

FILL_MODES = ("constant", "nearest", "reflect", "wrap")
INTERPOLATIONS = ("bilinear", "nearest")
FLIPS = (False, True, "alternating")


@keras.saving.register_keras_serializable(package="cnncourse")
class RandomAffine(Augmentation):
    """Rotate, shift, zoom and mirror every picture at random, resampling once.

    All changes of a picture are composed into one matrix, and a batch is resampled in one call.
    `benchmarks/augmentation.py` compares the speed with ImageDataGenerator.

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
        >>> layer = RandomAffine(rotation=10, shift=0.1, zoom=0.1)
        >>> layer(tf.zeros((2, 28, 28, 1), tf.uint8), training=True).shape
        TensorShape([2, 28, 28, 1])
    """

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
        """Check the amounts and keep them."""
        super().__init__(seed=seed, **kwargs)
        self.rotation = check_amount("rotation", rotation, 180, "degrees")
        self.shift = check_amount("shift", shift)
        self.zoom = check_amount("zoom", zoom, 0.99)
        if not is_one_of(fill_mode, FILL_MODES):
            raise ValueError(f"fill_mode={brief(fill_mode)}: choose from {', '.join(FILL_MODES)}.")
        if not is_one_of(interpolation, INTERPOLATIONS):
            raise ValueError(
                f"interpolation={brief(interpolation)}: choose 'bilinear' or 'nearest'."
            )
        if not isinstance(flip, (bool, np.bool_, str)) or flip not in FLIPS:
            raise ValueError(f"flip={brief(flip)}: give True, False or 'alternating'.")
        self.flip = flip if flip == "alternating" else bool(flip)
        self.fill_mode, self.interpolation = fill_mode, interpolation

    def augment(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Return changed pictures, float32 (batch, height, width, channels)."""
        return self._resampled(images, seed)

    def augment_known(
        self, images: tf.Tensor, seed: tf.Tensor, index: tf.Tensor, epoch: tf.Tensor
    ) -> tf.Tensor:
        """Return changed pictures; alternating flips know the picture and the epoch."""
        if self.flip != "alternating":
            return self._resampled(images, seed)
        check_batch(self, images, seed)
        check_known(images, index, epoch)
        scattered = (index * 2654435761) // 2**16 + epoch  # neighbours begin differently
        return self._resampled(images, seed, mirrored=scattered % 2 == 1)

    def _resampled(
        self, images: tf.Tensor, seed: tf.Tensor, mirrored: tf.Tensor | None = None
    ) -> tf.Tensor:
        check_batch(self, images, seed)
        height, width = images.shape[1], images.shape[2]
        draws = tf.random.stateless_uniform((tf.shape(images)[0], 6), seed, -1.0, 1.0)
        angle, move_x, move_y, zoom_x, zoom_y, mirror = tf.unstack(draws, axis=1)
        angle *= self.rotation * math.pi / 180
        zoom_x, zoom_y = 1 + zoom_x * self.zoom, 1 + zoom_y * self.zoom
        if self.flip:
            zoom_x *= tf.where(mirror < 0 if mirrored is None else mirrored, -1.0, 1.0)
        # Each output pixel (x, y) is read at matrix @ (x, y, 1); the centre stays the centre.
        a, b = tf.cos(angle) * zoom_x, -tf.sin(angle) * zoom_y
        c, d = tf.sin(angle) * zoom_x, tf.cos(angle) * zoom_y
        centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
        offset_x = centre_x - a * centre_x - b * centre_y + move_x * self.shift * width
        offset_y = centre_y - c * centre_x - d * centre_y + move_y * self.shift * height
        zero = tf.zeros_like(a)
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=tf.cast(images, tf.float32),
            transforms=tf.stack([a, b, offset_x, c, d, offset_y, zero, zero], axis=1),
            output_shape=[height, width],
            interpolation=self.interpolation.upper(),
            fill_mode=self.fill_mode.upper(),
            fill_value=0.0,
        )
