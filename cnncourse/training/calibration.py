"""Is a network as often right as it says? Confidence beside accuracy, in bins."""

from dataclasses import dataclass

import numpy as np

from cnncourse.training.scores import Score, check_score
from cnncourse.validation import whole_number


@dataclass(frozen=True, eq=False)
class Reliability:
    """Answers, sorted into bins of equal width by their confidence.

    Attributes:
        confidence: Mean confidence in each bin, float64 (bins,); NaN where a bin is empty.
        accuracy: Share of right answers in each bin, float64 (bins,); NaN where a bin is empty.
        counts: Answers in each bin, int64 (bins,).
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    counts: np.ndarray

    @property
    def error(self) -> float:
        """Expected calibration error: how far confidence and accuracy are apart, on average.

        Source: Guo et al., "On calibration of modern neural networks", arXiv 1706.04599.
        """
        gaps = np.nan_to_num(np.abs(self.confidence - self.accuracy))
        return float((gaps * self.counts).sum() / self.counts.sum())


def reliability(score: Score, *, bins: int = 15) -> Reliability:
    """Sort answers by their confidence, and see how many are right at each level.

    Args:
        score: What `evaluate` returned, or a `Score` of any probabilities and labels.
        bins: How many bins of equal width there are between 0 and 1.

    Returns:
        Mean confidence, accuracy and number of answers in each bin, and the `error` over all.

    Raises:
        ValueError: If this is not a score, or there is no bin.

    Example:
        >>> sure = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.6, 0.4]])
        >>> found = reliability(Score(sure, np.array([0, 1, 1, 0]), "toy", "samples"), bins=2)
        >>> found.accuracy.tolist(), found.counts.tolist(), round(found.error, 2)
        ([nan, 0.75], [0, 4], 0.0)
    """
    check_score(score)
    bins = whole_number("bins", bins, 1, 1000)
    confidence = score.probabilities.max(axis=1).astype(np.float64)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):  # 0 / 0 where a bin is empty
        means = np.bincount(place, confidence, bins) / counts
        right = np.bincount(place, score.correct, bins) / counts
    return Reliability(means, right, counts)
