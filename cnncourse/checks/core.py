"""What a check is: rules that a right answer fulfils, and hints for an answer that breaks one."""

import contextlib
import math
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from cnncourse.messages import box

LOOKS = {  # symbol, colour of the border
    "passed": ("✓", "#009e73"),
    "not yet": ("✗", "#d55e00"),
    "not attempted": ("○", "#888888"),
    "unknown": ("?", "#888888"),
}
_tries: Counter[str] = Counter()  # wrong answers to each check since it last passed


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
        return f"{LOOKS[self.status][0]} {self.name}: {self.status}"

    def __repr__(self) -> str:
        """Title and text, wrapped for a terminal."""
        whole = {"break_long_words": False, "break_on_hyphens": False}
        return "\n".join([self.title, *(f"  {line}" for line in textwrap.wrap(self.text, **whole))])

    def _repr_html_(self) -> str:
        return box(self.title, self.text, color=LOOKS[self.status][1])


@dataclass(frozen=True)
class Rule:
    """One thing that holds for a right answer.

    Attributes:
        holds: Whether an answer fulfils it; an exception counts as no.
        hints: For an answer that does not: each wrong try gets the next one, so they go from a
            question to almost the answer.
        wrong: Functions that make answers which break this rule, and none before it.
        seen: What to put in the place of ``{seen}`` in the hints.
    """

    holds: Callable[[Any], bool]
    hints: Sequence[str]
    wrong: Sequence[Callable[[], Any]] = ()
    seen: Callable[[Any], Any] | None = None

    def broken_by(self, answer: Any) -> bool:
        """Say whether an answer breaks the rule, whatever the answer is."""
        with _guarded():
            return not self.holds(answer)
        return True

    def hint(self, answer: Any, tries: int) -> str:
        """Return the hint after so many wrong tries."""
        text = self.hints[min(tries, len(self.hints) - 1)]
        return text if self.seen is None else text.replace("{seen}", _seen(self.seen, answer))


@dataclass(frozen=True)
class Check:
    """A question of the exercises.

    Attributes:
        name: Lesson and question, such as "04-shape".
        solution: Makes a right answer.
        why: What there is to know about a right answer.
        rules: Tried in turn; the first that is broken gives the hint.
    """

    name: str
    solution: Callable[[], Any]
    why: str
    rules: Sequence[Rule]

    def ask(self, answer: Any) -> Feedback:
        """Look at an answer; never raise, whatever it is."""
        if not _attempted(answer):
            return Feedback(
                self.name, "not attempted", "Replace the `...` above, and run both cells again."
            )
        for rule in self.rules:
            if rule.broken_by(answer):
                hint = rule.hint(answer, _tries[self.name])
                _tries[self.name] += 1
                return Feedback(self.name, "not yet", hint)
        del _tries[self.name]
        return Feedback(self.name, "passed", self.why)


def equals(value: Any, *hints: str) -> Rule:
    """Return the rule that an answer is this value."""
    return Rule(lambda answer: same(answer, value), hints)


def unlike(value: Any, *hints: str) -> Rule:
    """Return the rule that an answer is not this likely wrong value."""
    return Rule(lambda answer: not same(answer, value), hints, wrong=(lambda: value,))


def same(answer: Any, value: Any) -> bool:
    """Say whether an answer is a value: numbers nearly, texts in any case, sequences of any kind.

    Args:
        answer: Anything at all.
        value: A number or a text, a sequence, dictionary or array of such, or a set of texts.

    Returns:
        Whether they agree; False if they cannot be compared.

    Example:
        >>> same([3, 3, np.int64(64)], (3, 3, 64)), same(True, 1), same("Test ", "test")
        (True, False, True)
    """
    with _guarded():
        if isinstance(value, np.ndarray):
            answer = np.asarray(answer) if isinstance(answer, (list, tuple)) else answer
            fits = isinstance(answer, np.ndarray) and answer.shape == value.shape
            return fits and bool(np.allclose(answer, value))
        if isinstance(value, (tuple, list)):
            fits = isinstance(answer, (tuple, list, np.ndarray)) and len(answer) == len(value)
            return fits and all(map(same, answer, value))
        if isinstance(value, set):
            kinds = (set, frozenset, tuple, list, np.ndarray)
            fits = isinstance(answer, kinds) and len(answer) == len(value)
            return fits and {str(item).strip().lower() for item in answer} == value
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
def _guarded():
    """Leave the block where an answer, or looking at it, raises; let the stop button be."""
    with contextlib.suppress(Exception, SystemExit), _quiet():
        yield


@contextlib.contextmanager
def _quiet():
    """Show no warnings: they would not be the student's."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _attempted(answer: Any) -> bool:
    """Say whether an answer neither is nor holds a stub."""
    parts = answer.values() if type(answer) is dict else answer
    parts = parts if type(answer) in (dict, list, tuple) else [answer]
    return answer is not None and not any(part is ... for part in parts)


def _seen(seen: Callable[[Any], Any], answer: Any) -> str:
    """Describe what was found in an answer, or how looking at it failed."""
    try:
        with _quiet():
            text = str(seen(answer))
    except (Exception, SystemExit) as error:
        text = f"{type(error).__name__}: {error}"
    return textwrap.shorten(text, 120, placeholder=" …")
