"""Networks that begin with what another network has learned on ImageNet."""

from collections.abc import Sequence

from cnncourse import settings
from cnncourse.backend import keras
from cnncourse.datafiles import fetch, path_of
from cnncourse.layers import FixedBatchNormalization
from cnncourse.messages import notice
from cnncourse.modelchecks import check_model
from cnncourse.models.networks import head
from cnncourse.validation import Shape, brief, check_shape, is_one_of, share

# For each network its family, a module of keras.applications, and the smallest side it takes.
BASES = {"VGG16": ("vgg16", 32), "ResNet50": ("resnet50", 32), "InceptionV3": ("inception_v3", 75)}


class WeightsUnavailable(OSError):
    """The ImageNet weights are neither in the data folder nor on the network."""


def transfer_net(
    name: str,
    input_shape: Shape,
    *,
    weights: str | None = "imagenet",
    dense: Sequence[int] = (128, 64),
    dropout: float = 0.2,
    classes: int = 10,
) -> keras.Model:
    """Build a network whose convolutions know ImageNet, with new dense layers on top.

    The convolutions, the layer "base", start frozen: ``model.get_layer("base").trainable = True``
    lets them learn. Their weights are read from the data folder, where they are downloaded to if
    need be. In reduced mode they are random.

    Args:
        name: "VGG16", "ResNet50" or "InceptionV3".
        input_shape: Height, width and channels of a picture. Pictures that are too small for the
            base are enlarged.
        weights: "imagenet", or None for random ones.
        dense: Neurons of each dense layer between the averaged features and the answer.
        dropout: Share of outputs dropped after each of these layers, from 0 to below 1.
        classes: Number of classes.

    Returns:
        An uncompiled model from raw pixels (batch, height, width, channels) to probabilities.

    Raises:
        ValueError: If an argument makes no network.
        WeightsUnavailable: If the weights are not there and cannot be downloaded.

    Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image
    recognition", arXiv 1409.1556; He et al., arXiv 1512.03385; Szegedy et al., arXiv 1512.00567.

    Example:
        >>> net = transfer_net("VGG16", (32, 32, 3), weights=None)
        >>> net.get_layer("base").count_params(), net.output_shape
        (14714688, (None, 10))
    """
    if not is_one_of(name, BASES):
        raise ValueError(f"There is no base {brief(name)}: choose from {', '.join(BASES)}.")
    check_shape(input_shape)
    dropout = share("dropout", dropout)
    if not is_one_of(weights, ("imagenet", None)):
        raise ValueError(f"weights={brief(weights)}: choose 'imagenet', or None for random ones.")
    if input_shape[2] != 3:
        raise ValueError(
            f"input_shape={tuple(input_shape)}: {name} takes colour pictures; repeat a grey one's "
            "channel with np.repeat(x, 3, axis=-1)."
        )
    family, smallest = BASES[name]
    height, width = (max(int(side), smallest) for side in input_shape[:2])
    build = getattr(keras.applications, name)
    base = build(include_top=False, weights=None, input_shape=(height, width, 3), name="base")
    base = keras.models.clone_model(base, clone_function=_with_fixed_statistics)
    if weights is not None:
        _load_imagenet(base, name)
    base.trainable = False

    inputs = keras.Input(tuple(map(int, input_shape)))
    x = PreprocessInput(family)(inputs)
    if x.shape[1:3] != (height, width):
        x = keras.layers.Resizing(height, width)(x)
    x = keras.layers.GlobalAveragePooling2D()(base(x))
    return keras.Model(inputs, head(x, dense, dropout, classes))


def split(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Cut a network in two where its convolutions end and its dense layers begin.

    Both parts share their weights with the network: training a part trains the network.

    Args:
        model: A network from `transfer_net` or `conv_net`.

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


@keras.saving.register_keras_serializable(package="cnncourse")
class PreprocessInput(keras.layers.Layer):
    """Bring raw pixels into the range that a family of keras.applications was trained on.

    The family's own ``preprocess_input`` does it, which would write over a float32 array; the layer
    never changes what it is given.

    Args:
        family: Name of a module of keras.applications, such as "vgg16".

    Example:
        >>> PreprocessInput("inception_v3")(keras.ops.full((1, 1, 1, 3), 255))[0, 0, 0].numpy()
        array([1., 1., 1.], dtype=float32)
    """

    def __init__(self, family: str, **kwargs) -> None:
        super().__init__(**kwargs)
        self.family = family

    def call(self, images):
        """Return float32 pictures in the family's range and order of colours."""
        preprocess = getattr(keras.applications, self.family).preprocess_input
        return preprocess(keras.ops.cast(images, self.compute_dtype))

    def get_config(self) -> dict:
        """Return what the constructor needs to make this layer again."""
        return {**super().get_config(), "family": self.family}


def _with_fixed_statistics(layer: keras.layers.Layer) -> keras.layers.Layer:
    """Copy a layer; batch normalisation keeps ImageNet's statistics in fine-tuning."""
    is_norm = isinstance(layer, keras.layers.BatchNormalization)
    return (FixedBatchNormalization if is_norm else type(layer)).from_config(layer.get_config())


def _load_imagenet(base: keras.Model, name: str) -> None:
    if settings.reduced():
        why = "Reduced mode downloads nothing, so this network knows nothing of ImageNet."
        return notice(f"{name} starts from random weights", why)
    path = path_of(name, settings.data_folder())
    try:
        base.load_weights(fetch(name, path.parent))
    except (OSError, ValueError) as error:
        # The data folder goes without its path: lessons are published with their messages.
        raise WeightsUnavailable(
            f"{name}'s ImageNet weights could not be had: {str(error).rstrip('.')}. To mend it: "
            f"(1) try again when the network is back; or (2) copy {path.name} from someone "
            "who has it into the data folder, ~/.cache/cnncourse or what CNNCOURSE_DATA names."
        ) from None
