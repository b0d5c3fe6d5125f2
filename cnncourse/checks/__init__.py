"""Instant feedback on the exercises: ``checks.check("04-shape", answer)``.

Each lesson's checks are in a file of their own; none of them imports TensorFlow before it has to.
"""

import difflib
import importlib
import pkgutil
from typing import Any

from cnncourse.checks.core import Check, Feedback, Rule, tally_of
from cnncourse.checks.kinds import question

__all__ = ["CHECKS", "Check", "Feedback", "Rule", "check", "tally"]

CHECKS: dict[str, Check] = {
    name: question(name, table)
    for file in pkgutil.iter_modules(__path__)
    if file.name.startswith("lesson")
    for name, table in importlib.import_module(f"{__name__}.{file.name}").QUESTIONS.items()
}


def check(name: str, answer: Any = None) -> Feedback:
    """Check an answer to an exercise; a second wrong try gets a clearer hint.

    It looks at shapes, numbers of weights, layers and values, never at how accurate a network is.
    It never raises, and sends nothing anywhere.

    Args:
        name: Lesson and question, such as "04-shape".
        answer: Anything; None and ``...`` count as not attempted.

    Returns:
        What there is to say: passed, not yet with a hint, or not attempted.

    Example:
        >>> check("12-trainable", 1280 * 4 + 4).status
        'passed'
        >>> check("12-trainable", ...).status
        'not attempted'
    """
    if type(name) is not str:
        text = 'Give the check\'s name first, then your answer: `checks.check("04-shape", answer)`.'
        return Feedback("checks.check", "unknown", text)
    if name not in CHECKS:
        near = difflib.get_close_matches(name.lower(), CHECKS, n=3, cutoff=0.4)
        near = near or [known for known in CHECKS if known[:2] == name[:2]] or list(CHECKS)[:3]
        text = f"There is no check of this name. Did you mean {', '.join(near)}?"
        return Feedback(name[:40], "unknown", text)
    return CHECKS[name].ask(answer)


def tally(lesson: str) -> Feedback:
    """Say which checks of a lesson have passed since the kernel was started.

    Args:
        lesson: Its number, such as "04".

    Returns:
        How many passed, and the names of those that are open.

    Example:
        >>> tally("04").name
        'lesson 04'
    """
    number = str(lesson).strip().zfill(2)[:40]
    names = [name for name in CHECKS if name[:2] == number]
    if names:
        return tally_of(names, f"lesson {number}")
    known = ", ".join(sorted({name[:2] for name in CHECKS}))
    return Feedback(f"lesson {number}", "unknown", f"It has no checks. Give one of {known}.")
