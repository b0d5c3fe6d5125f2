"""What all augmentations share: a seed, and pictures changed in training only."""

import inspect
from collections.abc import Sequence

from cnncourse.backend import keras, tf
from cnncourse.validation import as_list, brief, check_seed

HIDDEN = {"name", "dtype", "trainable", "seed", "module", "registered_name", "build_config"}


class Augmentation(keras.layers.Layer):
    """A layer that changes pictures at random while training and leaves them alone otherwise.

    A subclass writes `augment(images, seed)`: it returns pictures of the same shape, float32, that
    depend on the pictures and the seed (two whole numbers) alone.
    """

    takes_epoch = False  # whether `augment` also takes the pictures' numbers and the epoch's

    def __init__(self, seed: int | None = None, **kwargs) -> None:
        super().__init__(**kwargs)
        self.seed = seed if seed is None else check_seed(seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.supports_jit = False  # XLA cannot resample pictures
        self.built = True

    def build(self, input_shape: tuple) -> None:
        """Make nothing: there are no weights."""

    def call(self, images: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Augment in training only; inside a model the seed is the layer's own."""
        if training:
            images = self.augment(images, self.seed_generator.next(ordered=False))
        return tf.cast(images, self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict:
        """Return what the constructor needs to make this layer again."""
        own = [name for name in inspect.signature(type(self)).parameters if name in vars(self)]
        values = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in own}
        return super().get_config() | values


@keras.saving.register_keras_serializable(package="cnncourse")
class Pipeline(Augmentation):
    """Apply several augmentations one after the other, of this package or of Keras.

    Each draws from a seed that derives from the pipeline's: those of the members do not matter.

    Args:
        layers: Layers such as `RandomErasing` or `keras.layers.RandomContrast`, at least one.
        seed: Seed for use inside a model; `train` passes its own.

    Raises:
        ValueError: If a member does not change pictures, or there is none.

    Example:
        >>> layer = Pipeline([keras.layers.RandomFlip(), keras.layers.RandomContrast(0.3)])
        >>> layer(tf.zeros((2, 32, 32, 3), tf.uint8), training=True).shape
        TensorShape([2, 32, 32, 3])
    """

    takes_epoch = True

    def __init__(self, layers: Sequence[keras.Layer], *, seed: int | None = None, **kwargs) -> None:
        super().__init__(seed=seed, **kwargs)
        self.layers = [check_augmentation(layer) for layer in as_list("layers", layers)]
        if not self.layers:
            raise ValueError("layers=[]: give at least one, such as RandomErasing(side=0.3).")

    def augment(self, images, seed, index=None, epoch=None) -> tf.Tensor:
        """Return changed pictures; the members get the pictures' numbers and the epoch, too."""
        for place, layer in enumerate(self.layers):
            images = augment_batch(layer, images, tf.random.fold_in(seed, place), index, epoch)
        return images

    @classmethod
    def from_config(cls, config: dict) -> "Pipeline":
        """Make the layer, and its members, from what `get_config` returned."""
        layers = [keras.saving.deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(**{**config, "layers": layers})


def augment_batch(layer: keras.Layer, images, seed, index=None, epoch=None) -> tf.Tensor:
    """Return pictures changed by a layer of this package, or of Keras.

    The same arguments give the same pictures, so an interrupted training resumes exactly: the seed
    generators that Keras' layers draw from are set first. It does not with a layer that draws from
    anything else, as `keras.layers.AugMix` does.

    Args:
        layer: What changes them, such as `RandomAffine` or `keras.layers.RandomFlip`.
        images: Pictures of shape (batch, height, width, channels), uint8 or float32.
        seed: Two whole numbers, int32.
        index: Number of each picture in the training set, int64 (batch,): for alternating flips.
        epoch: Number of the epoch, from 0, an int64 scalar.

    Returns:
        Changed pictures, float32 of the same shape.

    Raises:
        ValueError: If these are not pictures, or the layer changes their size.

    Example:
        >>> augment_batch(keras.layers.RandomFlip(), tf.zeros((2, 8, 8, 3)), [0, 1]).shape
        TensorShape([2, 8, 8, 3])
    """
    if isinstance(layer, Augmentation):
        return layer.augment(images, seed, *((index, epoch) if layer.takes_epoch else ()))
    shape = check_batch(layer, images)
    for number, state in enumerate(seed_states(layer)):
        state.assign(tf.cast(tf.random.fold_in(seed, number), state.dtype))
    changed = tf.cast(layer(tf.cast(images, tf.float32), training=True), tf.float32)
    if not changed.shape.is_compatible_with(shape):
        raise ValueError(
            f"{type(layer).__name__} makes {tuple(changed.shape)} of pictures {shape}: take a "
            "layer that keeps their size."
        )
    return tf.ensure_shape(changed, shape)


def seed_states(layer: keras.Layer) -> list[keras.Variable]:
    """Return the states of the seed generators inside a layer, all its randomness."""
    return [variable for variable in layer.variables if variable.name == "seed_generator_state"]


def describe(layer: keras.Layer | None) -> str:
    """Return what a layer does, the same in every kernel: without names, types and seeds.

    Example:
        >>> describe(keras.layers.Rescaling(2))
        "class_name='Rescaling', config.offset=0.0, config.scale=2"
    """
    if isinstance(layer, keras.Sequential):  # whose config changes when it is used
        layer = keras.layers.Pipeline(layer.layers)
    parts = keras.tree.flatten_with_path(keras.saving.serialize_keras_object(layer))
    shown = [(path, value) for path, value in parts if not HIDDEN.intersection(path)]
    return ", ".join(f"{'.'.join(map(str, path))}={value!r}" for path, value in shown)


def check_augmentation(layer: keras.Layer) -> keras.Layer:
    """Return a layer that changes pictures, of this package or of Keras, or refuse it."""
    if not isinstance(layer, keras.Layer):
        raise ValueError(
            f"augment={brief(layer)}: pass one such as RandomAffine(rotation=10) or "
            "keras.layers.RandomFlip()."
        )
    if type(layer).__name__ in ("MixUp", "CutMix"):
        raise ValueError(f"augment={brief(layer)} mixes pictures, but not labels: take another.")
    return layer


def check_batch(layer: keras.Layer, images: tf.Tensor) -> tuple:
    """Return the shape of a batch of pictures, or refuse what is not one."""
    shape = tuple(getattr(images, "shape", ()))
    if len(shape) != 4 or None in shape[1:]:
        raise ValueError(
            f"{type(layer).__name__} was given pictures of the shape {shape}: pass a batch (batch, "
            "height, width, channels); a single picture is x_train[:1]."
        )
    return shape
