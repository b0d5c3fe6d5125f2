"""Learning rates that change while training.

A schedule is a pure function of how far the training is and of its history so far. It keeps no
state, so the same schedule serves any number of runs, and an interrupted run resumes exactly.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from cnncourse.validation import brief, is_number, whole_number

WARMUP = 0.25  # the share of a cycle in which the rate rises
History = dict[str, list[float]]
Schedule = Callable[[float, History], float]  # (progress from 0 to 1, history) -> learning rate


@dataclass(frozen=True)
class _OneCycle:
    peak: float

    def __call__(self, progress: float, history: History) -> float:
        if progress < WARMUP:
            return self.peak * (0.1 + 0.9 * progress / WARMUP)
        falling = (progress - WARMUP) / (1 - WARMUP)
        return self.peak * max(0.5 * (1 + math.cos(math.pi * min(falling, 1))), 1e-3)


def one_cycle(peak: float) -> Schedule:
    """Let the learning rate rise from a tenth of its peak and fall along a cosine to almost 0.

    Args:
        peak: Largest learning rate, above 0, reached after a quarter of the training.

    Returns:
        A schedule for `train`.

    Raises:
        ValueError: If it is no rate.

    Source: Smith and Topin, "Super-convergence", arXiv 1708.07120.

    Example:
        >>> rate = one_cycle(0.01)
        >>> [round(rate(progress, {}), 5) for progress in (0, 0.25, 1)]
        [0.001, 0.01, 1e-05]
    """
    return _OneCycle(_rate("peak", peak))


@dataclass(frozen=True)
class _HalveOnPlateau:
    start: float
    patience: int
    floor: float

    def __call__(self, progress: float, history: History) -> float:
        rate, best, waited = self.start, -math.inf, 0
        for value in history.get("val_accuracy", []):
            waited = 0 if value > best else waited + 1
            best = max(best, value)
            if waited == self.patience:
                rate, waited = max(rate / 2, self.floor), 0
        return rate


def halve_on_plateau(start: float = 0.001, *, patience: int = 3, floor: float = 1e-5) -> Schedule:
    """Halve the learning rate whenever the validation accuracy has stalled for some epochs.

    Args:
        start: First learning rate, above 0.
        patience: Epochs without a new best after which the rate is halved, at least 1.
        floor: Smallest learning rate, above 0.

    Returns:
        A schedule for `train`.

    Raises:
        ValueError: If an argument is out of its range.

    Example:
        >>> rate = halve_on_plateau(0.001, patience=2)
        >>> rate(0.5, {"val_accuracy": [0.98, 0.97, 0.98]})
        0.0005
    """
    start, floor = _rate("start", start), _rate("floor", floor)
    return _HalveOnPlateau(start, whole_number("patience", patience), min(floor, start))


def _rate(name: str, value: float) -> float:
    if not is_number(value) or not value > 0:
        raise ValueError(f"{name}={brief(value)}: give a learning rate above 0, such as 0.001.")
    return float(value)
