"""Predict, then see: a question before a result, and how the choice compares with it."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from cnncourse.messages import box, in_notebook
from cnncourse.validation import brief
from cnncourse.widgets.choices import Choice, Page, Question, page_of, text_of

TITLE = "Predict"
AFTER = "That is your prediction. Now see what happens."
_asked: dict[str, tuple[str, ...]] = {}  # name of a question -> its choices, in this kernel
_chosen: dict[str, str] = {}


def predict(name: str, question: str, choices: Sequence[str]) -> Any:
    """Ask for a prediction before a result is seen; `reveal` tells how it compares.

    Args:
        name: Lesson and question, such as "12-labels".
        question: What will happen? Backticks around a word mark code.
        choices: Two texts or more, each of them different.

    Returns:
        The question, which a notebook shows when it is the last line of a cell.

    Raises:
        ValueError: If something is no text, or there are no two different choices.

    Example:
        >>> predict("01-guess", "How often is a blind guess right?", ["1 in 2", "1 in 10"])
        Predict
        1. How often is a blind guess right?
           a) 1 in 2
           b) 1 in 10
    """
    for what, value in {"name": name, "question": question}.items():
        _check_text(what, value)
    if isinstance(choices, str) or not isinstance(choices, Sequence) or len(choices) < 2:
        raise ValueError(f"choices={brief(choices)}: give a list of two texts or more.")
    for choice in choices:
        _check_text("a choice", choice)
    if len(set(choices)) < len(choices):
        raise ValueError(f"choices={brief(choices)}: two of them are the same.")
    _asked[name] = tuple(choices)
    _chosen.pop(name, None)
    asked = [Question(question, [Choice(text, AFTER) for text in choices])]
    page, text = page_of(TITLE, asked), text_of(TITLE, asked)
    if not (in_notebook() and find_spec("anywidget")):
        return Page(page, text)
    from cnncourse.widgets.live import LivePage

    return LivePage(page, text, lambda choice: _chosen.update({name: choice}))


def reveal(name: str, answer: str) -> Page:
    """Say how the choice that was made for `predict` compares with what happened.

    Args:
        name: That of the question.
        answer: The choice that came true.

    Returns:
        A sentence, which a notebook shows in a box.

    Raises:
        ValueError: If the answer is none of the choices.

    Example:
        >>> _ = predict("01-guess", "How often is a blind guess right?", ["1 in 2", "1 in 10"])
        >>> reveal("01-guess", "1 in 10")
        ○ The answer: 1 in 10
    """
    _check_text("name", name)
    _check_text("answer", answer)
    choices = _asked.get(name, (answer,))
    if answer not in choices:
        raise ValueError(f"answer={brief(answer)}: give one of the choices, {brief(choices)}.")
    chosen = _chosen.get(name)
    if chosen is None:
        title, text, color = "○ The answer", answer, "#888888"
    elif chosen == answer:
        title, text, color = "✓ You were right", f"You predicted: {chosen}.", "#009e73"
    else:
        title, text, color = "✗ Surprised?", f"You predicted: {chosen}. It is: {answer}.", "#d55e00"
    return Page(box(title, text, color=color), f"{title}: {text}")


def _check_text(what: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{what}={brief(value)}: give a text.")
