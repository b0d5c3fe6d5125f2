"""Questions of lesson 9: a schedule, a plateau, votes, a committee and doubtful answers."""

import itertools
from typing import Any

import numpy as np

from cnncourse.checks.kinds import WHY, Rule, Table, called, right
from cnncourse.checks.networks import NETWORK
from cnncourse.checks.runs import ALIKE, runs_named


def _members(model: Any) -> list:
    return [layer for layer in model.layers if hasattr(layer, "layers")]


def _all_differ(model: Any) -> bool:
    pairs = itertools.combinations([member.get_weights() for member in _members(model)], 2)
    return not any(all(map(np.array_equal, *pair)) for pair in pairs)


QUESTIONS: dict[str, Table] = {
    "09-schedule": {
        WHY: "A plain function without a memory: it serves any number of trainings.",
        Rule(called(0.0, {}), lambda rate: rate > 0): """
            The answer should be a function that returns a learning rate.
            Begin with `def linear(progress, history):` and return a number.""",
        Rule(called(0.0, {}), 0.01): """At the start it gives {found}.
            At progress 0 it should give 0.01.""",
        Rule(called(1.0, {}), 0.0001): """At the end it gives {found}.
            At progress 1 it should give 0.0001: add (0.0001 - 0.01) times the progress.""",
        Rule(called(0.25, {}), 0.007525): """
            Start and end are right. Is it a straight line in between?
            A quarter of the way through the training, the rate has gone a quarter of its way: \
            0.007525.""",
    },
    "09-runs": {
        WHY: "Same network, same seed, same epochs: only the schedule differs.",
        **runs_named("linear", "one cycle"),
        **ALIKE,
    },
    "09-plateau": {
        WHY: "0.95 came a second time, but that was no new best: three epochs in vain.",
        0.004: """For how many epochs was there no new best?
            0.94, 0.95 and 0.93 are no new best: 0.95 was there before.""",
        0.001: """Count again after the first halving.
            The last epoch brings a new best, so it is halved only once.""",
        right(0.002): """Go through the epochs with a pencil: which is a new best?
            Three epochs without a new best halve the rate: 0.004 becomes 0.002.""",
    },
    "09-vote": {
        WHY: "A member that is sure counts for more than two that hesitate.",
        (0, 2, 2): """You counted hands. Two members that can hardly decide beat one that is sure.
            Average the probabilities first: `mean(axis=0)`. Then take argmax.""",
        (0, 2, 1): """You averaged class numbers. What lies between a sandal (5) and a sneaker (7)?
            Average the probabilities, not the answers.""",
        right((1, 2, 2)): """Three answers, one for each picture.
            `votes.mean(axis=0).argmax(axis=1)`: over the members first, then the classes.""",
    },
    "09-committee": {
        WHY: "Three members that differ: where one errs, the others may object.",
        **NETWORK,
        Rule(lambda model: len(_members(model)), 3): """The committee has {found} different members.
            Build three networks, each by a call of its own, and pass a list of them to \
            `models.committee`.""",
        Rule(_all_differ): """Some members always give the same answers. What is their vote worth?
            Their weights are equal: build them with different seeds.""",
    },
    "09-unsure": {
        WHY: "Whoever reads these two by hand finds most of the mistakes, as a rule.",
        frozenset({0, 2}): """These are the two that it is surest of.
            Sort by the largest probability of each row, smallest first.""",
        frozenset({2, 4}): """
            Which number tells how sure it is: the probability of some class, or the largest?
            Take `max(axis=1)`, then the two smallest of them.""",
        right({1, 3}): """Two numbers of pictures, from 0 to 4.
            `np.argsort(probabilities.max(axis=1))[:2]` gives them.""",
    },
}
