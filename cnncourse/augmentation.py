"""Change pictures at random while training, and clean them before."""

import math
from numbers import Integral, Real

import numpy as np

from cnncourse.backend import keras, tf

FILL_MODES = ("constant", "nearest", "reflect", "wrap")
INTERPOLATIONS = ("bilinear", "nearest")
FLIPS = (False, True, "alternating")


class Augmentation(keras.layers.Layer):
    """A layer that changes pictures at random while training and leaves them alone otherwise.

    Subclasses write `augment`, whose result depends on the pictures and the seed alone: this is
    what lets an interrupted training run resume as if nothing had happened.
    """

    def __init__(self, seed: int | None = None, **kwargs) -> None:
        """Set the seed for use inside a model; `train` passes its own."""
        super().__init__(**kwargs)
        if seed is not None and not isinstance(seed, Integral):
            raise ValueError(f"seed={seed!r}: give a whole number, or None.")
        self.seed = seed if seed is None else int(seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)

    def augment(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Return changed pictures, float32 of the same shape and range.

        Args:
            images: Pictures of shape (batch, height, width, channels), uint8 or float32.
            seed: Two whole numbers; the same ones change the same pictures alike.
        """
        raise NotImplementedError

    def augment_known(
        self, images: tf.Tensor, seed: tf.Tensor, index: tf.Tensor, epoch: tf.Tensor
    ) -> tf.Tensor:
        """Return changed pictures; `train` calls this, as it knows more than a layer does.

        Args:
            images: As for `augment`.
            seed: As for `augment`.
            index: Number of each picture in the training set, int64 (batch,).
            epoch: Number of the epoch, from 0, an int64 scalar.
        """
        return self.augment(images, seed)

    def call(self, images: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Augment in training, else only convert to float32."""
        if not training:
            return tf.cast(images, self.compute_dtype)
        return self.augment(images, self.seed_generator.next(ordered=False))

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict:
        """Return what the constructor needs to make this layer again."""
        return {**super().get_config(), "seed": self.seed}


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
        amounts = {"rotation": (rotation, 180), "shift": (shift, 1), "zoom": (zoom, 0.99)}
        for name, (value, top) in amounts.items():
            is_number = isinstance(value, Real) and not isinstance(value, bool)
            if not is_number or not 0 <= value <= top:
                unit = "degrees" if name == "rotation" else "a share"
                raise ValueError(f"{name}={value!r}: give {unit} from 0 to {top}.")
        if fill_mode not in FILL_MODES:
            raise ValueError(f"fill_mode={fill_mode!r}: choose from {', '.join(FILL_MODES)}.")
        if interpolation not in INTERPOLATIONS:
            raise ValueError(f"interpolation={interpolation!r}: choose 'bilinear' or 'nearest'.")
        if not isinstance(flip, (bool, np.bool_, str)) or flip not in FLIPS:
            raise ValueError(f"flip={flip!r}: give True, False or 'alternating'.")
        self.rotation, self.shift, self.zoom = float(rotation), float(shift), float(zoom)
        self.flip, self.fill_mode, self.interpolation = flip, fill_mode, interpolation

    def augment(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Return changed pictures, float32 (batch, height, width, channels)."""
        return self._resampled(images, seed)

    def augment_known(
        self, images: tf.Tensor, seed: tf.Tensor, index: tf.Tensor, epoch: tf.Tensor
    ) -> tf.Tensor:
        """Return changed pictures; alternating flips know the picture and the epoch."""
        if self.flip != "alternating":
            return self._resampled(images, seed)
        scattered = (index * 2654435761) // 2**16 + epoch  # neighbours begin differently
        return self._resampled(images, seed, mirrored=scattered % 2 == 1)

    def _resampled(
        self, images: tf.Tensor, seed: tf.Tensor, mirrored: tf.Tensor | None = None
    ) -> tf.Tensor:
        if len(images.shape) != 4:
            raise ValueError(
                f"RandomAffine was given the shape {tuple(images.shape)}: pass a batch (batch, "
                "height, width, channels); a single picture is x_train[:1]."
            )
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

    def get_config(self) -> dict:
        """Return what the constructor needs to make this layer again."""
        return {
            **super().get_config(),
            "rotation": self.rotation,
            "shift": self.shift,
            "zoom": self.zoom,
            "flip": self.flip,
            "fill_mode": self.fill_mode,
            "interpolation": self.interpolation,
        }


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
        found = getattr(images, "dtype", type(images).__name__)
        raise ValueError(f"remove_gray needs a uint8 array, not {found}: pass the raw pictures.")
    if not isinstance(below, Real) or not 0 <= below <= 255:
        raise ValueError(f"below={below!r}: give a grey value from 0 to 255.")
    # 1 or 0 for each pixel, in one new array that takes the result: far faster than np.where.
    kept = np.asarray(images >= math.ceil(below)).view(np.uint8)
    return np.multiply(images, kept, out=kept)
