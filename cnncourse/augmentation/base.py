"""What all augmentations share: a seed, and pictures changed in training only."""

import inspect

import numpy as np

from cnncourse.backend import keras, tf
from cnncourse.validation import brief, check_seed, is_number

NUMBERS = ("uint", "int", "float", "bfloat", "bool")  # names of types begin with one of these
SEEDS = ("int32", "int64", "uint32", "uint64")


class Augmentation(keras.layers.Layer):
    """A layer that changes pictures at random while training and leaves them alone otherwise.

    Subclasses write `augment`, whose result depends on the pictures and the seed alone: this is
    what lets an interrupted training run resume as if nothing had happened.
    """

    def __init__(self, seed: int | None = None, **kwargs) -> None:
        """Set the seed for use inside a model; `train` passes its own."""
        super().__init__(**kwargs)
        self.seed = seed if seed is None else check_seed(seed)
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
        own = [name for name in inspect.signature(type(self)).parameters if name in vars(self)]
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def check_batch(layer: Augmentation, images: tf.Tensor, seed: tf.Tensor) -> None:
    """Refuse what is no batch of pictures, and what is no seed of two numbers.

    Raises:
        ValueError: If there are not four axes of numbers, or not two whole numbers.
    """
    name = type(layer).__name__
    shape, kind = _form(images)
    if len(shape) != 4 or None in shape[1:3] or 0 in shape[1:] or not kind.startswith(NUMBERS):
        found = f"{kind} of the shape {shape}" if kind else brief(images)
        raise ValueError(
            f"{name} was given {found}: pass a batch (batch, height, width, channels) of numbers; "
            "a single picture is x_train[:1]."
        )
    check_pair(seed)


def check_pair(seed: tf.Tensor) -> None:
    """Refuse what is no seed of two numbers.

    Raises:
        ValueError: If there are not two whole numbers.
    """
    if _form(seed)[0] != (2,) or _form(seed)[1] not in SEEDS:
        raise ValueError(f"seed={brief(seed)}: give an array of two whole numbers, int32.")


def check_known(images: tf.Tensor, index: tf.Tensor, epoch: tf.Tensor) -> None:
    """Refuse what are no numbers of pictures and of an epoch.

    Raises:
        ValueError: If there is not a whole number for each picture, and one for the epoch.
    """
    (count, *more), kind = _form(index)[0] or (0,), _form(index)[1]
    fits = not more and (count is None or images.shape[0] in (None, count))
    if not fits or kind != "int64" or _form(epoch) != ((), "int64"):
        raise ValueError(
            f"index={brief(index)}, epoch={brief(epoch)} for pictures of the shape "
            f"{tuple(images.shape)}: give int64 arrays or tensors, a number for each picture and a "
            "single one."
        )


def _form(values) -> tuple[tuple, str]:
    """Return the shape and the type's name of an array or a tensor; of anything else none."""
    if not isinstance(values, np.ndarray) and not tf.is_tensor(values):
        return (), ""
    return tuple(values.shape), values.dtype.name


def check_amount(name: str, value: float, top: float = 1.0, unit: str = "a share") -> float:
    """Refuse an amount that is out of its range, else return it as a float.

    Raises:
        ValueError: If it is no number from 0 to `top`.
    """
    if not is_number(value) or not 0 <= value <= top:
        raise ValueError(f"{name}={brief(value)}: give {unit} from 0 to {top:g}.")
    return float(value)
