"""The widget of `touch_convolution`: its part in the kernel; only this module needs anywidget."""

from io import BytesIO
from typing import Any

import anywidget
import matplotlib.pyplot as plt
import traitlets

from cnncourse.plotting import plot_convolution
from cnncourse.widgets.scripts import HERE, joined

TEXT = "A convolution to touch; open it in JupyterLab."
SCRIPT = joined("arithmetic.js", "elements.js", "convolution.js")


class TouchConvolution(anywidget.AnyWidget):
    """A convolution to touch; all that it does happens in the browser.

    Args:
        options: Of the page: picture, kernel, stride and padding.
        figure: The arguments of `plot_convolution` for where nothing can be touched.
    """

    _esm = SCRIPT
    _css = HERE / "convolution.css"
    options = traitlets.Dict().tag(sync=True)

    def __init__(self, options: dict[str, Any], figure: dict[str, Any]) -> None:
        super().__init__(options=options)
        self._figure = figure

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict]:
        """Return the widget for a notebook, and a figure for whatever shows no widget."""
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        figure, file = plot_convolution(**self._figure), BytesIO()
        figure.savefig(file, format="png", dpi=100)
        plt.close(figure)  # else the notebook shows it once more
        return {**data, "text/plain": TEXT, "image/png": file.getvalue()}, metadata
