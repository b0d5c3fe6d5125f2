"""Checks of lesson 9: a schedule, a plateau, votes, a committee and doubtful answers."""

import itertools

import numpy as np

from cnncourse.checks.core import Check, Rule, equals, same, unlike
from cnncourse.checks.examples import dense_net, run
from cnncourse.checks.networks import NETWORK, alike, runs_by_name

SHAPE = (28, 28, 1)
NAMES = ("linear", "one cycle")


def _linear(progress, history):
    return 0.01 + (0.0001 - 0.01) * progress


def _committee(*members):
    from cnncourse.models import committee

    return committee(members)


def _members(model) -> list:
    return [layer for layer in model.layers if hasattr(layer, "layers")]


def _net():
    return dense_net(SHAPE, [8])


def _thrice(net):
    return _committee(net, net, net)


def _copies():
    nets = [_net() for _ in range(3)]
    for net in nets:
        net.set_weights(nets[0].get_weights())
    return _committee(*nets)


def _differ(one, other) -> bool:
    return not all(map(np.array_equal, one.get_weights(), other.get_weights()))


CHECKS = [
    Check(
        "09-schedule",
        solution=lambda: _linear,
        why="A plain function without a memory: it serves any number of trainings.",
        rules=[
            Rule(
                lambda rate: rate(0.0, {}) > 0,
                hints=(
                    "The answer should be a function that returns a learning rate.",
                    "Begin with `def linear(progress, history):` and return a number.",
                ),
                wrong=(lambda: 0.01, lambda: lambda progress: 0.01),
            ),
            Rule(
                lambda rate: same(rate(0.0, {}), 0.01),
                hints=(
                    "At the start it gives {seen}.",
                    "At progress 0 it should give 0.01.",
                ),
                wrong=(
                    lambda: lambda progress, history: 0.0001 + 0.0099 * progress,
                    lambda: lambda progress, history: 0.001,
                ),
                seen=lambda rate: rate(0.0, {}),
            ),
            Rule(
                lambda rate: same(rate(1.0, {}), 0.0001),
                hints=(
                    "At the end it gives {seen}.",
                    "At progress 1 it should give 0.0001: add (0.0001 - 0.01) times the progress.",
                ),
                wrong=(
                    lambda: lambda progress, history: 0.01,
                    lambda: lambda progress, history: 0.01 * (1 - progress),
                ),
                seen=lambda rate: rate(1.0, {}),
            ),
            Rule(
                lambda rate: same(rate(0.25, {}), _linear(0.25, {})),
                hints=(
                    "Start and end are right. Is it a straight line in between?",
                    "After a quarter of the training a quarter of the way is gone: 0.007525.",
                ),
                wrong=(lambda: lambda progress, history: 0.01 ** (1 + progress),),
            ),
        ],
    ),
    Check(
        "09-runs",
        solution=lambda: {name: run() for name in NAMES},
        why="Same network, same seed, same epochs: only the schedule differs.",
        rules=[
            runs_by_name(*NAMES, wrong=lambda: run()),
            alike(wrong=lambda: {"linear": run(), "one cycle": run(epochs=1)}),
        ],
    ),
    Check(
        "09-plateau",
        solution=lambda: 0.002,
        why="0.95 came a second time, but that was no new best: three epochs in vain.",
        rules=[
            unlike(
                0.004,
                "For how many epochs was there no new best?",
                "0.94, 0.95 and 0.93 are no new best: 0.95 was there before.",
            ),
            unlike(
                0.001,
                "Count again after the first halving.",
                "The last epoch brings a new best, so it is halved only once.",
            ),
            equals(
                0.002,
                "Go through the epochs with a pencil: which is a new best?",
                "Three epochs without a new best halve the rate: 0.004 becomes 0.002.",
            ),
        ],
    ),
    Check(
        "09-vote",
        solution=lambda: [1, 2, 2],
        why="A member that is sure counts for more than two that hesitate.",
        rules=[
            unlike(
                [0, 2, 2],
                "You counted hands. Two members that can hardly decide beat one that is sure.",
                "Average the probabilities first: `mean(axis=0)`. Take argmax then.",
            ),
            unlike(
                [0, 2, 1],
                "You averaged class numbers. What lies between a sandal (5) and a sneaker (7)?",
                "Average the probabilities, not the answers.",
            ),
            equals(
                [1, 2, 2],
                "Three answers, one for each picture.",
                "`votes.mean(axis=0).argmax(axis=1)`: over the members first, then the classes.",
            ),
        ],
    ),
    Check(
        "09-committee",
        solution=lambda: _committee(_net(), _net(), _net()),
        why="Three members that differ: where one errs, the others may object.",
        rules=[
            NETWORK,
            Rule(
                lambda model: len(_members(model)) == 3,
                hints=(
                    "The committee has {seen} different members.",
                    "Build three networks, each by a call of its own, and pass a list of them to "
                    "`models.committee`.",
                ),
                wrong=(
                    lambda: _thrice(_net()),
                    lambda: _committee(_net(), _net()),
                    _net,
                ),
                seen=lambda model: len(_members(model)),
            ),
            Rule(
                lambda model: all(
                    _differ(one, other) for one, other in itertools.combinations(_members(model), 2)
                ),
                hints=(
                    "Some members always give the same answers. What is their vote worth?",
                    "Their weights are equal: build them with different seeds.",
                ),
                wrong=(_copies,),
            ),
        ],
    ),
    Check(
        "09-unsure",
        solution=lambda: [1, 3],
        why="Whoever reads these two by hand finds most of the mistakes, as a rule.",
        rules=[
            unlike(
                {"0", "2"},
                "These are the two that it is surest of.",
                "Sort by the largest probability of each row, smallest first.",
            ),
            unlike(
                {"2", "4"},
                "Which number tells how sure it is: the probability of some class, or the largest?",
                "Take `max(axis=1)`, then the two smallest of them.",
            ),
            equals(
                {"1", "3"},
                "Two numbers of pictures, from 0 to 4.",
                "`np.argsort(probabilities.max(axis=1))[:2]` gives them.",
            ),
        ],
    ),
]
