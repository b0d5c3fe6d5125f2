"""What all augmentations share: a seed, and pictures changed in training only."""

from numbers import Integral, Real

from cnncourse.backend import keras, tf


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
        self.built = True  # there are no weights to make

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


def check_batch(layer: Augmentation, images: tf.Tensor) -> None:
    """Refuse what is no batch of pictures.

    Raises:
        ValueError: If there are not four axes.
    """
    if len(images.shape) != 4:
        raise ValueError(
            f"{type(layer).__name__} was given the shape {tuple(images.shape)}: pass a batch "
            "(batch, height, width, channels); a single picture is x_train[:1]."
        )


def check_amount(name: str, value: float, top: float = 1.0, unit: str = "a share") -> float:
    """Refuse an amount that is out of its range, else return it as a float.

    Raises:
        ValueError: If it is no number from 0 to `top`.
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= top:
        raise ValueError(f"{name}={value!r}: give {unit} from 0 to {top:g}.")
    return float(value)
