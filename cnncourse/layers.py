"""Layers that Keras has too, in a form that suits a CPU."""

from cnncourse.backend import keras, tf


@keras.saving.register_keras_serializable(package="cnncourse")
class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Batch normalisation of pictures through TensorFlow's fused CPU kernel.

    The same weights, arguments and results as ``keras.layers.BatchNormalization`` over the channel
    axis, in one pass instead of several (see ``benchmarks/batch_normalization.py``).

    Args:
        offset_scale: The offset (beta) counts this many times, so that gradient descent moves it by
            the square of it faster: 8 gives the offsets 64 times the rate of the other weights.
        **kwargs: As of ``keras.layers.BatchNormalization``.

    Source: Ioffe and Szegedy, "Batch Normalization", arXiv 1502.03167.

    Example:
        >>> FusedBatchNormalization()(tf.ones((2, 4, 4, 3))).shape
        TensorShape([2, 4, 4, 3])
    """

    def __init__(self, *, offset_scale: float = 1.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.offset_scale = offset_scale

    @property  # type: ignore[misc]
    def __class__(self):
        # Keras writes this into a file. A layer that computes what Keras' own does is written as
        # Keras' own, so that the file loads where this package is not installed.
        if getattr(self, "offset_scale", 1) == 1:
            return keras.layers.BatchNormalization
        return FusedBatchNormalization

    def get_config(self) -> dict:
        """Return what the constructor needs to make this layer again."""
        config = super().get_config()
        return config if self.offset_scale == 1 else {**config, "offset_scale": self.offset_scale}

    def call(self, inputs, training=None, mask=None):
        """Normalise ``inputs``, float32 of shape (batch, height, width, channels)."""
        # The kernel takes pictures with their channels last, and no float64.
        if len(inputs.shape) != 4 or self.axis not in (-1, 3) or inputs.dtype == "float64":
            if self.offset_scale != 1:
                raise ValueError(
                    f"offset_scale={self.offset_scale!r} needs float32 pictures (batch, height, "
                    f"width, channels) and axis=-1, not {tuple(inputs.shape)}, axis={self.axis}."
                )
            return super().call(inputs, training=training, mask=mask)
        training = bool(training) and self.trainable
        channels = inputs.shape[-1]
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma.value if self.scale else tf.ones(channels),
            offset=self.beta.value * self.offset_scale if self.center else tf.zeros(channels),
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
