"""Drop a picture in, and see what a network takes it for."""

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
from cnncourse.modelchecks import check_answers, check_model
from cnncourse.picturefiles import PathLike
from cnncourse.plotting import plot_answer
from cnncourse.validation import as_list, brief, whole_number

TOP = 3
TEXT = "A field to drop pictures on; open it in JupyterLab."


class PictureDrop(anywidget.AnyWidget):
    """A field for pictures, the network that is asked, and its last answer.

    Attributes:
        image: The last picture as the network got it, uint8 (height, width, channels).
        probabilities: What it answered, float (classes,).
    """

    _esm = Path(__file__).with_name("drop.js")
    _css = Path(__file__).with_name("drop.css")
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
            self._tell(Path(path), top=top)

    def _tell(self, path: Path, **found: Any) -> None:
        """Let the browser show an answer; numbered, as the same one may come twice."""
        self.answer = {"number": self.answer.get("number", 0) + 1, "file": path.name, **found}

    def _receive(self, _: Any, content: dict, buffers: Sequence) -> None:
        """Answer what was dropped in the browser."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, Path(content["file"]).name or "picture")
            path.write_bytes(bytes(buffers[0]))
            try:
                self.ask(path)
            except Exception as error:  # whatever is in the file, the browser is told
                why = str(error).replace(f"{folder}/", "")
                self._tell(path, error=why)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        """Return the field for a notebook, and a picture for whatever shows no widget."""
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        figure, png = plot_answer(self.image, self.probabilities, class_names=self._names), None
        with io.BytesIO() as file:
            figure.savefig(file, format="png", dpi=80)
            png = file.getvalue()
        plt.close(figure)
        return {**data, "text/plain": TEXT, "image/png": png}, metadata


def drop_picture(
    model: keras.Model, class_names: Sequence[str], example: PathLike, *, size: int | None = None
) -> PictureDrop:
    """Show a field to drop pictures on, and what a network takes each of them for.

    Drop a file on it, or click it to choose one. The picture beside the bars is what the network
    gets: its middle, shrunk. Nothing leaves your machine.

    Args:
        model: A network from raw pixels to probabilities.
        class_names: Name of each class.
        example: A picture file that is shown at first.
        size: Height and width in pixels; the network's own if None.

    Returns:
        The field: ``.image`` and ``.probabilities`` are the last picture and the answer to it.

    Raises:
        ValueError: If the network does not fit, or the example cannot be read.

    Example:
        >>> from cnncourse import models
        >>> from matplotlib import cbook
        >>> portrait = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
        >>> net = models.dense_net((32, 32, 3), [8], classes=2)
        >>> drop_picture(net, ["cat", "dog"], portrait).probabilities.shape
        (2,)
    """
    check_model(model)
    names = as_list("class_names", class_names)
    if model.output_shape[1:] != (len(names),) or not all(isinstance(name, str) for name in names):
        raise ValueError(
            f"class_names={brief(class_names)}: give a name for each of the network's "
            f"{model.output_shape[-1]} classes."
        )
    own = model.input_shape[1] or 96  # None takes any size
    size = whole_number("size", own if size is None else size)
    check_answers(model, (size, size, model.input_shape[-1]))
    return PictureDrop(model, names, size, example)
