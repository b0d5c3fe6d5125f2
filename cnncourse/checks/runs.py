"""Rules about training runs by name, and what is trained: one run may stand alone."""

from collections.abc import Callable
from typing import Any

from cnncourse.checks.kinds import Rule, Table, is_a
from cnncourse.checks.networks import is_network


def is_builder(answer: Any) -> bool:
    """Say whether an answer is a function that builds a new network each time."""
    one, other = answer(), answer()
    shared = {id(layer) for layer in one.layers} & {id(layer) for layer in other.layers}
    return is_network(one) and is_network(other) and not shared


def groups(answer: dict) -> list[list]:
    """Return the runs of each name."""
    return [list(runs) if isinstance(runs, (list, tuple)) else [runs] for runs in answer.values()]


def all_networks(condition: Callable) -> Callable:
    """Look whether a condition holds for each run's name and network."""
    return lambda answer: all(
        condition(name, run.model)
        for name, runs in zip(answer, groups(answer), strict=True)
        for run in runs
    )


def _trained_alike(answer: dict) -> bool:
    seeds = {tuple(run.seed for run in runs) for runs in groups(answer)}
    return len(seeds) == 1 and len({run.epochs for runs in groups(answer) for run in runs}) == 1


def runs_named(*names: str) -> Table:
    """Return the rule that an answer holds trained runs under these names."""

    def are_runs(answer: dict) -> bool:
        runs = [run for group in groups(answer) for run in group]
        return answer.keys() == set(names) and all(is_a("TrainingRun")(run) for run in runs)

    keys = ", ".join(f"`{name}`" for name in names)
    return {
        Rule(are_runs): f"""
            The answer should be a dictionary of training runs. Does it have a run for each name?
            The keys should be {keys}, and each value what `train` or `train_many` returned for it.
        """
    }


ALIKE: Table = {
    Rule(_trained_alike): """
        The runs were not trained alike. What besides the question differs between them?
        Give all of them the same number of epochs and the same seeds."""
}
REPEATED: Table = {
    Rule(lambda answer: all(len(runs) > 1 for runs in groups(answer))): """
        With one run of each, how would you notice luck?
        Train each with at least two seeds: pass `repeats=2` to `train_many`."""
}
