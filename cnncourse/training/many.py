"""Train several networks side by side, each in a process of its own with one thread."""

import dataclasses
import inspect
import time
from collections.abc import Iterable

from cnncourse import settings
from cnncourse.data import ImageDataset
from cnncourse.messages import ProgressLine, notice
from cnncourse.training.arguments import check_pictures, check_recipe
from cnncourse.training.engine import train
from cnncourse.training.run import TrainingRun
from cnncourse.training.workers import Builder, Job, Outcome, Packed, describe, run_all, train_one
from cnncourse.validation import brief, check_function, is_whole_number, whole_number

MOST_REPEATS = 1000


def train_many(
    builders: dict[str, Builder],
    dataset: ImageDataset,
    *,
    repeats: int = 1,
    seed: int | None = None,
    n_jobs: int | None = None,
    **recipe,
) -> dict[str, list[TrainingRun]]:
    """Train several networks, and each of them several times, on all cores.

    Every run has one TensorFlow thread, so the results do not depend on how many run at a time.
    Inside ``joblib.parallel_config(backend="dask")`` the same call runs on a Dask cluster, and with
    "ray" on a Ray cluster. In reduced mode the runs follow one another in this process.

    Args:
        builders: A function for each name that builds an uncompiled model.
        dataset: Where the pictures come from.
        repeats: Runs of each builder with seeds of their own (capped in reduced mode).
        seed: Seed of the first run of each builder; the next ones count on from it.
        n_jobs: Runs at a time; None for one on each core, or what the joblib backend says.
        **recipe: Passed to `train`: epochs, learning_rate, augment and so on. A dictionary with
            the builders' names gives each of them a value of its own.

    Returns:
        The runs of each builder, in the order of their seeds. After the stop button, those that
        were done; a builder may have none.

    Raises:
        ValueError: If the builders are not a dictionary of functions, or the recipe is wrong.
        TypeError: If `train` has no such argument.
        RuntimeError: If every run failed, or the stop button came before the first one was done.

    Example:
        >>> from cnncourse import data, models
        >>> runs = train_many(
        ...     {"small": lambda: models.dense_net((28, 28, 1), [4])}, data.load("mnist"), epochs=1
        ... )  # doctest: +ELLIPSIS
        1 network in ...
        >>> len(runs["small"])
        1

        Two ways to train one network:

        >>> build = lambda: models.dense_net((28, 28, 1), [4])
        >>> runs = train_many(
        ...     dict.fromkeys(["gently", "fast"], build),
        ...     data.load("mnist"),
        ...     epochs=1,
        ...     learning_rate={"gently": 0.001, "fast": 0.01},
        ... )  # doctest: +ELLIPSIS
        2 networks in ...
    """
    are_named = isinstance(builders, dict) and all(isinstance(name, str) for name in builders)
    if not are_named or not builders or not all(map(callable, builders.values())):
        raise ValueError(
            f"builders={brief(builders)}: give a dictionary from names to functions that build a "
            "model."
        )
    for label, build in builders.items():
        check_function(f"builders[{label!r}]", build)
    if recipe.get("name") is not None:
        raise ValueError("train_many names its runs itself: leave `name` out.")
    check_pictures(dataset, "train", "val")
    if n_jobs is not None and (not is_whole_number(n_jobs) or n_jobs == 0):
        raise ValueError(f"n_jobs={brief(n_jobs)}: give a number of runs, or None.")
    whole_number("repeats", repeats, most=MOST_REPEATS)
    try:
        call = inspect.signature(train).bind(None, dataset, seed=seed, **recipe)
    except TypeError as error:
        raise TypeError(f"train_many passes its recipe to `train`: {error}.") from None
    call.apply_defaults()
    given = {k: v for k, v in call.arguments.items() if k not in ("model", "dataset")}
    for label in builders:
        check_recipe(**_recipe_of(label, builders, given))
    first = settings.seed() if seed is None else int(seed)
    seeds = range(first, first + settings.repeats(repeats))
    # The workers never see a test picture.
    shown = dataclasses.replace(dataset, x_test=dataset.x_test[:0], y_test=dataset.y_test[:0])
    recipes = {label: _recipe_of(label, builders, recipe) for label in builders}
    packed = Packed(builders, recipes)
    jobs = [Job(label, run_seed, shown, packed) for label in builders for run_seed in seeds]
    outcomes = _collect(map(train_one, jobs) if settings.reduced() else run_all(jobs, n_jobs), jobs)
    if not outcomes:
        raise RuntimeError(
            f"Stopped before the first of {len(jobs)} networks was trained: run this cell again, "
            "with fewer epochs or repeats if it takes too long."
        )

    failed = [outcome for outcome in outcomes if outcome.failure]
    if len(failed) == len(outcomes):
        raise RuntimeError(f"No run succeeded. {failed[0].failure}")
    if failed:
        notice(
            f"{len(failed)} of {len(jobs)} runs failed; the others are whole",
            *(f"{outcome.title}: {outcome.failure}" for outcome in failed),
        )
    runs: dict[str, list[TrainingRun]] = {label: [] for label in builders}
    for outcome in sorted(outcomes, key=lambda outcome: outcome.seed):
        if not outcome.failure:
            model = builders[outcome.label]()
            model.set_weights(outcome.weights)
            run = TrainingRun(model, outcome.history, outcome.seconds, outcome.seed)
            runs[outcome.label].append(run)
    missing = set(builders) - {outcome.label for outcome in outcomes}
    if missing:
        notice(
            f"Stopped: {', '.join(label for label in builders if label in missing)} not trained",
            "The other runs are whole. Run this cell again before the cells that need all of them.",
        )
    return runs


def _recipe_of(label: str, builders: dict[str, Builder], recipe: dict) -> dict:
    """Take a builder's own value where there is a dictionary of them."""
    for key, value in recipe.items():
        if isinstance(value, dict) and value.keys() != builders.keys():
            raise ValueError(
                f"{key}={brief(value)}: give one value, or a dictionary with a value for each of "
                f"{', '.join(map(repr, builders))}."
            )
    return {
        key: value[label] if isinstance(value, dict) else value for key, value in recipe.items()
    }


def _collect(outcomes: Iterable[Outcome], jobs: list[Job]) -> list[Outcome]:
    """Gather the outcomes as each finishes; the stop button keeps those that did."""
    started, line, finished, lost = time.monotonic(), ProgressLine(0), [], []
    line.update(f"training {len(jobs)} networks")
    ending = f"{len(jobs)} network{'' if len(jobs) == 1 else 's'}"
    try:
        for outcome in outcomes:
            finished.append(outcome)
            line.update(
                f"{len(finished)} of {len(jobs)} networks after {time.monotonic() - started:.0f} "
                f"s, the last {outcome.title}"
            )
    except KeyboardInterrupt:
        ending = f"stopped with {len(finished)} of {len(jobs)} networks"
    except Exception as error:  # a process was killed, or a builder could not be sent to one
        ending = f"broke off with {len(finished)} of {len(jobs)} networks"
        done = {outcome.title for outcome in finished}
        lost = [Outcome(job.label, job.seed, failure=describe(error)) for job in jobs]
        lost = [outcome for outcome in lost if outcome.title not in done]
    line.close(f"{ending} in {time.monotonic() - started:.0f} s")
    return finished + lost
