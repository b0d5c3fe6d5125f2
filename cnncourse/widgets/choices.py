"""Questions with choices, as a page that needs neither a script nor a kernel, and as text."""

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnncourse.messages import marked

STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
MARKS = {True: "✓ Right. ", False: "✗ No. ", None: ""}
KINDS = {True: "right", False: "wrong", None: "open"}


@dataclass(frozen=True)
class Choice:
    """One of the answers that a question offers.

    Attributes:
        text: What it says; backticks around a word mark code.
        reason: What the student reads after choosing it.
        correct: Whether it is right; None where that is still open.
    """

    text: str
    reason: str
    correct: bool | None = None


@dataclass(frozen=True)
class Question:
    """A question and what it offers.

    Attributes:
        text: The question; backticks around a word mark code.
        choices: Two or more.
        note: What stands before it, such as the lesson it comes from.
    """

    text: str
    choices: Sequence[Choice]
    note: str = ""


class Page:
    """Something to read and click: HTML where it can be shown, text elsewhere.

    Args:
        html: The page.
        text: The same as plain text.
    """

    def __init__(self, html: str, text: str) -> None:
        self._html, self._text = html, text

    def __repr__(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        return self._html


def page_of(title: str, questions: Sequence[Question], *, tally: bool = False) -> str:
    """Return questions as HTML whose choices, once clicked, show their reasons.

    Radio buttons and style rules do it all: it works without a script or a kernel.

    Args:
        title: A headline.
        questions: One or more.
        tally: Count the right answers below them.

    Example:
        >>> question = Question("2 + 2?", [Choice("4", "Count."), Choice("5", "Too many.")])
        >>> page_of("Sums", [question]).count("<input")
        2
    """
    # A form each, so that groups of buttons are apart, on a page of any number of them; its
    # "dialog" method lets the Enter key do nothing.
    forms = "".join(f"<form method='dialog'>{_fieldset(each)}</form>" for each in questions)
    count = f"<div><span class='tally'></span> of {len(questions)} right</div>" if tally else ""
    return (
        f"<div class='cnn-choices'><style>{STYLE}</style>"
        f"<strong>{marked(title)}</strong>{forms}{count}</div>"
    )


def text_of(title: str, questions: Sequence[Question]) -> str:
    """Return questions as plain text, and after them the right answers with their reasons.

    Example:
        >>> question = Question("2 + 2?", [Choice("4", "Count.", True), Choice("5", "", False)])
        >>> print(text_of("Sums", [question]))
        Sums
        1. 2 + 2?
           a) 4
           b) 5
        Answers
        1. a) Count.
    """
    lines, answers = [title], []
    for number, question in enumerate(questions, start=1):
        lines += _wrapped(f"{number}. ", f"{question.note} {question.text}".strip())
        for letter, choice in zip("abcdefgh", question.choices, strict=False):
            lines += _wrapped(f"   {letter}) ", choice.text)
            if choice.correct:
                answers += _wrapped(f"{number}. {letter}) ", choice.reason)
    return "\n".join([*lines, *(["Answers", *answers] if answers else [])])


def _fieldset(question: Question) -> str:
    note = f"<em>{marked(question.note)}</em> " if question.note else ""
    # JupyterLab's shortcuts are off on a button: the arrow keys move between the choices.
    labels = "".join(
        f"<label><input type='radio' name='choice' class='{KINDS[choice.correct]}' "
        f"data-lm-suppress-shortcuts='true' value='{html.escape(choice.text)}'>"
        f"{marked(choice.text)}"
        f"<small>{MARKS[choice.correct]}{marked(choice.reason)}</small></label>"
        for choice in question.choices
    )
    return f"<fieldset><legend>{note}{marked(question.text)}</legend>{labels}</fieldset>"


def _wrapped(start: str, text: str) -> list[str]:
    rest = " " * len(start)
    return textwrap.wrap(text, 88, initial_indent=start, subsequent_indent=rest) or [start]
