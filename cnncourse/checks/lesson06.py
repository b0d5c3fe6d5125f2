"""Questions of lesson 6: more and fewer layers, a repaired network and a fair comparison."""

from collections.abc import Callable
from typing import Any

from cnncourse.checks.kinds import WHY, Rule, Table, right
from cnncourse.checks.networks import NETWORK, count, filters, layers, poolings, units
from cnncourse.checks.runs import ALIKE, all_networks, is_builder, runs_named

VARIANTS = {
    "base": [32, "pool", 64, "pool", 64],
    "dropped": [32, "pool", 64, "pool"],
    "added": [32, "pool", 64, "pool", 64, 64],
    "first": [32, "pool"],
}


def _convolutions(steps: list) -> list:
    return [step for step in steps if step != "pool"]


def _sizes(steps: list) -> list[int]:
    """Follow 28 pixels through valid 3 x 3 convolutions and 2 x 2 poolings."""
    sizes = [28]
    for step in steps:
        sizes.append(sizes[-1] // 2 if step == "pool" else sizes[-1] - 2)
    return sizes


def _is_architecture(answer: Any) -> bool:
    return isinstance(answer, list) and all(step == "pool" or step >= 1 for step in answer)


def _variant(name: str, why: str, hints: str) -> Table:
    """Ask for a list of layers; the hints are about its convolutions."""
    return {
        WHY: why,
        Rule(_is_architecture): """
            The answer should be a list, as the lesson writes an architecture.
            Numbers of filters and "pool", such as `[32, "pool", 64]`.""",
        Rule(_convolutions, _convolutions(VARIANTS[name])): hints,
        Rule(lambda steps: min(_sizes(steps)) >= 1, show=_sizes): """
            The picture shrinks away. Follow its size through your list.
            28 pixels become {found}. Leave a pooling out.""",
        right(VARIANTS[name]): """
            The poolings changed too. Then you could not tell what made the difference.
            Keep the poolings where they are in the lesson's network.""",
    }


def _otherwise_alike(name: str, model: Any) -> bool:
    return units(model) == [64, 10] and poolings(model) == VARIANTS[name].count("pool")


def _is_plan(answer: dict) -> bool:
    keys = {"builders", "recipe", "repeats", "choose by"}
    return answer.keys() == keys and len(answer["builders"]) == 2


def _built(look: Callable) -> Callable:
    return lambda plan: [look(build()) for build in plan["builders"].values()]


QUESTIONS: dict[str, Table] = {
    "06-dropped": _variant(
        "dropped",
        "Fewer convolutions, but more numbers reach the dense layer.",
        """Two convolutions should be left. Which ones?
        Leave out the last 64 of the lesson's list, and nothing else.""",
    ),
    "06-added": _variant(
        "added",
        "There was just room for one more: 3 pixels become 1.",
        """Four convolutions are wanted: the lesson's three and another 64.
        Write another 64 after the last one.""",
    ),
    "06-first": _variant(
        "first",
        "The shortest list, and by far the most weights, as you will see.",
        """One convolution should be left. Which one?
        Keep 32 and the pooling that follows it.""",
    ),
    "06-runs": {
        WHY: "Same pictures, same seeds, same epochs: only the layers differ.",
        **runs_named(*VARIANTS),
        Rule(
            all_networks(lambda name, m: filters(m) == _convolutions(VARIANTS[name]))
        ): """A network does not have the layers that its name says.
            Look at each builder: does it use the list of its name? A `lambda` in a loop needs \
            `steps=steps`.""",
        Rule(all_networks(_otherwise_alike)): """
            The convolutions are right. And the poolings, and what follows them?
            Build each with `models.conv_net(shape, steps, dense=[64])`.""",
        **ALIKE,
    },
    "06-sizes": {
        WHY: "A convolution of 3 x 3 does not fit onto a single pixel.",
        (28, 26, 13, 11, 5, 3, 1, -1): """A picture cannot have -1 pixels.
            Stop at the last size that is at least 1.""",
        (28, 26, 13, 11, 6, 4, 2): """How did you round 11 / 2?
            Pooling drops what is left over: 11 halves to 5.""",
        (28, 28, 14, 14, 7, 7, 3, 3, 1): """That would be right for padding "same".
            With "valid", a 3 x 3 convolution makes the picture 2 pixels smaller.""",
        right((28, 26, 13, 11, 5, 3, 1)): """
            Begin with 28, and write the size after each layer for as long as there is one.
            A convolution subtracts 2; pooling halves and rounds down.""",
    },
    "06-repair": {
        WHY: "All layers are still there. Whether they are good is a question for an experiment.",
        **NETWORK,
        Rule(filters, [32, 64, 64, 64]): """
            Its convolutions have {found} filters; some are missing or new.
            Keep all four convolutions: 32, 64, 64 and 64 filters.""",
        Rule(poolings, 4): """
            That is a cure, but here all four poolings should stay. There are others.
            Smaller windows do not save four poolings here. Padding does.""",
        Rule(lambda model: min(min(conv.kernel_size) for conv in layers(model, "Conv2D")) > 1): """
            A window of a single pixel sees no neighbours.
            Keep windows of 3 x 3, with `padding="same"`.""",
    },
    "06-fair": {
        WHY: "One question, one difference, several seeds, and the test set is left alone.",
        Rule(_is_plan): """Something is missing in the plan. What does a comparison need?
            The keys are "builders" (two of them), "recipe", "repeats" and "choose by".""",
        Rule(lambda plan: all(map(is_builder, plan["builders"].values()))): """
            Each run should start with fresh weights. Do your builders build?
            A builder is a function that returns a new network: `lambda: ...`.""",
        Rule(_built(filters), lambda found: sorted(map(bool, found)) == [False, True]): """
            Which two kinds of networks are to be compared?
            One with convolutions, and one with dense layers only.""",
        Rule(_built(count), lambda counts: max(counts) <= 1.1 * min(counts)): """
            One network is much larger: {found} weights.
            Let the numbers of weights differ by 10 % at most. In the exercises to lesson 4 you \
            built such a pair.""",
        Rule(lambda plan: plan["repeats"] >= 3): """How would you notice luck?
            Train each network with at least three seeds: `repeats` of 3 or more.""",
        Rule(lambda plan: plan["recipe"]["epochs"] >= 1 and "seed" not in plan["recipe"]): """
            The recipe holds what `train_many` passes on, the same for both.
            At least `epochs`, and no seed: `train_many` counts the seeds by itself.""",
        Rule(lambda plan: plan["choose by"], "validation"): """By which pictures may you choose?
            Choose by "validation". The test set is for the chosen network, once.""",
    },
    "06-decide": {
        WHY: """More seeds might decide it. A paired test would only tell two trained networks
            apart.""",
        "second": """Its mean is higher. Might that be luck?
            Draw the two intervals: they overlap widely.""",
        "first": """Its mean is lower, and its interval begins lower.
            Draw the two intervals: what does it mean when they overlap?""",
        right("undecided"): """Choose from "first", "second" and "undecided".
            When two intervals overlap widely, the experiment cannot tell the networks apart.""",
    },
}
