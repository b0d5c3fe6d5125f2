"""Train several networks side by side, each in a process of its own with one thread."""

import dataclasses
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from cnncourse import settings
from cnncourse.backend import fixed_seed, keras
from cnncourse.data import ImageDataset, check_dataset
from cnncourse.messages import StatusLine, notice
from cnncourse.modelchecks import check_fits
from cnncourse.training.checkpoints import Checkpoint
from cnncourse.training.recipe import Recipe, takes_a_recipe
from cnncourse.training.run import PLAIN_LOSS, TrainingRun, warn_of_divergence
from cnncourse.training.workers import Builder, Job, Outcome, Shipment, train_in_processes
from cnncourse.validation import brief, check_function, is_whole_number


@takes_a_recipe
def train_many(
    builders: Mapping[str, Builder],
    dataset: ImageDataset,
    *,
    repeats: int = 1,
    n_jobs: int | None = None,
    name: str | None = None,
    **options: Any,
) -> dict[str, list[TrainingRun]]:
    """Train several networks, and each of them several times, on all cores.

    Every run has a process and a TensorFlow thread of its own, so the results do not depend on how
    many run at a time. Inside ``joblib.parallel_config(backend="dask")`` the same call runs on a
    Dask cluster, and with "ray" on a Ray cluster. Where there is a GPU, one run follows the other.

    Args:
        builders: A function for each name that builds an uncompiled model.
        dataset: Where the pictures come from.
        repeats: Runs of each builder with seeds of their own (capped in reduced mode), which count
            on from the option `seed`.
        n_jobs: Runs at a time; None for as many as cores and memory allow, or what the joblib
            backend says.
        name: Keeps the state of each run on disk until all are trained. The same call in a new
            kernel takes over the finished runs of a killed one and resumes the others, to the
            same bits.
        **options: The fields of a `Recipe`: `epochs`, `learning_rate`, `augment` and so on. A
            dictionary with the builders' names gives each of them a value of its own.

    Returns:
        The runs of each builder, in the order of their seeds. After the stop button, those that
        were done; a builder may have none.

    Raises:
        ValueError: If the builders are not a dictionary of functions, two of them hand out the same
            model or share a layer, or an option is out of its range.
        TypeError: If there is no such option.
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
    _check_builders(builders)
    check_dataset(dataset, "train", "val")
    if n_jobs is not None and (not is_whole_number(n_jobs) or n_jobs == 0):
        raise ValueError(f"n_jobs={brief(n_jobs)}: give a number of runs, or None.")
    repeats = settings.repeats(repeats)
    given = {label: _options_of(label, builders, options) for label in builders}
    recipes = {label: Recipe.of({**given[label], "name": name}) for label in builders}
    keys = [(label, recipes[label].seed + i) for label in builders for i in range(repeats)]
    with Checkpoint(name).held():
        models, outcomes = _build(builders, dataset, keys)
        checkpoints = {}
        for (label, seed), model in models.items():
            recipe, own_name = recipes[label], _name_of_run(name, label, seed)
            recipe = dataclasses.replace(recipe, seed=seed, name=own_name)
            checkpoint = checkpoints[label, seed] = Checkpoint.of(recipe, model, dataset)
            state = checkpoint.load()
            if state is not None and len(state.history["loss"]) == recipe.epochs:  # done before
                done = Outcome(label, seed, state.history, state.seconds, state.weights)
                outcomes.append(done)
        # The workers never see a test picture.
        shown = dataclasses.replace(dataset, x_test=dataset.x_test[:0], y_test=dataset.y_test[:0])
        shipment = Shipment((builders, given))
        before = {(outcome.label, outcome.seed) for outcome in outcomes}
        jobs = [
            Job(*key, checkpoints[key].name, model.get_weights(), shown, shipment)
            for key, model in models.items()
            if key not in before
        ]
        outcomes = _collect(train_in_processes(jobs, n_jobs), jobs, outcomes)
        _report(outcomes, keys)
        runs: dict[str, list[TrainingRun]] = {label: [] for label in builders}
        for outcome in sorted(outcomes, key=lambda outcome: outcome.seed):
            if not outcome.failure:
                model = models[outcome.label, outcome.seed]
                model.set_weights(outcome.weights)
                optimizer = recipes[outcome.label].new_optimizer()
                model.compile(optimizer, loss=PLAIN_LOSS, metrics=["accuracy"], jit_compile=False)
                run = TrainingRun(model, outcome.history, outcome.seconds, outcome.seed)
                runs[outcome.label].append(run)
        warn_of_divergence({f"{k} (seed {r.seed})": r for k, group in runs.items() for r in group})
        if sum(map(len, runs.values())) == len(keys):
            for checkpoint in checkpoints.values():
                checkpoint.delete()
    return runs


def _check_builders(builders: Any) -> None:
    are_named = isinstance(builders, Mapping) and all(isinstance(name, str) for name in builders)
    if not are_named or not builders or not all(map(callable, builders.values())):
        raise ValueError(
            f"builders={brief(builders)}: give a dictionary from names to functions that build a "
            "model."
        )
    for label, build in builders.items():
        if isinstance(build, keras.Layer):
            raise ValueError(
                f"builders[{label!r}] is {brief(build)}, a model and not a function: give a "
                "function that builds a new one, such as lambda: models.conv_net((28, 28, 1), [8])."
            )
        check_function(f"builders[{label!r}]", build)


def _options_of(label: str, builders: Mapping[str, Builder], options: dict) -> dict:
    """Take a builder's own value where there is a dictionary of them."""
    for key, value in options.items():
        if isinstance(value, dict) and value.keys() != builders.keys():
            raise ValueError(
                f"{key}={brief(value)}: give one value, or a dictionary with a value for each of "
                f"{', '.join(map(repr, builders))}."
            )
    return {
        key: value[label] if isinstance(value, dict) else value for key, value in options.items()
    }


def _name_of_run(name: str | None, label: str, seed: int) -> str | None:
    """Return the name of a run's checkpoint: legible, and unlike that of any other label."""
    legible = re.sub(r"[^\w.-]", "_", label)[:20]
    return name and f"{name} {legible} {zlib.crc32(label.encode()):08x} seed {seed}"


def _build(
    builders: Mapping[str, Builder], dataset: ImageDataset, keys: list[tuple[str, int]]
) -> tuple[dict[tuple[str, int], keras.Model], list[Outcome]]:
    """Build each run's network here, from its seed; return those, and the failures."""
    models: dict[tuple[str, int], keras.Model] = {}
    owners: dict[int, str] = {}  # of each variable, by its id
    failures = []
    for label, seed in keys:
        try:
            with fixed_seed(seed):
                model = builders[label]()
            check_fits(model, dataset.picture_shape, len(dataset.class_names), dataset.name)
        except Exception as error:
            failures.append(Outcome(label, seed, failure=f"{type(error).__name__}: {error}"))
            continue
        shared = [owners[id(v)] for v in model.variables if id(v) in owners]
        if shared:
            raise ValueError(
                f"builders[{shared[0]!r}] and builders[{label!r}] hand out the same model, or "
                "share a layer: each run would go on with the weights of another. Build "
                "everything anew inside the function, such as lambda: models.conv_net(...)."
            )
        owners |= {id(variable): label for variable in model.variables}
        models[label, seed] = model
    return models, failures


def _collect(outcomes: Iterable[Outcome], jobs: list[Job], before: list[Outcome]) -> list[Outcome]:
    """Gather the outcomes as each finishes; the stop button keeps those that did."""
    finished, lost, total = list(before), [], len(jobs) + len(before)
    started, line = time.monotonic(), StatusLine(0)
    kept = sum(not outcome.failure for outcome in before)
    line.update(f"training {len(jobs)} networks")
    ending = f"{total} network{'s' * (total != 1)}"
    ending += f", {kept} of them trained before," if kept else ""
    try:
        for outcome in outcomes:
            finished.append(outcome)
            seconds = time.monotonic() - started
            so_far = f"{len(finished)} of {total} networks after {seconds:.0f} s"
            line.update(f"{so_far}, the last {outcome.title}")
    except KeyboardInterrupt:
        ending = f"stopped with {len(finished)} of {total} networks"
    except Exception as error:  # a process was killed, or a builder could not be sent to one
        ending = f"broke off with {len(finished)} of {total} networks"
        done = {(outcome.label, outcome.seed) for outcome in finished}
        why = f"{type(error).__name__}: {error}"
        if isinstance(error.__context__, OSError):  # a full disk, under "could not be pickled"
            why += f" ({error.__context__})"
        missing = [(job.label, job.seed) for job in jobs if (job.label, job.seed) not in done]
        lost = [Outcome(*key, failure=why) for key in missing]
    line.close(f"{ending} in {time.monotonic() - started:.0f} s")
    return finished + lost


def _report(outcomes: list[Outcome], keys: list[tuple[str, int]]) -> None:
    """Say which runs failed or were never begun; raise if there is none that succeeded."""
    if not outcomes:
        raise RuntimeError(
            f"Stopped before the first of {len(keys)} networks was trained: run this cell again, "
            "with fewer epochs or repeats if it takes too long."
        )
    failed = [outcome for outcome in outcomes if outcome.failure]
    if len(failed) == len(outcomes):
        raise RuntimeError(f"No run succeeded. {failed[0].failure}")
    if failed:
        notice(
            f"{len(failed)} of {len(keys)} runs failed; the others are whole",
            *(f"{outcome.title}: {outcome.failure}" for outcome in failed),
        )
    begun = {outcome.label for outcome in outcomes}
    missing = [label for label in dict.fromkeys(label for label, _ in keys) if label not in begun]
    if missing:
        notice(
            f"Stopped: {', '.join(missing)} not trained",
            "The other runs are whole. Run this cell again before the cells that need all of them.",
        )
