"""Several augmentations, one after the other."""

from collections.abc import Iterable, Sequence

from cnncourse.augmentation.base import Augmentation, check_pair
from cnncourse.backend import keras, tf
from cnncourse.validation import as_list, brief


@keras.saving.register_keras_serializable(package="cnncourse")
class Pipeline(Augmentation):
    """Apply several augmentations one after the other, as ``keras.layers.Pipeline`` does layers.

    Each draws from a seed of its own, which derives from the pipeline's and from its place in the
    row: the seeds that the members were made with do not matter.

    Args:
        layers: Augmentations, such as `RandomAffine` and `RandomErasing`, at least one.
        seed: Seed for use inside a model; `train` passes its own.

    Raises:
        ValueError: If a member is no augmentation, or there is none.

    Example:
        >>> from cnncourse.augmentation import RandomAffine, RandomErasing
        >>> layer = Pipeline([RandomAffine(shift=0.1, flip=True), RandomErasing(side=0.3)])
        >>> layer(tf.zeros((2, 32, 32, 3), tf.uint8), training=True).shape
        TensorShape([2, 32, 32, 3])
    """

    def __init__(
        self, layers: Sequence[Augmentation], *, seed: int | None = None, **kwargs
    ) -> None:
        """Check the members and keep them."""
        super().__init__(seed=seed, **kwargs)
        is_list = isinstance(layers, Iterable) and not isinstance(layers, (str, bytes))
        members = as_list("layers", layers) if is_list else []
        if not members or not all(isinstance(member, Augmentation) for member in members):
            raise ValueError(
                f"layers={brief(layers)}: give a list of augmentations, such as "
                "[RandomAffine(flip=True), RandomErasing(side=0.3)]."
            )
        self.layers = members

    def augment(self, images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Return changed pictures, float32 (batch, height, width, channels)."""
        check_pair(seed)
        for place, layer in enumerate(self.layers):
            images = layer.augment(images, tf.random.fold_in(seed, place))
        return images

    def augment_known(
        self, images: tf.Tensor, seed: tf.Tensor, index: tf.Tensor, epoch: tf.Tensor
    ) -> tf.Tensor:
        """Return changed pictures; the members are told which ones they are, and the epoch."""
        check_pair(seed)
        for place, layer in enumerate(self.layers):
            images = layer.augment_known(images, tf.random.fold_in(seed, place), index, epoch)
        return images

    def get_config(self) -> dict:
        """Return what the constructor needs to make this layer again."""
        layers = [keras.saving.serialize_keras_object(layer) for layer in self.layers]
        return {**super().get_config(), "layers": layers}

    @classmethod
    def from_config(cls, config: dict) -> "Pipeline":
        """Make the layer, and its members, from what `get_config` returned."""
        layers = [keras.saving.deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(**{**config, "layers": layers})
