"""Draw a digit, and see what one or two networks answer while you draw."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

from cnncourse.backend import keras, tf
from cnncourse.digits import SIDE, like_mnist
from cnncourse.modelchecks import check_fits
from cnncourse.plotting.style import show_picture
from cnncourse.validation import brief

MOST_NETWORKS = 2
FOUR = [[(150, 40), (70, 170), (220, 170)], [(185, 110), (170, 250)]]  # strokes, for the picture
BARS = ("#2f7fc1", "#c8641b")  # as in pad.css
HERE = Path(__file__).parent
# A widget is one module: the two that a page imports, without the import between them.
SCRIPT = "\n".join(
    line
    for name in ("digits.js", "pad.js")
    for line in (HERE / name).read_text(encoding="utf-8").splitlines()
    if not line.startswith("import ")
)


class DigitPad(anywidget.AnyWidget):
    """A drawing pad, its networks, and the digits that were kept.

    Attributes:
        names: Of the networks.
        networks: Networks from raw pixels (28, 28, 1) to ten probabilities.
    """

    _esm = SCRIPT
    _css = HERE / "pad.css"
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    kept = traitlets.Bytes().tag(sync=True)  # pictures one after the other
    kept_labels = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, networks: Mapping[str, keras.Model]) -> None:
        super().__init__(names=list(networks))
        self.networks = dict(networks)
        # Compiled, an answer takes about a millisecond; called directly, a network takes ten.
        self._answer = [tf.function(_answering(network)) for network in networks.values()]
        self.answers(np.zeros((SIDE, SIDE)))  # compiles them now rather than at the first stroke
        self.on_msg(self._receive)

    @property
    def pictures(self) -> np.ndarray:
        """The kept digits as the network got them, uint8 (N, 28, 28, 1)."""
        return np.frombuffer(self.kept, np.uint8).reshape(-1, SIDE, SIDE, 1)

    @property
    def labels(self) -> np.ndarray:
        """The labels that the kept digits were given, int (N,)."""
        return np.array(self.kept_labels, int)

    def answers(self, picture: np.ndarray) -> list[list[float]]:
        """Return ten probabilities of each network for a picture of 28 x 28 raw pixels."""
        batch = tf.constant(np.reshape(picture, (1, SIDE, SIDE, 1)), tf.float32)
        return [np.asarray(answer(batch))[0].tolist() for answer in self._answer]

    def _receive(self, _: Any, content: dict, buffers: Sequence) -> None:
        """Answer what the browser asks."""
        if content["kind"] == "question":
            found = self.answers(np.frombuffer(buffers[0], np.uint8))
            self.send({"question": content["question"], "answers": found})
        elif content["kind"] == "keep":
            self._set(self.kept + bytes(buffers[0]), [*self.kept_labels, content["label"]])
        else:
            self._set(self.kept[: -SIDE * SIDE], self.kept_labels[:-1])

    def _set(self, kept: bytes, labels: list[int]) -> None:
        with self.hold_sync():
            self.kept, self.kept_labels = kept, labels

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        """Return the pad for a notebook, and its picture for whatever shows no widget."""
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        text = f"A pad to draw digits on, with {', '.join(self.names)}; open it in JupyterLab."
        figure, png = _picture(self), io.BytesIO()
        figure.savefig(png, format="png", dpi=80)
        plt.close(figure)
        return {**data, "text/plain": text, "image/png": png.getvalue()}, metadata


def draw_digit(model: keras.Model | Mapping[str, keras.Model]) -> DigitPad:
    """Show a pad to draw a digit on, and live bars of what one or two networks answer.

    Draw with the mouse, a finger or the keyboard. The picture beside the paper is what the networks
    get: cut to the ink, scaled and centred as MNIST's own were. Its arrow keys shift it, comma and
    period turn it, and a key from 0 to 9 keeps it under that label.

    Args:
        model: A network from raw pixels (28, 28, 1) to ten probabilities, or a dictionary with one
            or two of them under the names that the bars shall have.

    Returns:
        The pad: ``pad.pictures``, uint8 (N, 28, 28, 1), and ``pad.labels``, int (N,), are the digits
        that you kept.

    Raises:
        ValueError: If a network does not take such pictures, or has other than ten outputs.

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
    return DigitPad(networks)


def _answering(network: keras.Model):
    return lambda pictures: network(pictures, training=False)


def _picture(pad: DigitPad) -> Figure:
    """Draw what the pad shows: a digit on paper, the network's picture of it, and the answers."""
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
    return figure
