"""What questions are made of: tables of rules and hints, and rules about values and functions.

A table's keys are rules and likely wrong answers; the text beside one is for an answer that breaks
the rule, or is that wrong answer: one hint a line. Beside ``WHY`` stands what a right answer hears.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnncourse.checks.core import Check, Rule, same

Table = dict[Any, str]
WHY = "why a right answer is right"


def question(name: str, table: Table) -> Check:
    """Make a check of its table."""
    rules = {
        key if isinstance(key, Rule) else unlike(key): [
            " ".join(line.split()) for line in text.strip().splitlines()
        ]
        for key, text in table.items()
        if key is not WHY
    }
    return Check(name, " ".join(table[WHY].split()), rules)


# Answers that are values or objects


@dataclass(frozen=True, eq=False)
class OtherThan:
    """Say whether something is anything but a value."""

    value: Any

    def __call__(self, found: Any) -> bool:
        """Compare as leniently as `same` does."""
        return not same(found, self.value)


def itself(answer: Any) -> Any:
    """Look at the whole answer."""
    return answer


def right(value: Any) -> Rule:
    """Return the rule that an answer is this value: the last rule of a question about a value."""
    return Rule(itself, value)


def unlike(value: Any) -> Rule:
    """Return the rule that an answer is not this likely wrong value."""
    return Rule(itself, OtherThan(value))


def is_a(kind: str) -> Callable:
    """Say whether the class of something, or one that it inherits from, has this name."""
    return lambda found: any(parent.__name__ == kind for parent in type(found).__mro__)


# Answers that are functions


def called(*arguments: Any) -> Callable:
    """Look at what a function returns for these arguments; it may change its copies of them."""
    return lambda function: function(*copy.deepcopy(arguments))


def keeps(picture: np.ndarray, *others: Any) -> Callable:
    """Look whether a function returns a new picture, and leaves the one that it gets alone."""

    def look(function: Callable) -> bool:
        given = picture.copy()
        return function(given, *copy.deepcopy(others)) is not given and same(given, picture)

    return look


def of_shape(*shape: int) -> Callable:
    """Say whether something has a shape."""
    return lambda found: np.shape(found) == shape
