"""Refuse bad arguments with the value seen and the remedy, before NumPy or TensorFlow can.

Nothing here copies what it looks at, except a short list; a value's size is looked at first.
"""

import contextlib
import inspect
import itertools
import math
from collections.abc import Callable, Collection, Iterable
from numbers import Integral, Real

import numpy as np

MOST_ITEMS = 10_000  # of a list: more are a mistake, and a generator may never end
MOST_NUMBERS = 4_000_000_000  # of an array: more do not fit into a laptop's memory
LONGEST = 100  # characters of a value that an error shows


def seen(value) -> str:
    """Return how an error shows a value: short, whatever it is.

    Example:
        >>> seen("x" * 1000)[-6:], seen(np.zeros((2, 3)))
        ('xxx...', 'float64 (2, 3)')
    """
    if isinstance(value, np.ndarray) and value.ndim:
        return f"{value.dtype} {value.shape}"
    value = value.item() if isinstance(value, np.generic) else value
    try:
        text = " ".join(repr(value).split())
    except Exception:  # such as of a number with more than 4300 digits
        text = f"<{type(value).__name__}>"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def is_whole(value) -> bool:
    """Say whether a value is a whole number, and not True or False."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value) -> bool:
    """Say whether a value is a finite real number, and not True or False."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond any float
        return False


def is_one_of(value, choices: Collection) -> bool:
    """Say whether a value is one of some texts, or None, True or False; an array never is."""
    return (value is None or isinstance(value, (str, bool))) and value in choices


def whole(what: str, value: int, least: int = 1, most: int | None = None) -> int:
    """Check a whole number.

    Raises:
        ValueError: If it is none, too small or too large.

    Example:
        >>> whole("columns", np.int64(3))
        3
    """
    if not is_whole(value) or not least <= value <= (10**100 if most is None else most):
        # More digits than a hundred could not even be written into a message.
        range_ = f"from {least} to {'10**100' if most is None else most}"
        if most is None and not (is_whole(value) and value > least):
            range_ = f"of at least {least}"
        raise ValueError(f"{what}={seen(value)}: give a whole number {range_}.")
    return int(value)


def flag(what: str, value: bool) -> bool:
    """Check a value that is True or False.

    Raises:
        ValueError: If it is neither.
    """
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{what}={seen(value)}: give True or False.")
    return bool(value)


def check_function(what: str, function: Callable, *arguments) -> None:
    """Refuse what cannot be called with these arguments; it is not called.

    Raises:
        ValueError: If it is no function, or takes other arguments.
    """
    reason = "" if callable(function) else "no function"
    if not reason:
        try:
            inspect.signature(function).bind(*arguments)
        except TypeError as error:
            reason = f"which does not fit ({error})"
        except ValueError:  # a built-in function that does not tell
            return
    if reason:
        taken = {0: "no argument", 1: "one argument"}.get(len(arguments))
        taken = taken or f"{len(arguments)} arguments"
        raise ValueError(f"{what}={seen(function)}, {reason}: give a function of {taken}.")


def check_seed(value: int) -> int:
    """Check a seed; return it as a plain number.

    Raises:
        ValueError: If it is no whole number from 0 to 2**31 - 1, TensorFlow's range.
    """
    return whole("seed", value, 0, 2**31 - 1)


def listed(what: str, values: Iterable) -> list:
    """Return a short list of what an argument holds.

    Raises:
        ValueError: If it is a text or a single value, or does not end.

    Example:
        >>> listed("units", (64, 32))
        [64, 32]
    """
    found = None
    if not isinstance(values, (str, bytes)):
        with contextlib.suppress(Exception):  # not iterable, or not after all
            found = list(itertools.islice(values, MOST_ITEMS + 1))
    if found is None:
        raise ValueError(f"{what}={seen(values)}: give a list, such as [{seen(values)}].")
    if len(found) > MOST_ITEMS:
        raise ValueError(f"{what}={seen(values)}: give a list of at most {MOST_ITEMS:,} items.")
    return found


def numbers(what: str, values, remedy: str) -> np.ndarray:
    """Return an array of numbers, a copy only of what is no array yet.

    Raises:
        ValueError: If it holds something else, or more than fits into memory.

    Example:
        >>> numbers("pixels", [[1, 2]], "a list of them").shape
        (1, 2)
    """
    found = None
    if _count(values) <= MOST_NUMBERS:
        # Rows of different lengths, or an object that only looks like an array.
        with contextlib.suppress(Exception):
            found = np.asarray(values)
    if found is None or not found.ndim or found.dtype.kind not in "buif":
        shown = found if found is not None and found.ndim else values
        raise ValueError(f"{what}: {seen(shown)} found: give {remedy}.")
    return found


def _count(values) -> float:
    """Return how many numbers an array holds, or how many items there are."""
    shape = getattr(values, "shape", None)
    try:
        return math.prod(shape) if isinstance(shape, tuple) else len(values)
    except OverflowError:
        return math.inf
    except TypeError:  # no length
        return 1
