"""Questions of lesson 2: the loss, a step downhill, learning rates and a loop to mend."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, called, of_shape, right, unlike

P = np.array([0.99, 0.9, 0.5, 0.001])
ROW = np.linspace(0, 1, 784)
WEIGHTS = np.outer(np.arange(784) % 7, np.arange(10.0)) - 3
BLAME = (ROW * (WEIGHTS[:, 4] - WEIGHTS[:, 9])).reshape(28, 28)


def _twice(weight: float) -> float:
    """Return the slope of the square of a weight."""
    return 2 * weight


def _walks(steps: int) -> Callable:
    """Look where a function arrives from 1 after so many steps that halve the weight."""
    return called(_twice, 1.0, 0.25, steps)


def _chosen(function: Callable) -> Any:
    """Look which rate a function chooses where the second of three losses is lowest."""
    return function(np.array([0.5, 2.0, 8.0]), np.array([1.0, 0.5, 4.0]))


QUESTIONS: dict[str, Table] = {
    "02-loss": {
        WHY: "Nearly all of it comes from the last picture: -log 0.001 is 6.9.",
        float(-np.log(P.mean())): """You took the mean first. What is the loss of one picture?
            First `-np.log(p)`, a loss for each picture, then the mean.""",
        float(-np.log(P).sum()): """That is the sum of the four losses.
            The loss is their mean: divide by 4.""",
        float(np.log(P).mean()): """The logarithm of a probability is below 0. Should a loss be?
            The loss is minus the logarithm.""",
        float(-np.log10(P).mean()): """Which logarithm did you take?
            The natural one: `np.log`, not `np.log10`.""",
        right(float(-np.log(P).mean())): """What is the loss of a single picture with probability p?
            `-np.log(p)` gives four losses. Take their mean, and do not round it.""",
    },
    "02-place": {
        WHY: """From 0.001 to 0.011 the loss of this picture falls by 2.4; for the others it falls
            by 0.02 at most.""",
        0: """That picture has almost no loss. How much can still be gained?
            Compare -log 0.99 with -log 1, and -log 0.001 with -log 0.011.""",
        4: """Places are counted from 0.
            The last of four places is 3.""",
        right(3): """Where is the curve of -log p steepest?
            Compute how much the loss falls for each of the four, and take the largest.""",
    },
    "02-curves": {
        WHY: "One creeps, one falls, one leaps above 2.3, the loss of guessing.",
        Rule(lambda answer: {*answer} == {"too small", "right", "too large"}): """
            Write a dictionary with the keys "too small", "right" and "too large".
            Such as `{"too small": "A", "right": "B", "too large": "C"}`.""",
        Rule(lambda answer: str(answer["right"]).strip().lower() == "c"): """
            The right rate is the one whose loss falls. Which curve ends lowest?
            It is the only one that ends well below 1.""",
        right({"too small": "b", "right": "c", "too large": "a"}): """
            Two curves end high. Which of them begins at guessing, 2.3, and creeps down from there?
            A rate that is too large shoots up: its first loss is many times that of guessing.""",
    },
    "02-step": {
        WHY: "It said 0.5 and 0.5, and should have said 1 and 0: the error is -0.5 and 0.5.",
        unlike(((-0.05, 0.05), (-0.1, 0.1))): """The loss grows that way: which way is downhill?
            The slope of the true class is negative, and the step goes against it.""",
        unlike(((0.5, -0.5), (1, -1))): """Right direction. How long is the step?
            Multiply by the learning rate, 0.1.""",
        unlike(((0.05, 0.1), (-0.05, -0.1))): """The numbers are right, their places are not.
            A row for each pixel: the first row belongs to the pixel 1.""",
        unlike(((0.1, 0), (0.2, 0))): """What does the network say before the step?
            All weights are 0, so softmax gives 0.5 to each class, not 0.""",
        right(((0.05, -0.05), (0.1, -0.1))): """
            First the probabilities, then the error: what it says minus what it should say.
            The slope of a weight is its pixel times the error of its class; subtract 0.1 times it.
            """,
    },
    "02-descend": {
        WHY: "Downhill, each time by the slope of the place where it stands.",
        Rule(callable): """The answer should be a function.
            Begin with `def descend(slope, start, rate, steps):`.""",
        Rule(called(_twice, 1.0, 0.25, 1), lambda found: found < 1): """
            From the weight 1, where the slope is 2, it goes to {found}. Is that downhill?
            Subtract: `weight - rate * ...`.""",
        Rule(lambda function: _walks(3)(function) != _walks(1)(function)): """
            One step or three: it arrives at the same place, {found}.
            `return` stands inside the loop, so the loop ends after its first step.""",
        Rule(_walks(3), 0.125): """
            Three steps that each halve the weight 1 should lead to 0.125. Yours lead to {found}.
            The slope is another at each place: `slope(weight)`, not `slope(start)`.""",
    },
    "02-blame": {
        WHY: "All these numbers together are the difference of the two scores, but for the biases.",
        Rule(callable): """The answer should be a function.
            Begin with `def blame(row, weights, answer, true):`.""",
        Rule(called(ROW, WEIGHTS, 4, 9), of_shape(28, 28)): """
            It should return a picture of 28 x 28 numbers.
            You have a number for each of the 784 pixels: `.reshape(28, 28)` at the end.""",
        Rule(called(ROW, WEIGHTS, 4, 9), lambda found: not np.allclose(found, -BLAME)): """
            The signs are the wrong way round: what should be above 0?
            Take the weights of the answer minus those of the true digit.""",
        Rule(called(ROW, WEIGHTS, 4, 9), BLAME): """
            What does one pixel give to one score?
            Its brightness times its weight: `row * (weights[:, answer] - weights[:, true])`.""",
    },
    "02-growing": {
        WHY: "The logarithms of the rates are equally far apart.",
        Rule(callable): """The answer should be a function.
            Begin with `def growing(low, high, steps):`.""",
        Rule(called(0.01, 10, 4), of_shape(4)): """
            For four steps it should return four rates.
            NumPy has a function for it: `np.geomspace`.""",
        Rule(
            called(0.01, 10, 4), lambda found: not np.allclose(found, np.linspace(0.01, 10, 4))
        ): """
            Your rates grow by the same amount. What should be the same from each to the next?
            The factor: `np.geomspace` instead of `np.linspace`.""",
        Rule(called(0.01, 10, 4), np.array([0.01, 0.1, 1, 10])): """
            From 0.01 to 10 in four steps it should return 0.01, 0.1, 1 and 10.
            The first rate is low, the last one high: `np.geomspace(low, high, steps)`.""",
    },
    "02-choose": {
        WHY: "Far enough from the edge, and still as fast as can be.",
        Rule(callable): """The answer should be a function.
            Begin with `def choose(rates, losses):`.""",
        Rule(_chosen, lambda found: not np.isclose(found, 2.0)): """
            That is the rate of the lowest loss itself: there the loss is about to go wrong.
            Divide it by 10.""",
        Rule(_chosen, lambda found: not np.isclose(found, 0.05)): """
            That is a tenth of the lowest loss. Which rate belongs to it?
            `np.argmin(losses)` gives its place; take the rate of this place.""",
        Rule(_chosen, 0.2): """
            For the rates 0.5, 2 and 8 with the losses 1, 0.5 and 4 it should return 0.2.
            `rates[np.argmin(losses)] / 10`.""",
    },
}
