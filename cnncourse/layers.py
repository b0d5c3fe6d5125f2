"""Layers that Keras has too, in a form that suits a CPU."""

from cnncourse.backend import keras, tf


@keras.saving.register_keras_serializable(package="cnncourse")
class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Batch normalisation of pictures through TensorFlow's fused CPU kernel.

    The same weights, arguments and results as ``keras.layers.BatchNormalization`` over the channel
    axis, in one pass instead of several (see ``benchmarks/batch_normalization.py``).

    Keras writes this layer into a file as its own, so the file loads where this package is missing.

    Args:
        offset_speed: How many times the gradient of the offset (beta) counts, so that gradient
            descent moves it faster than the other weights.
        **kwargs: As of ``keras.layers.BatchNormalization``.

    Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167.

    Example:
        >>> FusedBatchNormalization()(tf.ones((2, 4, 4, 3))).shape
        TensorShape([2, 4, 4, 3])
    """

    def __init__(self, *, offset_speed: float = 1.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.offset_speed = offset_speed

    @property  # type: ignore[misc]
    def __class__(self):
        return keras.layers.BatchNormalization  # what Keras writes into a file, and copies

    @classmethod
    def from_config(cls, config: dict) -> "FusedBatchNormalization":
        """Make a layer of a file again; only version 0.1 wrote files with this class."""
        if config.get("offset_scale", 1) != 1:
            raise ValueError(
                "A fast_net that version 0.1 saved does not load any more, as its offsets were "
                "scaled: load and export it with version 0.1, or train it anew."
            )
        return cls(**{name: value for name, value in config.items() if name != "offset_scale"})

    def call(self, inputs, training=None, mask=None):
        """Normalise ``inputs``, float32 of shape (batch, height, width, channels)."""
        # The kernel takes pictures with their channels last, and no float64.
        if len(inputs.shape) != 4 or self.axis not in (-1, 3) or inputs.dtype == "float64":
            if self.offset_speed != 1:
                raise ValueError(
                    f"offset_speed={self.offset_speed!r} needs float32 pictures (batch, height, "
                    f"width, channels) and axis=-1, not {tuple(inputs.shape)}, axis={self.axis}."
                )
            return super().call(inputs, training=training, mask=mask)
        training = bool(training) and self.trainable
        channels = inputs.shape[-1]
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma.value if self.scale else tf.ones(channels),
            offset=self._offset() if self.center else tf.zeros(channels),
            mean=[] if training else self.moving_mean.value,
            variance=[] if training else self.moving_variance.value,
            epsilon=self.epsilon,
            is_training=training,
        )
        if training:
            keep = self.momentum
            # TensorFlow returns the unbiased variance; Keras averages the biased one.
            count = tf.cast(tf.size(inputs) / channels, tf.float32)
            variance = variance * (count - 1) / count
            self.moving_mean.assign(self.moving_mean * keep + mean * (1 - keep))
            self.moving_variance.assign(self.moving_variance * keep + variance * (1 - keep))
        return outputs

    def _offset(self):
        """Return beta, with a gradient that counts more: what is multiplied is 0."""
        frozen = tf.stop_gradient(self.beta.value)
        return frozen + self.offset_speed * (self.beta.value - frozen)
