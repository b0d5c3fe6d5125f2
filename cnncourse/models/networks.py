"""Networks of dense and convolutional layers, described by a list."""

from collections.abc import Sequence

from cnncourse import validation
from cnncourse.backend import keras
from cnncourse.layers import FusedBatchNormalization
from cnncourse.modelchecks import check_activation


def dense_net(
    input_shape: validation.Shape, units: Sequence[int], *, dropout: float = 0.0, classes: int = 10
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
    validation.check_shape(input_shape)
    inputs, x = _rescaled(input_shape)
    x = keras.layers.Flatten()(x)
    dropout = validation.share("dropout", dropout)
    return keras.Model(inputs, head(x, units, dropout, classes))


def conv_net(
    input_shape: validation.Shape,
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
    validation.check_shape(input_shape)
    dropout = validation.share("dropout", dropout)
    if not validation.is_one_of(padding, ("valid", "same")):
        raise ValueError(f"padding={validation.brief(padding)}: choose 'valid' or 'same'.")
    check_activation(activation)
    batch_norm = validation.true_or_false("batch_norm", batch_norm)
    steps = [_step(layer, kernel) for layer in validation.as_list("layers", layers)]
    _check_sizes(input_shape, steps, padding)
    inputs, x = _rescaled(input_shape)
    for step in steps:
        if step is None:
            x = keras.layers.MaxPooling2D()(x)
            x = keras.layers.Dropout(dropout)(x) if dropout else x
            continue
        validation.check_weights(f"filters, kernel={step}", step[1] ** 2 * x.shape[-1] * step[0])
        if batch_norm:
            x = keras.layers.Conv2D(*step, padding=padding, use_bias=False)(x)
            x = FusedBatchNormalization(momentum=0.9)(x)
            x = keras.layers.Activation(activation)(x)
        else:
            x = keras.layers.Conv2D(*step, padding=padding, activation=activation)(x)
    x = keras.layers.Flatten()(x)
    return keras.Model(inputs, head(x, dense, dropout, classes))


def head(x, units: Sequence[int], dropout: float, classes: int):
    """Return the probabilities that dense layers make of a tensor of features."""
    for count in validation.whole_numbers("dense units", units):
        x = _dense(x, "dense units", count, "relu")
        x = keras.layers.Dropout(dropout)(x) if dropout else x
    return _dense(x, "classes", validation.whole_number("classes", classes), "softmax")


def _dense(x, what: str, count: int, activation: str):
    validation.check_weights(f"{what}={count}", x.shape[-1] * count)
    return keras.layers.Dense(count, activation=activation)(x)


def _rescaled(input_shape: validation.Shape) -> tuple:
    inputs = keras.Input(tuple(map(int, input_shape)))
    return inputs, keras.layers.Rescaling(1 / 255)(inputs)


def _step(layer: int | tuple[int, int] | str, kernel: int) -> tuple[int, int] | None:
    """Return a convolution's filters and kernel, or None for a pooling."""
    if isinstance(layer, str):
        if layer == "pool":
            return None
        raise ValueError(
            f"Unknown layer {validation.brief(layer)}: write a number of filters, or 'pool'."
        )
    filters, size = layer if isinstance(layer, tuple) and len(layer) == 2 else (layer, kernel)
    return validation.whole_number("filters", filters), validation.whole_number("kernel", size)


def _check_sizes(input_shape: validation.Shape, steps: list, padding: str) -> None:
    """Follow the picture's smaller side through the layers and refuse to let it vanish."""
    sizes = [min(input_shape[:2])]
    for number, step in enumerate(steps, start=1):
        if step is None:
            sizes.append(sizes[-1] // 2)
        else:
            sizes.append(sizes[-1] if padding == "same" else sizes[-1] - step[1] + 1)
        if sizes[-1] < 1:
            what = f"convolution {step[1]}x{step[1]}" if step else "pool"
            path = " -> ".join(str(max(size, 0)) for size in sizes)
            raise ValueError(
                f"The picture shrinks away: {path} at layer {number} ({what}). Use fewer pooling "
                "layers, smaller filters, or padding='same'."
            )
