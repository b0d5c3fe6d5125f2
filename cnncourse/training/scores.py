"""Measure a model on the test pictures, and compare two models fairly."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cnncourse.backend import keras
from cnncourse.data import ImageDataset, check_dataset
from cnncourse.modelchecks import check_fits
from cnncourse.training.batches import in_order
from cnncourse.validation import as_array, as_list, brief, check_labels, is_number


@dataclass(eq=False)  # arrays: == of two scores would be ambiguous
class Score:
    """What a model did on the test pictures.

    Attributes:
        probabilities: For each picture and class, float32 (N, classes).
        labels: True labels, int (N,).
        dataset_name: Name of the data set.
        source: Where its pictures came from: "data folder", "download" or "samples".
    """

    probabilities: np.ndarray = field(repr=False)
    labels: np.ndarray = field(repr=False)
    dataset_name: str
    source: str

    def __post_init__(self) -> None:
        given = as_array("probabilities", self.probabilities, "numbers (N, classes)")
        labels = as_array("labels", self.labels, "integers (N,)")
        if labels.ndim == 2:  # a column, or one number a class, has a remedy of its own
            check_labels("labels", labels, given.shape[-1])
        if given.ndim != 2 or not given.size or labels.shape != given.shape[:1]:
            raise ValueError(
                f"probabilities {brief(given)} and labels {brief(labels)} do not fit: give arrays "
                "(N, classes) and (N,)."
            )
        check_labels("labels", labels, given.shape[1])
        self.probabilities, self.labels = given, labels  # lists become arrays
        strange = int((~np.isfinite(given)).any(axis=1).sum())
        if strange:
            raise ValueError(
                f"The answers to {strange:,} of {len(labels):,} pictures are NaN or infinity: the "
                "training has diverged. Train anew, with a smaller learning rate."
            )

    @property
    def predictions(self) -> np.ndarray:
        """The most probable class of each picture, int (N,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def correct(self) -> np.ndarray:
        """Whether each picture was classified correctly, bool (N,)."""
        return self.predictions == self.labels

    @property
    def accuracy(self) -> float:
        """Share of the pictures that were classified correctly."""
        return float(self.correct.mean())

    @property
    def errors(self) -> int:
        """Number of pictures that were misclassified."""
        return int((~self.correct).sum())

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the accuracy.

        Source: Wilson, "Probable inference, the law of succession, and statistical inference",
        Journal of the American Statistical Association 22 (1927).
        """
        from scipy.stats import binomtest

        test = binomtest(int(self.correct.sum()), len(self.labels))
        found = test.proportion_ci(method="wilson")
        return float(found.low), float(found.high)

    def __repr__(self) -> str:
        """The accuracy with its interval, and the number of errors."""
        low, high = self.interval
        return (
            f"{100 * self.accuracy:.2f} % of the {self.dataset_name} test pictures "
            f"(95 % interval {100 * low:.2f} to {100 * high:.2f}), "
            f"{self.errors:,} of {len(self.labels):,} wrong"
        )


@dataclass(frozen=True)
class Comparison:
    """Two models on the same pictures.

    Attributes:
        only_first: Pictures that only the first model classified correctly.
        only_second: Pictures that only the second model classified correctly.
        p_value: Probability of a split at least as uneven if both models were equally good.
    """

    only_first: int
    only_second: int
    p_value: float


def evaluate(model: keras.Model, dataset: ImageDataset) -> Score:
    """Measure a model on the test pictures; do it once, when all choices are made.

    Args:
        model: A trained model from raw pixels to probabilities.
        dataset: The data set whose test pictures are used.

    Returns:
        Accuracy, its interval and everything needed to look at the mistakes.

    Raises:
        ValueError: If the model does not fit the pictures.

    Example:
        >>> from cnncourse import data, models
        >>> score = evaluate(models.dense_net((28, 28, 1), [8]), data.load("mnist"))
        >>> score.probabilities.shape[1]
        10
    """
    check_dataset(dataset, "test")
    check_fits(model, dataset.picture_shape, len(dataset.class_names), dataset.name)
    answers = model.predict(in_order(dataset.x_test), verbose=0)
    probabilities = np.asarray(answers).astype(np.float32)  # also of mixed_bfloat16
    return Score(probabilities, dataset.y_test, dataset.name, dataset.source)


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean of repeated measurements and its 95 % confidence interval.

    Args:
        values: One number for each repeat, at least one. One alone has no spread.

    Returns:
        The mean, and the lower and the upper end of its interval.

    Raises:
        ValueError: If these are no numbers, or there is none.

    Source: Student, "The probable error of a mean", Biometrika 6 (1908).

    Example:
        >>> mean_interval([0.5, 0.5])
        (0.5, 0.5, 0.5)
    """
    values = as_list("values", values)
    if not values or not all(map(is_number, values)):
        raise ValueError(f"values={brief(values)}: give a list of numbers, at least one.")
    mean = float(np.mean(values))
    if len(values) == 1:
        return mean, mean, mean
    from scipy.stats import sem, t

    half = float(sem(values) * t.ppf(0.975, len(values) - 1))
    return mean, mean - half, mean + half


def compare(first: Score, second: Score) -> Comparison:
    """Compare two models on the same test pictures with McNemar's exact test.

    Pictures that both models classify alike say nothing about which is better; the test looks at
    the others only, which makes it far sharper than comparing two intervals.

    Args:
        first: Score of one model.
        second: Score of the other, on the same pictures.

    Returns:
        How many pictures each alone got right, and the p value.

    Raises:
        ValueError: If these are no scores, or they are of different pictures.

    Source: McNemar, "Note on the sampling error of the difference between correlated proportions
    or percentages", Psychometrika 12 (1947).

    Example:
        >>> one = Score(np.eye(10), np.arange(10), "mnist", "samples")
        >>> compare(one, one).p_value
        1.0
    """
    check_score(first)
    check_score(second)
    if not np.array_equal(first.labels, second.labels):
        raise ValueError(
            f"The scores are of different pictures ({len(first.labels)} of {first.dataset_name}, "
            f"{len(second.labels)} of {second.dataset_name}): evaluate both on one data set."
        )
    from scipy.stats import binomtest

    only_first = int((first.correct & ~second.correct).sum())
    only_second = int((second.correct & ~first.correct).sum())
    differ = only_first + only_second
    p_value = float(binomtest(only_first, differ).pvalue) if differ else 1.0
    return Comparison(only_first, only_second, p_value)


def check_score(score: Score) -> None:
    """Refuse what `evaluate` did not return."""
    if not isinstance(score, Score):
        raise ValueError(f"{type(score).__name__} is not a Score: pass what evaluate returned.")
