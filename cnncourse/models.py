"""Builders of the course's networks: uncompiled ``keras.Model``s that take raw 0..255 pixels."""

import math
from collections.abc import Iterable, Sequence
from numbers import Integral, Real

from cnncourse.backend import keras, tf
from cnncourse.layers import FusedBatchNormalization

Shape = tuple[int, int, int]
MOST_WEIGHTS = 200_000_000  # of one layer; VGG16's largest has half as many


def dense_net(
    input_shape: Shape, units: Sequence[int], *, dropout: float = 0.0, classes: int = 10
) -> keras.Model:
    """Build a network of dense layers: it looks at every pixel, and at no neighbourhood.

    Args:
        input_shape: Height, width and channels of a picture.
        units: Neurons of each hidden layer.
        dropout: Share of outputs dropped after each hidden layer, from 0 to below 1.
        classes: Number of classes.

    Returns:
        An uncompiled model from raw pixels (batch, height, width, channels) to probabilities.

    Raises:
        ValueError: If an argument makes no network.

    Example:
        >>> dense_net((28, 28, 1), [128]).count_params()
        101770
    """
    _check_shape(input_shape)
    _check_dropout(dropout)
    inputs, x = _rescaled(input_shape)
    x = keras.layers.Flatten()(x)
    return keras.Model(inputs, _head(x, units, dropout, classes))


def conv_net(
    input_shape: Shape,
    layers: Sequence[int | tuple[int, int] | str],
    *,
    dense: Sequence[int] = (),
    kernel: int = 3,
    padding: str = "valid",
    batch_norm: bool = False,
    dropout: float = 0.0,
    activation: str | None = "relu",
    classes: int = 10,
) -> keras.Model:
    """Build a convolutional network; the list of layers is its architecture.

    Args:
        input_shape: Height, width and channels of a picture.
        layers: From input to output: ``32`` is a convolution with 32 filters, ``(24, 5)`` one with
            24 filters of 5x5, ``"pool"`` a 2x2 max pooling.
        dense: Neurons of each dense layer after the convolutions.
        kernel: Height and width of the filters that do not name their own.
        padding: "valid" (the picture shrinks) or "same" (zeros are added around it).
        batch_norm: Whether batch normalisation stands between convolution and activation.
        dropout: Share dropped after each pooling and each dense layer, from 0 to below 1.
        activation: Activation of the convolutions; None leaves them linear.
        classes: Number of classes.

    Returns:
        An uncompiled model from raw pixels (batch, height, width, channels) to probabilities.

    Raises:
        ValueError: If the layers shrink the picture away, or an argument is out of its range.

    Example:
        >>> conv_net((28, 28, 1), [32, "pool", 64, "pool", 64], dense=[64]).count_params()
        93322
    """
    _check_shape(input_shape)
    _check_dropout(dropout)
    if padding not in ("valid", "same"):
        raise ValueError(f"padding={padding!r}: choose 'valid' or 'same'.")
    _check_activation(activation)
    steps = [_step(layer, kernel) for layer in _listed("layers", layers)]
    _check_sizes(input_shape, steps, padding)
    inputs, x = _rescaled(input_shape)
    for step in steps:
        if step == "pool":
            x = keras.layers.MaxPooling2D()(x)
            x = keras.layers.Dropout(dropout)(x) if dropout else x
            continue
        _check_weights(f"filters, kernel={step}", step[1] ** 2 * x.shape[-1] * step[0])
        if batch_norm:
            x = keras.layers.Conv2D(*step, padding=padding, use_bias=False)(x)
            x = FusedBatchNormalization(momentum=0.9)(x)
            x = keras.layers.Activation(activation)(x)
        else:
            x = keras.layers.Conv2D(*step, padding=padding, activation=activation)(x)
    x = keras.layers.Flatten()(x)
    return keras.Model(inputs, _head(x, dense, dropout, classes))


def committee(members: Sequence[keras.Model]) -> keras.Model:
    """Join models into one that averages their probabilities.

    Args:
        members: Trained models with the same input and output shapes.

    Returns:
        A model; it shares its members' weights.

    Raises:
        ValueError: If there are no members, or their shapes differ.

    Source: Hansen and Salamon, "Neural network ensembles", IEEE PAMI 12 (1990).

    Example:
        >>> committee([dense_net((8, 8, 1), [4]), dense_net((8, 8, 1), [5])]).output_shape
        (None, 10)
    """
    members = _listed("members", members)
    _check_models(members)
    shapes = {(model.inputs[0].shape, model.outputs[0].shape) for model in members}
    if len(shapes) != 1:
        raise ValueError(f"The members' input and output shapes differ: {sorted(shapes, key=str)}.")
    inputs = keras.Input(members[0].inputs[0].shape[1:])
    # Models of separate processes may share a name; a member that comes twice stays one model.
    distinct = {id(model): model for model in members}
    renamed = {
        key: _renamed(model, f"member_{number}")
        for number, (key, model) in enumerate(distinct.items(), start=1)
    }
    votes = [renamed[id(model)](inputs) for model in members]
    outputs = keras.layers.Average()(votes) if len(votes) > 1 else votes[0]
    return keras.Model(inputs, outputs, name="committee")


def test_time_average(model: keras.Model, *, shift: int = 1, flip: bool = False) -> keras.Model:
    """Let a trained model look at several views of a picture and average its probabilities.

    Args:
        model: A trained model on pictures.
        shift: Pixels by which the picture moves up, down, left and right; 0 for no moves.
        flip: Whether mirrored views are added; not for digits.

    Returns:
        A model of the same input and output shapes, which shares the given model's weights.

    Raises:
        ValueError: If this is not a model, or the shift does not fit into the picture.

    Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional
    neural networks", NIPS 2012, section 4.1.

    Example:
        >>> test_time_average(dense_net((8, 8, 1), [4])).output_shape
        (None, 10)
    """
    _check_models([model])
    model = _renamed(model, "viewer")
    _check_shape(model.input_shape[1:])
    top = min(model.input_shape[1:3]) - 1
    if isinstance(shift, bool) or not isinstance(shift, Integral) or not 0 <= shift <= top:
        raise ValueError(f"shift={shift!r}: give whole pixels from 0 to {top}.")
    shift, flip = int(shift), bool(flip)
    inputs = keras.Input(model.input_shape[1:])
    moves = {(0, 0), (shift, 0), (-shift, 0), (0, shift), (0, -shift)}
    views = [_View(*move, mirrored)(inputs) for mirrored in {False, flip} for move in sorted(moves)]
    outputs = keras.layers.Average()([model(v) for v in views]) if len(views) > 1 else model(inputs)
    return keras.Model(inputs, outputs, name="test_time_average")


test_time_average.__test__ = False  # pytest would take it for a test


@keras.saving.register_keras_serializable(package="cnncourse")
class _View(keras.layers.Layer):
    """Shift pictures by whole pixels, repeating the edge, and mirror them if asked."""

    def __init__(self, down: int, right: int, mirrored: bool, **kwargs) -> None:
        super().__init__(**kwargs)
        self.down, self.right, self.mirrored = down, right, mirrored

    def call(self, images):
        height, width = images.shape[1:3]
        rows = tf.clip_by_value(tf.range(height) - self.down, 0, height - 1)
        columns = tf.clip_by_value(tf.range(width) - self.right, 0, width - 1)
        columns = columns[::-1] if self.mirrored else columns
        return tf.gather(tf.gather(images, rows, axis=1), columns, axis=2)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        own = {"down": self.down, "right": self.right, "mirrored": self.mirrored}
        return {**super().get_config(), **own}


def _renamed(model: keras.Model, name: str) -> keras.Model:
    """Return the same layers as a model with another name and a single input and output."""
    return keras.Model(model.inputs[0], model.outputs[0], name=name)


def _rescaled(input_shape: Shape) -> tuple:
    inputs = keras.Input(tuple(map(int, input_shape)))
    return inputs, keras.layers.Rescaling(1 / 255)(inputs)


def _head(x, units: Sequence[int], dropout: float, classes: int):
    for count in _listed("dense units", units):
        x = _dense(x, "dense units", count, "relu")
        x = keras.layers.Dropout(dropout)(x) if dropout else x
    return _dense(x, "classes", classes, "softmax")


def _dense(x, what: str, count: int, activation: str):
    count = _positive(what, count)
    _check_weights(f"{what}={count}", x.shape[-1] * count)
    return keras.layers.Dense(count, activation=activation)(x)


def _step(layer, kernel: int) -> str | tuple[int, int]:
    if isinstance(layer, str):
        if layer == "pool":
            return layer
        raise ValueError(f"Unknown layer {layer!r}: write a number of filters, or 'pool'.")
    filters, size = layer if isinstance(layer, tuple) and len(layer) == 2 else (layer, kernel)
    return _positive("filters", filters), _positive("kernel", size)


def _listed(what: str, values) -> list:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ValueError(f"{what}={values!r}: give a list, such as [{values!r}].")
    return list(values)


def _check_sizes(input_shape: Shape, steps: list, padding: str) -> None:
    """Follow the picture's smaller side through the layers and refuse to let it vanish."""
    sizes = [min(input_shape[:2])]
    for number, step in enumerate(steps, start=1):
        if step == "pool":
            sizes.append(sizes[-1] // 2)
        else:
            sizes.append(sizes[-1] if padding == "same" else sizes[-1] - step[1] + 1)
        if sizes[-1] < 1:
            what = "pool" if step == "pool" else f"convolution {step[1]}x{step[1]}"
            path = " -> ".join(str(max(size, 0)) for size in sizes)
            raise ValueError(
                f"The picture shrinks away: {path} at layer {number} ({what}). Use fewer pooling "
                "layers, smaller filters, or padding='same'."
            )


def _check_shape(input_shape: Shape) -> None:
    is_sequence = isinstance(input_shape, (tuple, list)) and len(input_shape) == 3
    if not is_sequence or not all(_is_count(size) for size in input_shape):
        raise ValueError(
            f"input_shape={input_shape!r}: give height, width and channels, such as (28, 28, 1)."
        )
    if math.prod(map(int, input_shape)) > MOST_WEIGHTS:
        raise ValueError(f"input_shape={input_shape!r} is too large for memory: shrink pictures.")


def _check_weights(what: str, count: int) -> None:
    if count > MOST_WEIGHTS:
        raise ValueError(
            f"{what}: a layer of {count:,} weights is too large for memory. Use fewer filters or "
            f"neurons, or more pooling before the dense layers (at most {MOST_WEIGHTS:,})."
        )


def _check_dropout(dropout: float) -> None:
    if not isinstance(dropout, Real) or not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout!r}: give a share from 0 to below 1.")


def _check_activation(activation: str | None) -> None:
    try:
        keras.activations.get(activation)
    except (ValueError, TypeError):
        raise ValueError(
            f"activation={activation!r}: name one of Keras' activations, such as 'relu', or None."
        ) from None


def _check_models(models: list) -> None:
    strangers = [type(model).__name__ for model in models if not isinstance(model, keras.Model)]
    if strangers or not models:
        found = f"found {strangers[0]}" if strangers else "the list is empty"
        raise ValueError(f"Give trained keras models ({found}); a run's model is `run.model`.")
    for model in models:
        if len(getattr(model, "inputs", ())) != 1 or len(model.outputs) != 1:
            raise ValueError(f"{model.name} needs one known input and output: add a keras.Input.")


def _is_count(value) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and value >= 1


def _positive(what: str, value: int) -> int:
    if not _is_count(value):
        raise ValueError(f"{what}={value!r}: give a whole number of at least 1.")
    return int(value)
