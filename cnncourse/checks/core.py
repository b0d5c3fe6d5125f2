"""What a check is: rules that hold for a right answer, and hints for an answer that breaks one."""

import contextlib
import math
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from cnncourse.messages import box

SYMBOLS = {"passed": "✓", "not yet": "✗", "not attempted": "○", "unknown": "?"}
COLORS = {"passed": "#009e73", "not yet": "#d55e00"}  # of the border; otherwise grey
_tries: Counter[str] = Counter()  # wrong answers to each check since it last passed
_passed: set[str] = set()  # checks whose latest answer was right, in this kernel


@dataclass(frozen=True, repr=False)
class Feedback:
    """What a check says about an answer; a notebook shows it as a box.

    Attributes:
        name: Name of the check.
        status: "passed", "not yet", "not attempted" or "unknown".
        text: Why it is right, or what to do next.
    """

    name: str
    status: str
    text: str

    @property
    def title(self) -> str:
        """Symbol, name and status: colour is never the only sign."""
        return f"{SYMBOLS[self.status]} {self.name}: {self.status}"

    def __repr__(self) -> str:
        lines = textwrap.wrap(self.text, break_long_words=False, break_on_hyphens=False)
        return "\n".join([self.title, *(f"  {line}" for line in lines)])

    def _repr_html_(self) -> str:
        return box(self.title, self.text, color=COLORS.get(self.status, "#888888"))


@dataclass(frozen=True, eq=False)
class Rule:
    """One thing that holds for a right answer.

    Attributes:
        look: What to look at in an answer.
        wanted: What should be there: a value, or a function that says whether it is right; None
            where `look` says so itself.
        show: What a hint shows in place of ``{found}``; by default what ``look`` returns.
    """

    look: Callable[[Any], Any]
    wanted: Any = None
    show: Callable[[Any], Any] | None = None

    def broken_by(self, answer: Any) -> bool:
        """Say whether an answer breaks the rule; an exception counts as yes."""
        with _guarded():
            found = self.look(answer)
            if self.wanted is None:
                return not found
            return not (self.wanted(found) if callable(self.wanted) else same(found, self.wanted))
        return True

    def describe(self, answer: Any) -> str:
        """Describe what was found in an answer, or how looking at it failed."""
        try:
            with _quiet():
                text = str((self.show or self.look)(answer))
        except (Exception, SystemExit) as error:
            text = f"{type(error).__name__}: {error}"
        return textwrap.shorten(text, 120, placeholder=" …")


@dataclass(frozen=True)
class Check:
    """A question of the exercises.

    Attributes:
        name: Lesson and question, such as "04-shape".
        why: What there is to know about a right answer.
        rules: The rules and their hints, tried in turn; the first that is broken gives the hint.
            Each wrong try gets the next one, so they go from a question to almost the answer.
    """

    name: str
    why: str
    rules: dict[Rule, list[str]]

    def ask(self, answer: Any) -> Feedback:
        """Look at an answer; never raise, whatever it is."""
        if not _attempted(answer):
            text = "Replace the `...` above, and run both cells again."
            return Feedback(self.name, "not attempted", text)
        for rule, hints in self.rules.items():
            if rule.broken_by(answer):
                hint = hints[min(_tries[self.name], len(hints) - 1)]
                _tries[self.name] += 1
                _passed.discard(self.name)
                if "{found}" in hint:
                    hint = hint.replace("{found}", rule.describe(answer))
                return Feedback(self.name, "not yet", hint)
        del _tries[self.name]
        _passed.add(self.name)
        return Feedback(self.name, "passed", self.why)


def tally_of(names: list[str], what: str) -> Feedback:
    """Count which of some checks have passed in this kernel."""
    left = [name for name in names if name not in _passed]
    text = f"{len(names) - len(left)} of {len(names)} passed."
    if left:
        text += f" Still open: {', '.join(left)}."
    status = "passed" if not left else "not yet" if len(left) < len(names) else "not attempted"
    return Feedback(what, status, text)


def same(answer: Any, value: Any) -> bool:
    """Say whether an answer is a value: numbers nearly, texts in any case, sequences of any kind.

    Args:
        answer: Anything at all.
        value: A number or a text, a sequence, dictionary or array of such, or a set, whose members
            are compared as texts.

    Returns:
        Whether they agree; False if they cannot be compared.

    Example:
        >>> same([3, 3, np.int64(64)], (3, 3, 64)), same(True, 1), same("Test ", "test")
        (True, False, True)
    """
    with _guarded():
        if isinstance(value, np.ndarray):
            is_array = isinstance(answer, (list, tuple)) or hasattr(answer, "__array__")
            found = np.asarray(answer) if is_array else None
            return found is not None and found.shape == value.shape and np.allclose(found, value)
        if isinstance(value, (tuple, list)):
            fits = isinstance(answer, (tuple, list, np.ndarray)) and len(answer) == len(value)
            return fits and all(map(same, answer, value))
        if isinstance(value, (set, frozenset)):
            kinds = (set, frozenset, tuple, list, np.ndarray)
            fits = isinstance(answer, kinds) and len(answer) == len(value)
            return fits and {str(item).strip().lower() for item in answer} == set(map(str, value))
        if isinstance(value, dict):
            fits = isinstance(answer, dict) and answer.keys() == value.keys()
            return fits and all(same(answer[key], value[key]) for key in value)
        if isinstance(value, str):
            return isinstance(answer, str) and answer.strip().lower() == value
        if isinstance(answer, (bool, np.bool_)) or isinstance(value, bool):
            return isinstance(answer, (bool, np.bool_)) and bool(answer) is value
        return isinstance(answer, Real) and math.isclose(answer, value, rel_tol=1e-5, abs_tol=1e-9)
    return False


@contextlib.contextmanager
def _guarded() -> Iterator[None]:
    """Leave the block where an answer, or looking at it, raises; let the stop button be."""
    with contextlib.suppress(Exception, SystemExit), _quiet():
        yield


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Show no warnings: they would not be the student's."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _attempted(answer: Any) -> bool:
    """Say whether an answer neither is nor holds a stub."""
    parts = answer.values() if type(answer) is dict else answer
    parts = parts if type(answer) in (dict, list, tuple) else [answer]
    return answer is not None and not any(part is ... for part in parts)
