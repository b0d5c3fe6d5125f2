"""Networks that begin with what another network has learned on ImageNet."""

from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from cnncourse import settings
from cnncourse.backend import keras
from cnncourse.datafiles import SOURCES, fetch, path_of
from cnncourse.messages import notice
from cnncourse.modelchecks import check_model
from cnncourse.models.efficientnet import WeightsUnavailable, efficientnet_lite0, load_imagenet
from cnncourse.models.networks import head
from cnncourse.validation import brief, is_one_of, share, whole_number

LITE0 = "EfficientNetLite0"
IMAGENET_CLASSES = 1000
LARGEST = 1024  # pixels: beyond it a batch no longer fits into a laptop's memory


def pretrained(
    name: str = LITE0,
    *,
    size: int = 96,
    classes: int | None = 10,
    dropout: float = 0.2,
    weights: str | None = "imagenet",
) -> keras.Model:
    """Build a network whose body knows ImageNet, with a new head.

    It takes raw pixels of any size, and brings them to ``size`` and into the body's range itself.
    The body, the layer "base", starts frozen; `unfreeze` lets it learn. Every layer is Keras' own,
    so a saved network loads without this package.

    Args:
        name: "EfficientNetLite0", whose weights are installed with the course, or the name of any
            network in ``keras.applications``, such as "VGG16", whose weights are downloaded. In
            reduced mode nothing is downloaded, and the weights of these are random.
        size: Height and width, in pixels from 32 to 1024, at which the body looks at a picture:
            larger is slower, and often better.
        classes: Number of classes of the new head; None keeps ImageNet's own, of 1,000 classes
            (EfficientNetLite0 only).
        dropout: Share of features dropped in training, from 0 to below 1.
        weights: "imagenet", or None for random ones.

    Returns:
        An uncompiled model from raw pixels (batch, height, width, 3) to probabilities.

    Raises:
        ValueError: If an argument makes no network.
        WeightsUnavailable: If the weights are not there and cannot be downloaded.

    Source: Tan and Le, "EfficientNet", arXiv 1905.11946, in its variant Lite0.

    Example:
        >>> model = pretrained("EfficientNetLite0", size=96, classes=10)
        >>> model.output_shape, model.get_layer("base").count_params()
        ((None, 10), 3413024)
    """
    size, dropout = whole_number("size", size, 32, LARGEST), share("dropout", dropout)
    if not is_one_of(weights, ("imagenet", None)):
        raise ValueError(f"weights={brief(weights)}: choose 'imagenet', or None for random ones.")
    is_lite0 = is_one_of(name, (LITE0,))
    if classes is None and not (is_lite0 and weights):
        raise ValueError("classes=None keeps ImageNet's head: only EfficientNetLite0 brings one.")
    if classes is not None:
        whole_number("classes", classes)
    own_head = None
    if is_lite0:
        body = efficientnet_lite0(size)
        own_head = load_imagenet(body) if weights else None
        prepare = keras.layers.Rescaling(1 / 128, offset=-127 / 128, name="preprocess")
    else:
        body, prepare = _application(name, size, weights)
    body.trainable = False

    inputs = keras.Input((None, None, 3))
    x = keras.layers.Resizing(size, size)(prepare(inputs))
    x = keras.layers.GlobalAveragePooling2D(name="features")(body(x))
    if classes is None:
        model = keras.Model(inputs, head(x, (), 0.0, IMAGENET_CLASSES))
        model.layers[-1].set_weights(own_head)
        return model
    x = keras.layers.Dropout(dropout)(x) if dropout else x
    return keras.Model(inputs, head(x, (), 0.0, classes))


def unfreeze(model: keras.Model, last: int | None = None) -> None:
    """Let the body of a pretrained network learn; its batch normalisation stays as it is.

    Compile the model again afterwards: Keras decides while compiling which weights learn. (`train`
    compiles by itself.)

    Args:
        model: A network from `pretrained`; it is changed in place.
        last: How many of the body's last layers may learn; None for all of them.

    Raises:
        ValueError: If the model has no body, or ``last`` is no number of its layers.

    Example:
        >>> model = pretrained(size=32)
        >>> len(model.trainable_weights)
        2
        >>> unfreeze(model, last=3)  # a convolution, its batch normalisation, an activation
        >>> len(model.trainable_weights)
        3
    """
    check_model(model)
    bodies = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    if len(bodies) != 1:
        raise ValueError(
            f"{model.name} has {len(bodies)} bodies to unfreeze: give a model of models.pretrained."
        )
    layers = bodies[0].layers
    count = len(layers) if last is None else whole_number("last", last, 1, len(layers))
    bodies[0].trainable = True
    for number, layer in enumerate(layers):
        # A frozen batch normalisation keeps ImageNet's mean and variance, also in training.
        is_norm = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = number >= len(layers) - count and not is_norm


def split(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Cut a network in two where its convolutions end and its dense layers begin.

    Both parts share their weights with the network: training a part trains the network.

    Args:
        model: A network from `pretrained` or `conv_net`.

    Returns:
        A model from raw pixels to features (batch, features), and one from there to probabilities.

    Raises:
        ValueError: If the model has no layer that turns feature maps into a list of features, or
            if what follows needs more than these features.

    Example:
        >>> from cnncourse.models import conv_net
        >>> body, top = split(conv_net((8, 8, 3), [4, "pool"]))
        >>> body.output_shape, top.output_shape
        ((None, 36), (None, 10))
    """
    check_model(model)
    kinds = (keras.layers.Flatten, keras.layers.GlobalAveragePooling2D)
    cuts = [layer for layer in model.layers if isinstance(layer, kinds)]
    if not cuts:
        raise ValueError(f"{model.name} has no Flatten or GlobalAveragePooling2D to cut it at.")
    features = cuts[-1].output
    try:
        return keras.Model(model.inputs[0], features), keras.Model(features, model.outputs[0])
    except ValueError:  # nothing comes after it, or something passes it by
        raise ValueError(
            f"{model.name} cannot be cut at {cuts[-1].name}: its last layers must follow from that "
            "layer's output alone."
        ) from None


@cache
def imagenet_names() -> tuple[str, ...]:
    """Return the names of ImageNet's 1,000 classes, in the order of the network's answers.

    Returns:
        The first English word that WordNet has for each class.

    Source: Deng et al., "ImageNet: a large-scale hierarchical image database", CVPR 2009.

    Example:
        >>> imagenet_names()[985]
        'daisy'
    """
    return tuple((Path(__file__).parent / "imagenet_names.txt").read_text("utf-8").splitlines())


def _application(name: str, size: int, weights: str | None) -> tuple[keras.Model, keras.Layer]:
    """Return a body of keras.applications, and the layer that brings pixels into its range."""
    modules = [m for m in vars(keras.applications).values() if isinstance(m, ModuleType)]
    families = [
        m for m in modules if isinstance(name, str) and name[:1].isupper() and hasattr(m, name)
    ]
    if not families:
        raise ValueError(
            f"There is no network {brief(name)}: choose {LITE0}, or a name in keras.applications, "
            "such as VGG16, ResNet50, InceptionV3 or MobileNetV2."
        )
    build = getattr(families[0], name)
    options = {"include_top": False, "input_shape": (size, size, 3), "name": "base"}
    try:
        body = build(weights=None, **options)
    except ValueError as error:  # Keras names the smallest size
        raise ValueError(f"{name} cannot look at size={size}: {error}") from None
    if weights and settings.reduced():
        why = "Reduced mode downloads nothing, so this network knows nothing of ImageNet."
        notice(f"{name} starts from random weights", why)
    elif weights and name in SOURCES:
        body.load_weights(_fetched(name))
    elif weights:
        try:
            body = build(weights="imagenet", **options)
        except Exception as error:  # Keras raises a plain Exception when a download fails
            raise _unavailable(name, error, "~/.keras/models, Keras' own folder") from None
    return body, _preprocessing(families[0].preprocess_input)


def _fetched(name: str) -> Path:
    try:
        return fetch(name, settings.data_folder())
    except (OSError, ValueError) as error:
        # The data folder goes without its path: lessons are published with their messages.
        where = "the data folder, ~/.cache/cnncourse or what CNNCOURSE_DATA names"
        raise _unavailable(name, error, where) from None


def _unavailable(name: str, error: Exception, where: str) -> WeightsUnavailable:
    file = path_of(name, Path()).name if name in SOURCES else "the file that Keras names"
    return WeightsUnavailable(
        f"{name}'s ImageNet weights could not be had: {str(error).rstrip('.')}. To mend it: (1) "
        f"try again when the network is back; (2) copy {file} from someone who has it into "
        f"{where}; or (3) take {LITE0}, which needs no network."
    )


def _preprocessing(preprocess_input) -> keras.Layer:
    """Return a family's own preprocessing as a layer of Keras that a file can hold.

    It shifts, scales and reorders the three colours: a convolution of 1x1 pixels does the same.
    """
    black = preprocess_input(np.zeros((1, 1, 1, 3), np.float32))[0, 0, 0]
    colours = preprocess_input(255 * np.eye(3, dtype=np.float32)[:, None, None])[:, 0, 0]
    layer = keras.layers.Conv2D(3, 1, trainable=False, name="preprocess")
    layer.build((None, None, None, 3))
    layer.set_weights([((colours - black) / 255)[None, None], black])
    return layer
