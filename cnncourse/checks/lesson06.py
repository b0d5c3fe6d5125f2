"""Checks of lesson 6: more and fewer layers, a repaired network and a fair comparison."""

from cnncourse.checks.core import Check, Rule, equals, same, unlike
from cnncourse.checks.examples import conv_net, dense_net, run
from cnncourse.checks.networks import (
    NETWORK,
    alike,
    count,
    filters,
    is_builder,
    layers,
    runs_by_name,
    runs_of,
    units,
)

SHAPE = (28, 28, 1)
BASE = [32, "pool", 64, "pool", 64]
VARIANTS = {
    "base": BASE,
    "dropped": [32, "pool", 64, "pool"],
    "added": [32, "pool", 64, "pool", 64, 64],
    "first": [32, "pool"],
}
DEEP = [32, "pool", 64, "pool", 64, "pool", 64, "pool"]


def _sizes(steps: list) -> list[int]:
    """Follow 28 pixels through valid 3 x 3 convolutions and 2 x 2 poolings."""
    sizes = [28]
    for step in steps:
        sizes.append(sizes[-1] // 2 if step == "pool" else sizes[-1] - 2)
    return sizes


def _convolutions(steps: list) -> list:
    return [step for step in steps if step != "pool"]


def _a_list(steps) -> bool:
    return isinstance(steps, list) and all(step == "pool" or step >= 1 for step in steps)


LIST = Rule(
    _a_list,
    hints=(
        "The answer should be a list, as the lesson writes an architecture.",
        'Numbers of filters and "pool", such as `[32, "pool", 64]`.',
    ),
    wrong=(lambda: 32, lambda: ["convolution"]),
)


def _variant(name: str, why: str, *hints: str, wrong: tuple) -> Check:
    """Make a check of a list of layers whose convolutions must be those of the variant."""
    steps = VARIANTS[name]
    return Check(
        f"06-{name}",
        solution=lambda: steps,
        why=why,
        rules=[
            LIST,
            Rule(lambda answer: _convolutions(answer) == _convolutions(steps), hints, wrong),
            Rule(
                lambda answer: min(_sizes(answer)) >= 1,
                hints=(
                    "The picture shrinks away. Follow its size through your list.",
                    "28 pixels become {seen}. Leave a pooling out.",
                ),
                wrong=(lambda: [*steps, *["pool"] * 4],),
                seen=_sizes,
            ),
            Rule(
                lambda answer: answer == steps,
                hints=(
                    "The poolings changed too. Then you could not tell what made the difference.",
                    "Keep the poolings where they are in the lesson's network.",
                ),
                wrong=(lambda: _convolutions(steps), lambda: ["pool", steps[0], *steps[2:]]),
            ),
        ],
    )


def _trained(*, epochs: int = 2, dense: tuple = (64,)) -> dict:
    nets = {name: conv_net(SHAPE, steps, dense=dense) for name, steps in VARIANTS.items()}
    runs = {name: [run(net)] for name, net in nets.items()}
    return runs | {"base": [run(nets["base"], epochs=epochs)]}


def _swapped() -> dict:
    runs = _trained()
    return runs | {"added": runs["dropped"], "dropped": runs["added"]}


def _plan(units: int = 110, **changes) -> dict:
    plan = {
        "builders": {
            "dense": lambda: dense_net(SHAPE, [units, 64]),
            "convolutional": lambda: conv_net(SHAPE, BASE, dense=[64]),
        },
        "recipe": {"epochs": 5, "batch_size": 64},
        "repeats": 3,
        "choose by": "validation",
    }
    return plan | changes


def _networks(plan: dict) -> list:
    return [build() for build in plan["builders"].values()]


CHECKS = [
    _variant(
        "dropped",
        "Fewer convolutions, but more numbers reach the dense layer.",
        "Two convolutions should be left. Which ones?",
        "Leave out the last 64 of the lesson's list, and nothing else.",
        wrong=(lambda: [32, "pool", 64, "pool", 64], lambda: [32, "pool"]),
    ),
    _variant(
        "added",
        "There was just room for one more: 3 pixels become 1.",
        "Four convolutions are wanted: the lesson's three and another 64.",
        "Write another 64 after the last one.",
        wrong=(lambda: BASE, lambda: [32, "pool", 64, "pool", 64, 64, 64]),
    ),
    _variant(
        "first",
        "The shortest list, and by far the most weights, as you will see.",
        "One convolution should be left. Which one?",
        "Keep 32 and the pooling that follows it.",
        wrong=(lambda: [64, "pool"], lambda: [32, "pool", 64, "pool"]),
    ),
    Check(
        "06-runs",
        solution=_trained,
        why="Same pictures, same seeds, same epochs: only the layers differ.",
        rules=[
            runs_by_name(*VARIANTS, wrong=lambda: {"base": run()}),
            Rule(
                lambda runs: all(
                    filters(one.model) == _convolutions(VARIANTS[name])
                    for name, group in runs_of(runs).items()
                    for one in group
                ),
                hints=(
                    "A network does not have the layers that its name says.",
                    "Look at each builder: does it use the list of its name? A `lambda` in a loop "
                    "needs `steps=steps`.",
                ),
                wrong=(_swapped,),
            ),
            Rule(
                lambda runs: all(
                    units(one.model) == [64, 10]
                    and len(layers(one.model, "MaxPooling2D")) == VARIANTS[name].count("pool")
                    for name, group in runs_of(runs).items()
                    for one in group
                ),
                hints=(
                    "The convolutions are right. And the poolings, and what follows them?",
                    "Build each with `models.conv_net(shape, steps, dense=[64])`.",
                ),
                wrong=(lambda: _trained(dense=()), lambda: _trained(dense=(32,))),
            ),
            alike(wrong=lambda: _trained(epochs=1)),
        ],
    ),
    Check(
        "06-sizes",
        solution=lambda: [28, 26, 13, 11, 5, 3, 1],
        why="A convolution of 3 x 3 does not fit onto a single pixel.",
        rules=[
            unlike(
                [28, 26, 13, 11, 5, 3, 1, -1],
                "A picture cannot have -1 pixels.",
                "Stop at the last size that is at least 1.",
            ),
            unlike(
                [28, 26, 13, 11, 6, 4, 2],
                "How did you round 11 / 2?",
                "Pooling drops what is left over: 11 halves to 5.",
            ),
            unlike(
                [28, 28, 14, 14, 7, 7, 3, 3, 1],
                'That would be right for padding "same".',
                'With "valid", a 3 x 3 convolution makes the picture 2 pixels smaller.',
            ),
            equals(
                [28, 26, 13, 11, 5, 3, 1],
                "Begin with 28, and write the size after each layer for as long as there is one.",
                "A convolution subtracts 2; pooling halves and rounds down.",
            ),
        ],
    ),
    Check(
        "06-repair",
        solution=lambda: conv_net(SHAPE, DEEP, padding="same"),
        why="All layers are still there. Whether they are good is a question for an experiment.",
        rules=[
            NETWORK,
            Rule(
                lambda model: filters(model) == _convolutions(DEEP),
                hints=(
                    "Its convolutions have {seen} filters; some are missing or new.",
                    "Keep all four convolutions: 32, 64, 64 and 64 filters.",
                ),
                wrong=(lambda: conv_net(SHAPE, BASE),),
                seen=filters,
            ),
            Rule(
                lambda model: len(layers(model, "MaxPooling2D")) == 4,
                hints=(
                    "That is a cure, but here all four poolings should stay. There are others.",
                    "Smaller windows do not save four poolings here. Padding does.",
                ),
                wrong=(lambda: conv_net(SHAPE, [32, "pool", 64, 64, 64], padding="same"),),
            ),
            Rule(
                lambda model: all(min(conv.kernel_size) > 1 for conv in layers(model, "Conv2D")),
                hints=(
                    "A window of a single pixel sees no neighbours.",
                    'Keep windows of 3 x 3, with `padding="same"`.',
                ),
                wrong=(lambda: conv_net(SHAPE, DEEP, kernel=1),),
            ),
        ],
    ),
    Check(
        "06-fair",
        solution=_plan,
        why="One question, one difference, several seeds, and the test set is left alone.",
        rules=[
            Rule(
                lambda plan: plan.keys() == _plan().keys() and len(plan["builders"]) == 2,
                hints=(
                    "Something is missing in the plan. What does a comparison need?",
                    'The keys are "builders" (two of them), "recipe", "repeats" and "choose by".',
                ),
                wrong=(lambda: _plan()["builders"], lambda: _plan(builders={})),
            ),
            Rule(
                lambda plan: all(map(is_builder, plan["builders"].values())),
                hints=(
                    "Each run should start with fresh weights. Do your builders build?",
                    "A builder is a function that returns a new network: `lambda: ...`.",
                ),
                wrong=(
                    lambda: _plan(
                        builders={"dense": dense_net(SHAPE, [110]), "conv": conv_net(SHAPE, BASE)}
                    ),
                ),
            ),
            Rule(
                lambda plan: (
                    sorted(bool(filters(network)) for network in _networks(plan)) == [False, True]
                ),
                hints=(
                    "Which two kinds of networks are to be compared?",
                    "One with convolutions, and one with dense layers only.",
                ),
                wrong=(lambda: _plan(builders=dict.fromkeys("ab", lambda: conv_net(SHAPE, BASE))),),
            ),
            Rule(
                lambda plan: max(sizes := list(map(count, _networks(plan)))) <= 1.1 * min(sizes),
                hints=(
                    "One network is much larger: {seen} weights.",
                    "Let the numbers of weights differ by 10 % at most. In the exercises to "
                    "lesson 4 you built such a pair.",
                ),
                wrong=(lambda: _plan(units=64), lambda: _plan(units=512)),
                seen=lambda plan: list(map(count, _networks(plan))),
            ),
            Rule(
                lambda plan: plan["repeats"] >= 3,
                hints=(
                    "How would you notice luck?",
                    "Train each network with at least three seeds: `repeats` of 3 or more.",
                ),
                wrong=(lambda: _plan(repeats=1),),
            ),
            Rule(
                lambda plan: plan["recipe"]["epochs"] >= 1 and "seed" not in plan["recipe"],
                hints=(
                    "The recipe holds what `train_many` passes on, the same for both.",
                    "At least `epochs`, and no seed: `train_many` counts the seeds by itself.",
                ),
                wrong=(lambda: _plan(recipe={}),),
            ),
            Rule(
                lambda plan: same(plan["choose by"], "validation"),
                hints=(
                    "By which pictures may you choose?",
                    'Choose by "validation". The test set is for the chosen network, once.',
                ),
                wrong=(lambda: _plan(**{"choose by": "test"}),),
            ),
        ],
    ),
    Check(
        "06-decide",
        solution=lambda: "undecided",
        why="More seeds might decide it. A paired test would only tell two trained networks apart.",
        rules=[
            unlike(
                "second",
                "Its mean is higher. Might that be luck?",
                "Draw the two intervals: they overlap widely.",
            ),
            unlike(
                "first",
                "Its mean is lower, and its interval begins lower.",
                "Draw the two intervals: what does it mean when they overlap?",
            ),
            equals(
                "undecided",
                'Choose from "first", "second" and "undecided".',
                "When two intervals overlap widely, the experiment cannot tell the networks apart.",
            ),
        ],
    ),
]
