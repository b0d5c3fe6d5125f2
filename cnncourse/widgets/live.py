"""A page whose choice reaches the kernel; only this module needs anywidget."""

from collections.abc import Callable
from pathlib import Path

import anywidget
from traitlets import Unicode


class LivePage(anywidget.AnyWidget):
    """A page of choices that tells the kernel which one was made.

    Where widgets are missing, the page or its text is shown instead.

    Args:
        page: HTML from `page_of`.
        text: The same as plain text.
        on_choice: Called with the text of the choice, each time that one is made.
    """

    _esm = Path(__file__).with_name("choices.js")
    page = Unicode().tag(sync=True)
    choice = Unicode().tag(sync=True)

    def __init__(self, page: str, text: str, on_choice: Callable[[str], None]) -> None:
        self._text = text
        super().__init__(page=page)
        self.observe(lambda change: on_choice(change["new"]), "choice")

    def __repr__(self) -> str:
        return self._text

    def _repr_mimebundle_(self, **options: dict) -> tuple[dict, dict]:
        data, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return data | {"text/plain": self._text, "text/html": self.page}, metadata
