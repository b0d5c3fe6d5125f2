"""Questions of lesson 13: confidence, calibration, shift and suspicious labels."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, OtherThan, Rule, Table, called, of_shape, right

P = np.array([[0.9, 0.1, 0.0], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.4, 0.3, 0.3]])
Y = np.array([0, 1, 1, 2])
BINNED = np.array([[0.95, 0.05], [0.95, 0.05], [0.35, 0.65], [0.35, 0.65], [0.35, 0.65]])
BINNED_Y = np.array([0, 1, 1, 1, 0])
GAPS = (2 * 0.45 + 3 * abs(0.65 - 2 / 3)) / 5
ROWS = np.array([[0.8, 0.2], [0.5, 0.5]])
HALVED = np.array([[2 / 3, 1 / 3], [0.5, 0.5]])  # 0.8 : 0.2 is 4 : 1, and the root of that 2 : 1
PICTURES = np.array([[[[0], [100]], [[200], [255]]]], np.uint8)


def _sums(cool: Callable) -> list[float]:
    return np.asarray(cool(ROWS.copy(), 2.0)).sum(axis=-1).tolist()


def _order(suspects: Callable) -> list[int]:
    return np.asarray(suspects(P.copy(), Y.copy(), 2)).tolist()


def _dark(darken: Callable) -> Any:
    return np.asarray(darken(PICTURES.copy(), 0.5)).ravel()


QUESTIONS: dict[str, Table] = {
    "13-confidence": {
        WHY: "The largest probability of each row, and where it stands.",
        Rule(called(P, Y), lambda found: len(found) == 2): """
            Does your function return two things, how sure and how often right?
            End with `return p.max(axis=1).mean(), ...`.""",
        Rule(lambda function: function(P.copy(), Y.copy())[0], 0.65): """
            The mean confidence of four answers is 0.65; yours is {found}.
            Take the largest number of each row, `p.max(axis=1)`, and then the mean.""",
        Rule(lambda function: function(P.copy(), Y.copy())[1], 0.5): """
            Two of the four answers are right; you have {found}.
            `p.argmax(axis=1) == y` says which answers are right.""",
    },
    "13-error": {
        WHY: "Each bin counts by how many answers are in it.",
        Rule(called(BINNED, BINNED_Y), lambda found: np.ndim(found) == 0): """
            The answer should be a function that returns one number.
            Begin with `def calibration_error(p, y):`, and add up over the ten bins.""",
        Rule(called(BINNED, BINNED_Y), OtherThan((0.45 + abs(0.65 - 2 / 3)) / 2)): """
            Do bins with few answers count as much as full ones?
            Weight each bin's distance by its share of all answers.""",
        Rule(called(BINNED, BINNED_Y), OtherThan(abs(GAPS - 2 * (2 / 3 - 0.65) * 3 / 5))): """
            May one bin's surplus make up for another one's lack?
            Take the absolute value in each bin, before you add up.""",
        Rule(called(BINNED, BINNED_Y), GAPS): """
            For five answers in two bins it gives {found}. How far apart are confidence and \
            accuracy in each?
            Two answers say 95 % and half are right; three say 65 % and two are right. Weight the \
            two distances by 2/5 and 3/5.""",
    },
    "13-cool": {
        WHY: "Softmax of log p / temperature: milder, and in the same order.",
        Rule(called(ROWS, 2.0), of_shape(2, 2)): """
            Does your function return as many probabilities as it gets?
            Begin with `def cool(p, temperature):`.""",
        Rule(_sums, [1, 1]): """The rows add up to {found}. Are these probabilities?
            Divide each row by its sum: this is what softmax does.""",
        Rule(called(ROWS, 2.0), OtherThan(ROWS)): """
            Nothing has changed. Where does the temperature come in?
            Divide the logits, log p, and not the probabilities: `np.log(p) / temperature`.""",
        Rule(called(ROWS, 2.0), OtherThan(ROWS**2 / (ROWS**2).sum(axis=1, keepdims=True))): """
            At temperature 2 your answers are sharper. Should they be?
            Divide by the temperature; do not multiply.""",
        Rule(called(ROWS, 2.0), HALVED): """
            0.8 to 0.2 is 4 to 1. What is it at temperature 2?
            `softmax(np.log(p) / temperature, axis=1)`.""",
    },
    "13-fit-on": {
        WHY: "Training pictures are known by heart, and test pictures are for the end.",
        "training": """What does a network say about pictures that it knows by heart?
            On the training pictures it is sure, and right: nothing seems wrong there.""",
        "test": """What would then tell you whether the temperature is any good?
            Test pictures are for the end. There is a third set.""",
        right("validation"): """Answer with the name of one of the three sets.
            "training", "validation" or "test".""",
    },
    "13-suspects": {
        WHY: "The smaller the probability of the given label, the more suspicious it is.",
        Rule(called(P, Y, 2), of_shape(2)): """
            Does your function return as many places as were asked for?
            Begin with `def suspects(p, y, count):` and end with `[:count]`.""",
        Rule(_order, OtherThan([3, 1])): """These are the least sure answers. Who asked for them?
            Look at the probability of the given label, `p[np.arange(len(y)), y]`.""",
        Rule(lambda function: set(_order(function)), {1, 3}): """
            Of four pictures it finds {found}. Which two labels does the network believe least?
            `np.argsort(p[np.arange(len(y)), y])` puts the smallest probability first.""",
    },
    "13-darken": {
        WHY: "Less light: every pixel by the same share, and whole numbers again.",
        Rule(_dark, of_shape(4)): """Does every pixel come back?
            Begin with `def darken(images, light):`.""",
        Rule(lambda function: function(PICTURES.copy(), 0.5).dtype == np.uint8): """
            The networks of this course take uint8 pictures. What type has your result?
            End with `.astype("uint8")`.""",
        Rule(_dark, lambda found: np.abs(found - np.array([0, 50, 100, 127.5])).max() <= 1): """
            With half of the light 200 becomes 100. Yours: {found}.
            Multiply by `light`, and do not subtract.""",
    },
    "13-darker": {
        WHY: "One network, the same pictures, less light each time.",
        Rule(lambda table: all(np.shape(row) == (2,) for row in table.values())): """
            The answer should be a dictionary from a share of light to a pair of numbers.
            `{1.0: (confidence, accuracy), 0.5: ..., 0.2: ...}`, with your first function.""",
        Rule(lambda table: len(table) >= 3 and 1.0 in table): """
            How would you see a trend? And what do you compare with?
            Measure three shares of light at least, 1.0 among them.""",
        Rule(lambda table: all(0 <= x <= 1 for row in table.values() for x in row)): """
            A confidence and an accuracy are shares. Yours: {found}.
            Give numbers from 0 to 1.""",
    },
}
