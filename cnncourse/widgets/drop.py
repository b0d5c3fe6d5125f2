"""The field of `drop_picture`: what its part in the kernel does."""

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from PIL import Image

from cnncourse.backend import keras
from cnncourse.data import read_pictures
from cnncourse.picturefiles import PathLike
from cnncourse.plotting import plot_answer
from cnncourse.widgets.scripts import HERE, joined

TOP = 3
TEXT = "A field to drop pictures on; open it in JupyterLab."


class PictureDrop(anywidget.AnyWidget):
    """A field for pictures, the network that is asked, and its last answer.

    Attributes:
        image: The last picture as the network got it, uint8 (height, width, channels).
        probabilities: What the network answered, float (classes,).
    """

    _esm = joined("make.js", "drop.js")
    _css = HERE / "drop.css"
    answer = traitlets.Dict().tag(sync=True)  # what the browser shows
    picture = traitlets.Bytes().tag(sync=True)  # of it, as a PNG file

    def __init__(self, model: keras.Model, names: list[str], size: int, example: PathLike) -> None:
        super().__init__()
        self._model, self._names, self._size = model, names, size
        self.ask(example)
        self.on_msg(self._receive)

    def ask(self, path: PathLike) -> None:
        """Show a picture file and the network's answer to it."""
        grey = self._model.input_shape[-1] == 1
        (self.image,) = read_pictures(path, self._size, grey=grey)
        self.probabilities = np.asarray(self._model(self.image[None], training=False))[0]
        best = np.argsort(-self.probabilities, kind="stable")[:TOP]
        file = io.BytesIO()
        Image.fromarray(self.image.squeeze()).save(file, "PNG")
        with self.hold_sync():
            self.picture = file.getvalue()
            top = [[self._names[i], float(self.probabilities[i])] for i in best]
            self._tell(Path(path).name, top=top)

    def _receive(self, _: Any, content: dict, buffers: Sequence) -> None:
        """Answer what was dropped in the browser."""
        name = Path(content["file"]).name or "picture"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"picture{Path(name).suffix}")  # any name can be dropped
            path.write_bytes(bytes(buffers[0]))
            try:
                self.ask(path)
                self._tell(name, top=self.answer["top"])
            except Exception as error:  # whatever is in the file, the browser is told
                self._tell(name, error=str(error).replace(repr(str(path)), name))

    def _tell(self, name: str, **found: Any) -> None:
        """Let the browser show an answer; numbered, as the same one may come twice."""
        self.answer = {"number": self.answer.get("number", 0) + 1, "file": name, **found}

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        """Return the field for a notebook, and a picture for whatever shows no widget."""
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        figure, png = (
            plot_answer(self.image, self.probabilities, class_names=self._names),
            io.BytesIO(),
        )
        figure.savefig(png, format="png", dpi=80)
        plt.close(figure)
        return {**data, "text/plain": TEXT, "image/png": png.getvalue()}, metadata
