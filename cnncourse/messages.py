"""Messages to the student: a box that cannot be overlooked, and one line of progress."""

import contextlib
import html
import re
import sys
import textwrap
import time
from collections.abc import Iterator


def in_notebook() -> bool:
    """Say whether the code runs in a Jupyter kernel, which shows rich output."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def notice(title: str, *paragraphs: str) -> None:
    """Show a message in a box: HTML in a notebook, plain text elsewhere.

    Args:
        title: What the message is about, in a few words.
        *paragraphs: What happened and what to do about it.

    Example:
        >>> notice("No network", "Using samples.")
        +--- No network
        | Using samples.
        +---
    """
    # Paths are to be copied, so they are not broken.
    wrapper = textwrap.TextWrapper(88, break_long_words=False, break_on_hyphens=False)
    lines = [line for text in paragraphs for line in wrapper.wrap(text)]
    plain = "\n".join([f"+--- {title}", *(f"| {line}" for line in lines), "+---"])
    if not in_notebook():
        print(plain)
        return
    from IPython.display import display

    display({"text/plain": plain, "text/html": box(title, *paragraphs)}, raw=True)


def box(title: str, *paragraphs: str, color: str = "#d55e00") -> str:
    """Return a message as an HTML box that reads well in a light and in a dark theme.

    Args:
        title: What the message is about, in a few words.
        *paragraphs: The message; backticks around a word mark code.
        color: Of the border; the text has the page's own colour.

    Returns:
        An HTML element; what the texts hold is escaped.

    Example:
        >>> "<code>1 &lt; 2</code>" in box("Compare", "It holds that `1 < 2`.")
        True
    """
    body = "".join(f"<p style='margin:.3em 0'>{marked(text)}</p>" for text in paragraphs)
    return (
        f"<div style='border:1px solid {color};border-left-width:8px;padding:.4em 1em;"
        f"max-width:46em'><b>{html.escape(title)}</b>{body}</div>"
    )


def marked(text: str) -> str:
    """Return text as HTML; backticks around a word mark code.

    Example:
        >>> marked("`a` < b")
        '<code>a</code> &lt; b'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


_silent = False


@contextlib.contextmanager
def silent_progress() -> Iterator[None]:
    """Show no status lines within a ``with`` block.

    Example:
        >>> with silent_progress():
        ...     StatusLine().close("nobody sees this")
    """
    global _silent
    before, _silent = _silent, True
    try:
        yield
    finally:
        _silent = before


class StatusLine:
    """One line of text that is replaced in place and ends as one plain line.

    Example:
        >>> line = StatusLine()
        >>> line.update("epoch 1")  # shown in a notebook or a terminal only
        >>> line.close("done")
        done
    """

    def __init__(self, seconds_between: float = 0.2) -> None:
        self._seconds_between = seconds_between
        self._shown_at = 0.0
        self._handle = None
        self._width = 0

    def update(self, text: str) -> None:
        """Replace the line, unless it changed a moment ago."""
        now = time.monotonic()
        if now - self._shown_at >= self._seconds_between:
            self._shown_at = now
            self._show(text, last=False)

    def close(self, text: str) -> None:
        """Show the final text."""
        self._show(text, last=True)

    def _show(self, text: str, *, last: bool) -> None:
        if _silent:
            return
        if in_notebook():
            from IPython.display import display

            bundle = {"text/plain": text}
            if self._handle is None:
                self._handle = display(bundle, raw=True, display_id=True)
            else:
                self._handle.update(bundle, raw=True)
        elif sys.stdout.isatty():
            print("\r" + text.ljust(self._width), end="\n" if last else "", flush=True)
            self._width = len(text)
        elif last:
            print(text, flush=True)
