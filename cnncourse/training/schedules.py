"""Learning rates that change while training.

A schedule is a pure function of how far the training is and of its history so far. It keeps no
state, so the same schedule serves any number of runs, and an interrupted run resumes exactly.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from cnncourse.arguments import is_number, is_one_of, seen, whole

History = dict[str, list[float]]
Schedule = Callable[[float, History], float]  # (progress from 0 to 1, history) -> learning rate


@dataclass(frozen=True)
class _OneCycle:
    peak: float
    warmup: float

    def __call__(self, progress: float, history: History) -> float:
        if progress < self.warmup:
            return self.peak * (0.1 + 0.9 * progress / self.warmup)
        falling = (progress - self.warmup) / (1 - self.warmup)
        return self.peak * max(0.5 * (1 + math.cos(math.pi * min(falling, 1))), 1e-3)


def one_cycle(peak: float, *, warmup: float = 0.25) -> Schedule:
    """Let the learning rate rise from a tenth of its peak and fall along a cosine to almost 0.

    Args:
        peak: Largest learning rate, above 0.
        warmup: Share of the training during which it rises, from above 0 to below 1.

    Returns:
        A schedule for `train`.

    Raises:
        ValueError: If an argument is out of its range.

    Source: Smith and Topin, "Super-convergence", arXiv 1708.07120.

    Example:
        >>> rate = one_cycle(0.01)
        >>> [round(rate(progress, {}), 5) for progress in (0, 0.25, 1)]
        [0.001, 0.01, 1e-05]
    """
    if not is_number(warmup) or not 0 < warmup < 1:
        raise ValueError(f"warmup={seen(warmup)}: give a share between 0 and 1, such as 0.25.")
    return _OneCycle(_rate("peak", peak), float(warmup))


@dataclass(frozen=True)
class _HalveOnPlateau:
    start: float
    patience: int
    floor: float
    monitor: str

    def __call__(self, progress: float, history: History) -> float:
        rate, best, waited = self.start, -math.inf, 0
        for value in history.get(self.monitor, []):
            waited = 0 if value > best else waited + 1
            best = max(best, value)
            if waited == self.patience:
                rate, waited = max(rate / 2, self.floor), 0
        return rate


def halve_on_plateau(
    start: float = 0.001, *, patience: int = 3, floor: float = 1e-5, monitor: str = "val_accuracy"
) -> Schedule:
    """Halve the learning rate whenever a metric has stalled for some epochs.

    Args:
        start: First learning rate, above 0.
        patience: Epochs without a new best after which the rate is halved, at least 1.
        floor: Smallest learning rate, above 0.
        monitor: The metric that should rise: "val_accuracy" or "accuracy".

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
    if not is_one_of(monitor, ("val_accuracy", "accuracy")):
        raise ValueError(f"monitor={seen(monitor)}: choose 'val_accuracy' or 'accuracy'.")
    return _HalveOnPlateau(start, whole("patience", patience), min(floor, start), monitor)


def _rate(name: str, value: float) -> float:
    if not is_number(value) or not value > 0:
        raise ValueError(f"{name}={seen(value)}: give a learning rate above 0, such as 0.001.")
    return float(value)
