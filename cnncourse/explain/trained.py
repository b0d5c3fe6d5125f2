"""What a trained network sees: feature maps, occlusion and Grad-CAM, with the control for them."""

import numpy as np

from cnncourse.backend import fixed_seed, keras, tf
from cnncourse.explain.inside import CONVOLUTIONS, POOLINGS, Inside, averaged
from cnncourse.modelchecks import check_input, check_model
from cnncourse.validation import as_array, check_labels, check_seed, whole_number


def feature_maps(model: keras.Model, images: np.ndarray) -> dict[str, np.ndarray]:
    """Return what every convolution and every pooling layer of a model puts out.

    Args:
        model: A model on pictures. Of a committee you get every member's maps, of averaged views
            those of the network that looks at them.
        images: Pictures (N, height, width, channels).

    Returns:
        For each layer's name its outputs, float32 (N, height, width, filters), in order. A layer of
        a network inside the model has the inner network's name before it: "base/block1_conv1".

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
    members = {id(member): member for member, _ in averaged(model)}
    if len(members) == 1:
        return feature_maps(next(iter(members.values())), images)
    if members:
        return {
            f"{member.name}/{name}": maps
            for member in members.values()
            for name, maps in feature_maps(member, images).items()
        }
    inside = Inside(model)
    steps = inside.layers(*CONVOLUTIONS, *POOLINGS)
    outputs = inside.probe(*map(inside.activated, steps)).predict(images, verbose=0)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return {step.name: maps for step, maps in zip(steps, outputs, strict=True)}


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

    Its feature maps are averaged, each weighted by how much the class score grows with it. Where
    the last branches of a network come together, it is their common maps. A committee's heat map is
    the mean of its members', and that of averaged views the mean of the views', moved back.

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
    return _heat(model, images, labels.astype(np.int64))


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


def _heat(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the heat maps of a model, or the mean of those that it averages."""
    parts = averaged(model)
    if not parts:
        return _heat_of_one(model, images, labels)
    total, count = np.zeros(images.shape[:3], np.float32), np.zeros(images.shape[1:3])
    for member in {id(member): member for member, _ in parts}.values():
        views = [view for other, view in parts if other is member]
        shown = [np.asarray(view(tf.cast(images, tf.float32))) for view in views]
        heats = _heat(member, np.concatenate(shown), np.tile(labels, len(views)))
        for view, heat in zip(views, np.split(heats, len(views)), strict=True):
            places = _places(view, images.shape)
            sums = np.stack([np.bincount(places, one.ravel(), total[0].size) for one in heat])
            times = np.bincount(places, minlength=total[0].size)
            total += (sums / np.maximum(times, 1)).reshape(total.shape)
            count += (times > 0).reshape(count.shape)
    return total / np.maximum(count, 1).astype(np.float32)


def _places(view: keras.Model, shape: tuple[int, ...]) -> np.ndarray:
    """Return where in the picture each pixel of a view comes from, as a number from 0 on."""
    numbers = np.arange(shape[1] * shape[2], dtype=np.float32)
    picture = np.broadcast_to(numbers.reshape(1, *shape[1:3], 1), (1, *shape[1:]))
    first, second = np.asarray(view(np.concatenate([picture, picture + 1])))[..., 0]
    only_moves = first.size == numbers.size and np.array_equal(first + 1, second)
    return (first if only_moves else numbers).astype(int).ravel()


def _heat_of_one(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the heat maps of a model that averages nothing."""
    inside = Inside(model)
    probe = inside.probe(inside.last_maps(), inside.scores())
    pictures = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        maps, scores = probe(pictures, training=False)
        score = tf.gather(scores, labels, axis=1, batch_dims=1)
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1, keepdims=True))
    heat = tf.image.resize(heat, images.shape[1:3])[..., 0].numpy()
    top = heat.max(axis=(1, 2), keepdims=True)
    return np.divide(heat, top, out=np.zeros_like(heat), where=top > 0)


def _classes(model: keras.Model) -> int:
    if len(model.output_shape) != 2:
        raise ValueError(f"{model.name} gives {model.output_shape}, not a number for each class.")
    return model.output_shape[-1]
