"""A pad to draw digits on, and its picture for pages without one; only `pad` needs anywidget."""

import io
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image, ImageDraw

from cnncourse.backend import keras
from cnncourse.digits import SIDE, like_mnist
from cnncourse.modelchecks import check_fits
from cnncourse.plotting.style import show_picture
from cnncourse.validation import brief

if TYPE_CHECKING:
    from cnncourse.widgets.pad import DigitPad

MOST_NETWORKS = 2
FOUR = [[(150, 40), (70, 170), (220, 170)], [(185, 110), (170, 250)]]  # strokes, for the picture
BARS = ("#2f7fc1", "#c8641b")  # as in pad.css


def draw_digit(model: keras.Model | Mapping[str, keras.Model]) -> "DigitPad":
    """Show a pad to draw a digit on, and live bars of what one or two networks answer.

    Draw with the mouse, a finger or the keyboard. The picture beside the paper is what the networks
    get: cut to the ink, scaled and centred as MNIST's own were. Its arrow keys shift it, comma and
    period turn it, and a key from 0 to 9 keeps it under that label.

    Args:
        model: A network from raw pixels (28, 28, 1) to ten probabilities, or a dictionary with one
            or two of them under the names that the bars shall have.

    Returns:
        The pad; what you kept is in ``pad.pictures``, uint8 (N, 28, 28, 1), and ``pad.labels``, int
        (N,).

    Raises:
        ValueError: If a network does not take such pictures, or has other than ten outputs.
        RuntimeError: If the package anywidget is missing.

    Source: the preparation is described in LeCun, Cortes and Burges, "The MNIST database of
    handwritten digits", 1998.

    Example:
        >>> from cnncourse import models
        >>> pad = draw_digit(models.dense_net((28, 28, 1), [16]))
        >>> pad.pictures.shape, pad.labels.shape
        ((0, 28, 28, 1), (0,))
    """
    networks = model if isinstance(model, Mapping) else {"network": model}
    are_named = all(isinstance(name, str) and name for name in networks)
    if not 1 <= len(networks) <= MOST_NETWORKS or not are_named:
        raise ValueError(
            f"model={brief(model)}: give a network, or a dictionary with one or two of them such "
            "as {'dense': a, 'convolutional': b}."
        )
    for network in networks.values():
        check_fits(network, (SIDE, SIDE, 1), 10, "the pad")
    if find_spec("anywidget") is None:
        raise RuntimeError(
            "The pad needs the package anywidget: install it with `pip install anywidget`, and "
            "restart the kernel."
        )
    from cnncourse.widgets.pad import DigitPad

    return DigitPad(networks)


def picture_of_pad(pad: "DigitPad") -> bytes:
    """Draw what a pad shows, as PNG: a digit on paper, the picture that is made of it, answers."""
    paper = Image.new("L", (10 * SIDE, 10 * SIDE))
    for stroke in FOUR:
        ImageDraw.Draw(paper).line(stroke, 255, 20, "curve")
    digit = like_mnist(np.asarray(paper))
    figure, axes = plt.subplots(1, 3, figsize=(8, 2.9), layout="constrained")
    show_picture(axes[0], np.asarray(paper), "Drawn on the pad")
    show_picture(axes[1], digit, "What the network gets")
    height = 0.8 / len(pad.names)
    for number, (name, answer) in enumerate(zip(pad.names, pad.answers(digit), strict=True)):
        places = np.arange(10) + height * (number + 0.5) - 0.4
        axes[2].barh(places, 100 * np.array(answer), height, color=BARS[number], label=name)
    axes[2].set(title="What it answers", xlabel="probability (%)", ylabel="digit", xlim=(0, 100))
    axes[2].set_yticks(range(10))
    axes[2].invert_yaxis()
    axes[2].legend(fontsize=8)
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=80)
    plt.close(figure)
    return png.getvalue()
