"""The drawing pad of `draw_digit`: what its part in the kernel does."""

from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import numpy as np
import traitlets

from cnncourse.backend import keras, tf
from cnncourse.digits import SIDE
from cnncourse.widgets.drawing import picture_of_pad
from cnncourse.widgets.scripts import HERE, joined

SCRIPT = joined("digits.js", "make.js", "parts.js", "pad.js")


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
        return {**data, "text/plain": text, "image/png": picture_of_pad(self)}, metadata


def _answering(network: keras.Model):
    return lambda pictures: network(pictures, training=False)
