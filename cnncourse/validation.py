"""What students mistype, refused in one place: with the value seen and the remedy.

Nothing here copies what it looks at. Models have a page of their own, `modelchecks`.
"""

import inspect
import math
from collections.abc import Callable, Collection, Iterable
from numbers import Integral, Real
from typing import Any

import numpy as np

Shape = tuple[int, int, int]  # height, width and channels of a picture
LONGEST = 100  # characters of a value that an error shows
MOST_WEIGHTS = 200_000_000  # of one layer; VGG16's largest has half as many


def brief(value: Any) -> str:
    """Return how an error shows a value: short, whatever it is.

    Example:
        >>> brief("x" * 1000)[-6:], brief(np.zeros((2, 3)))
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


def origin(value: Any) -> str:
    """Return the package that an object's class is from: one of Keras 2 looks like any other.

    Example:
        >>> origin(np.zeros(3))
        'numpy'
    """
    package = type(value).__module__.partition(".")[0]
    return "tf_keras, which is Keras 2" if package == "tf_keras" else package


def is_whole_number(value: Any) -> bool:
    """Say whether a value is a whole number, and not True or False."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Say whether a value is a finite real number, and not True or False."""
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number beyond any float
        return False


def is_one_of(value: Any, choices: Collection) -> bool:
    """Say whether a value is one of some texts, or None, True or False; an array never is."""
    return (value is None or isinstance(value, (str, bool))) and value in choices


def whole_number(what: str, value: int, least: int = 1, most: int | None = None) -> int:
    """Return a whole number within its range as a plain int, or refuse the value.

    Example:
        >>> whole_number("columns", np.int64(3))
        3
    """
    if not is_whole_number(value) or value < least or (most is not None and value > most):
        range_ = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{what}={brief(value)}: give a whole number {range_}.")
    return int(value)


def true_or_false(what: str, value: bool) -> bool:
    """Return True or False as a plain bool, or refuse the value."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{what}={brief(value)}: give True or False.")
    return bool(value)


def share(what: str, value: float) -> float:
    """Return a share from 0 to below 1, or refuse the value."""
    if not is_number(value) or not 0 <= value < 1:
        raise ValueError(f"{what}={brief(value)}: give a share from 0 to below 1.")
    return float(value)


def check_seed(value: int) -> int:
    """Return a seed as a plain int; TensorFlow takes those from 0 to 2**31 - 1."""
    return whole_number("seed", value, 0, 2**31 - 1)


def as_list(what: str, values: Iterable) -> list:
    """Return a list of what an argument holds, or refuse a text and a single value.

    Example:
        >>> as_list("units", (64, 32))
        [64, 32]
    """
    try:
        if not isinstance(values, (str, bytes)):
            return list(values)
    except TypeError:  # not iterable
        pass
    raise ValueError(f"{what}={brief(values)}: give a list, such as [{brief(values)}].")


def whole_numbers(what: str, values: Iterable[int]) -> list[int]:
    """Return a list of whole numbers of at least 1, or refuse the values."""
    return [whole_number(what, value) for value in as_list(what, values)]


def as_array(what: str, values: Any, remedy: str) -> np.ndarray:
    """Return an array of numbers, a copy only of what is not yet an array, or refuse the values.

    Example:
        >>> as_array("pixels", [[1, 2]], "a list of them").shape
        (1, 2)
    """
    try:
        found = np.asarray(values)
    except Exception:  # rows of different lengths, or an object that only looks like an array
        found = np.asarray(None)
    if not found.ndim or found.dtype.kind not in "buif":
        raise ValueError(f"{what}: {brief(found if found.ndim else values)} found: give {remedy}.")
    return found


def check_labels(what: str, labels: np.ndarray, classes: int) -> None:
    """Refuse what are not the labels of so many classes."""
    if not isinstance(labels, np.ndarray):
        raise ValueError(
            f"{what} is {brief(labels)}: give an array (N,), such as np.array({what})."
        )
    if labels.ndim == 2:  # a column, or one number a class
        remedy = "ravel()" if labels.shape[1] == 1 else "argmax(axis=1)"
        raise ValueError(f"{what} is {brief(labels)}: give an array (N,), {what}.{remedy}.")
    are_whole = labels.ndim == 1 and labels.dtype.kind in "iu"
    if not are_whole or (labels.size and not 0 <= labels.min() <= labels.max() < classes):
        range_ = f" from {labels.min()} to {labels.max()}" if are_whole else ""
        raise ValueError(
            f"{what} is {brief(labels)}{range_}: give each picture a whole number from 0 to "
            f"{classes - 1}."
        )


def check_function(what: str, function: Callable, *arguments: Any) -> None:
    """Refuse what cannot be called with these arguments; it is not called."""
    taken = ["no argument", "one argument"]
    wanted = taken[len(arguments)] if len(arguments) < 2 else f"{len(arguments)} arguments"
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError as error:  # not a function, or one of other arguments
        why = f"({error if callable(function) else 'it is not a function'})"
        raise ValueError(f"{what}={brief(function)} {why}: give a function of {wanted}.") from None
    except ValueError:  # a built-in function that does not tell
        pass


def check_shape(input_shape: Shape) -> None:
    """Refuse what is not height, width and channels."""
    is_sequence = isinstance(input_shape, (tuple, list)) and len(input_shape) == 3
    if not is_sequence or not all(is_whole_number(size) and size > 0 for size in input_shape):
        raise ValueError(
            f"input_shape={brief(input_shape)}: give height, width and channels, such as "
            "(28, 28, 1)."
        )


def check_weights(what: str, count: int) -> None:
    """Refuse a layer of so many weights that it would not fit into memory."""
    if count > MOST_WEIGHTS:
        raise ValueError(
            f"{what}: a layer of {count:,} weights is too large for memory. Use fewer filters or "
            f"neurons, or more pooling before the dense layers (at most {MOST_WEIGHTS:,})."
        )
