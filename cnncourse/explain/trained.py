"""What a trained network sees: feature maps, occlusion and Grad-CAM, with the control for them."""

import numpy as np

from cnncourse.backend import fixed_seed, keras, tf
from cnncourse.modelchecks import check_input, check_model
from cnncourse.validation import as_array, check_labels, check_seed, whole_number


def feature_maps(model: keras.Model, images: np.ndarray) -> dict[str, np.ndarray]:
    """Return what every convolution and every pooling layer of a model puts out.

    Args:
        model: A model on pictures.
        images: Pictures (N, height, width, channels).

    Returns:
        For each layer's name its outputs, float32 (N, height, width, filters), in order.

    Raises:
        ValueError: If the model has no such layer, or the pictures do not fit.

    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks",
    arXiv 1311.2901.

    Example:
        >>> from cnncourse import models
        >>> maps = feature_maps(models.conv_net((8, 8, 1), [4, "pool"]), np.zeros((2, 8, 8, 1)))
        >>> [values.shape for values in maps.values()]
        [(2, 6, 6, 4), (2, 3, 3, 4)]
    """
    images = check_input(model, images)
    layers = _layers(model, keras.layers.Conv2D, keras.layers.MaxPooling2D)
    probe = keras.Model(model.inputs, [_activated(model, layer).output for layer in layers])
    outputs = probe.predict(images, verbose=0)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return {layer.name: values for layer, values in zip(layers, outputs, strict=True)}


def occlusion(
    model: keras.Model, image: np.ndarray, label: int, *, size: int = 7, stride: int = 2
) -> np.ndarray:
    """Cover one square of a picture after the other and watch the probability of a class.

    Args:
        model: A trained model on pictures.
        image: One picture (height, width, channels).
        label: The class to watch.
        size: Side of the grey square in pixels.
        stride: Pixels from one position to the next, at most `size`.

    Returns:
        How far the probability falls when a pixel is covered, float64 (height, width): the mean
        over the squares that cover it.

    Raises:
        ValueError: If the picture does not fit the model, or an argument is out of its range.

    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks",
    arXiv 1311.2901, section 4.2.

    Example:
        >>> from cnncourse import models
        >>> net = models.conv_net((8, 8, 1), [2])
        >>> occlusion(net, np.zeros((8, 8, 1)), 3, size=4).shape
        (8, 8)
    """
    image = as_array("image", image, "one picture (height, width, channels)")
    check_input(model, image[None])
    label = whole_number("label", label, 0, _classes(model) - 1)
    height, width = image.shape[:2]
    size = whole_number("size", size, 1, min(height, width))
    stride = whole_number("stride", stride, 1, size)  # so that every pixel is covered
    # The last square of a row or column ends at the edge, whatever the stride.
    tops, lefts = ([*range(0, length - size, stride), length - size] for length in (height, width))
    squares = [np.s_[top : top + size, left : left + size] for top in tops for left in lefts]
    covered = np.repeat(image[None], len(squares) + 1, axis=0)  # the first one stays as it is
    for picture, square in zip(covered[1:], squares, strict=True):
        picture[square] = 128
    probability = model.predict(covered, batch_size=256, verbose=0)[:, label].astype(np.float64)
    total, count = np.zeros((height, width)), np.zeros((height, width))
    for fall, square in zip(probability[0] - probability[1:], squares, strict=True):
        total[square] += fall
        count[square] += 1
    return total / count


def grad_cam(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Show where the last convolution found what speaks for a class.

    Its feature maps are averaged, each weighted by how much the class score grows with it.

    Args:
        model: A trained model with convolutions.
        images: Pictures (N, height, width, channels).
        labels: The class to explain for each picture, integers (N,).

    Returns:
        Heat maps from 0 to 1, float32 (N, height, width).

    Raises:
        ValueError: If the model has no convolution, or the arguments do not fit together.

    Source: Selvaraju et al., "Grad-CAM", arXiv 1610.02391.

    Example:
        >>> from cnncourse import models
        >>> net = models.conv_net((8, 8, 1), [4])
        >>> grad_cam(net, np.full((2, 8, 8, 1), 255), np.array([1, 2])).shape
        (2, 8, 8)
    """
    images = check_input(model, images)
    labels = as_array("labels", labels, "one for each picture")
    check_labels("labels", labels, _classes(model))
    if len(labels) != len(images):
        raise ValueError(f"labels has the shape {labels.shape} for {len(images)} pictures.")
    last = _activated(model, _layers(model, keras.layers.Conv2D)[-1])
    probe = keras.Model(model.inputs, [last.output, _scores(model)])
    pictures = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        maps, scores = probe(pictures, training=False)
        score = tf.gather(scores, labels.astype(np.int64), axis=1, batch_dims=1)
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1, keepdims=True))
    heat = tf.image.resize(heat, images.shape[1:3])[..., 0].numpy()
    top = heat.max(axis=(1, 2), keepdims=True)
    return np.divide(heat, top, out=np.zeros_like(heat), where=top > 0)


def with_random_weights(model: keras.Model, *, seed: int = 0) -> keras.Model:
    """Return an untrained copy: an explanation that looks alike for it explains nothing.

    Args:
        model: Any model.
        seed: Seed of the new weights; the random states of the kernel stay as they are.

    Returns:
        A model of the same architecture with fresh weights.

    Raises:
        ValueError: If this is not a model.

    Source: Adebayo et al., "Sanity checks for saliency maps", arXiv 1810.03292.

    Example:
        >>> from cnncourse import models
        >>> with_random_weights(models.conv_net((8, 8, 1), [4])).count_params()
        1490
    """
    check_model(model)
    with fixed_seed(check_seed(seed)):
        return keras.models.clone_model(model)


def _layers(model: keras.Model, *kinds: type[keras.layers.Layer]) -> list[keras.layers.Layer]:
    """Return a model's layers of some kinds, or refuse a model that has none."""
    found = [layer for layer in model.layers if isinstance(layer, kinds)]
    if not found:
        raise ValueError(f"{model.name} has no convolution: take a network from conv_net.")
    return found


def _activated(model: keras.Model, layer: keras.layers.Layer) -> keras.layers.Layer:
    """Return the activation that follows a convolution, past its batch normalisation."""
    if isinstance(layer, keras.layers.Conv2D):
        passed = (keras.layers.BatchNormalization, keras.layers.Activation, keras.layers.ReLU)
        for following in model.layers[model.layers.index(layer) + 1 :]:
            if not isinstance(following, passed):
                break
            layer = following
    return layer


def _scores(model: keras.Model):
    """Return the class scores before the softmax, whose gradient vanishes for confident models."""
    last = model.layers[-1]
    if isinstance(last, keras.layers.Dense) and last.activation is keras.activations.softmax:
        scores = keras.ops.matmul(last.input, last.kernel)
        return scores + last.bias if last.use_bias else scores
    return keras.ops.log(model.outputs[0] + 1e-12)


def _classes(model: keras.Model) -> int:
    if len(model.output_shape) != 2:
        raise ValueError(f"{model.name} gives {model.output_shape}, not a number for each class.")
    return model.output_shape[-1]
