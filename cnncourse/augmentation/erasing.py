"""Cover a part of every picture, so that the network looks at the rest as well."""

from cnncourse.augmentation.base import Augmentation, check_amount, check_batch
from cnncourse.backend import keras, tf
from cnncourse.validation import brief, is_one_of, true_or_false

FILLS = ("gray", "black", "noise")


@keras.saving.register_keras_serializable(package="cnncourse")
class RandomErasing(Augmentation):
    """Fill a rectangle, or a square, of every picture with grey, black or noise.

    The middle of the erased part lies anywhere in the picture, so some of it may lie outside.

    Args:
        side: Largest side as a share of height and width, from 0 to 1.
        chance: Share of the pictures that lose a part, from 0 to 1.
        square: Whether to erase squares of exactly that side (of the shorter side of the picture)
            instead of rectangles whose two sides are drawn up to it.
        fill: What takes its place: "gray" (128), "black" (0) or "noise" (0 to 255, each pixel and
            channel anew).
        seed: Seed for use inside a model; `train` passes its own.

    Raises:
        ValueError: If an amount is out of its range, or the filling is unknown.

    Source: Zhong et al., "Random erasing data augmentation", arXiv 1708.04896 (rectangles); DeVries
    and Taylor, "Improved regularization of convolutional neural networks with cutout", arXiv
    1708.04552 (squares).

    Example:
        >>> layer = RandomErasing(side=0.25, square=True, fill="black")
        >>> erased = layer(tf.fill((2, 8, 8, 1), 255), training=True)
        >>> 1 <= int(tf.reduce_sum(tf.cast(erased[0] == 0, "int32"))) <= 4
        True
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
        """Check the amounts and keep them."""
        super().__init__(seed=seed, **kwargs)
        self.side, self.chance = check_amount("side", side), check_amount("chance", chance)
        if not is_one_of(fill, FILLS):
            raise ValueError(f"fill={brief(fill)}: choose from {', '.join(FILLS)}.")
        self.square, self.fill = true_or_false("square", square), fill

    def augment(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Return changed pictures, float32 (batch, height, width, channels)."""
        check_batch(self, images, seed)
        images = tf.cast(images, tf.float32)
        height, width = images.shape[1], images.shape[2]
        draws = tf.random.stateless_uniform((tf.shape(images)[0], 5), seed)
        y, x, rows, columns, chance = tf.unstack(draws[..., None], axis=1)
        if self.square:
            rows = columns = float(round(self.side * min(height, width)))
        else:  # at least a pixel
            rows = tf.math.ceil(rows * self.side * height)
            columns = tf.math.ceil(columns * self.side * width)
        erased = _within(y, rows, height)[:, :, None] & _within(x, columns, width)[:, None, :]
        erased &= (chance < self.chance)[:, :, None]
        return tf.where(erased[..., None], self._filling(images, seed), images)

    def _filling(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor | float:
        if self.fill == "noise":
            seed = tf.random.fold_in(seed, 1)  # other numbers than those of the places
            return tf.random.stateless_uniform(tf.shape(images), seed, 0.0, 255.0)
        return 128.0 if self.fill == "gray" else 0.0


def _within(place: tf.Tensor, side: tf.Tensor | float, length: int) -> tf.Tensor:
    """Say of each pixel of a row whether it is erased: bool (batch, length).

    Args:
        place: Where the middle lies, from 0 to 1, (batch, 1).
        side: Whole pixels to erase, (batch, 1) or the same for all.
        length: Pixels in the row.
    """
    first = tf.floor(place * length) - side // 2  # maybe outside the picture
    pixels = tf.range(length, dtype=tf.float32)
    return (pixels >= first) & (pixels < first + side)
