"""Processes forked from one that has imported the course already: a second each instead of six."""

import contextlib
import hashlib
import io
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable

import numpy as np
import pytest

EPOCHS, STEPS = 20, 4
SEEDS = (3, 4)  # of the networks that are trained side by side

fresh = multiprocessing.get_context("forkserver")
fresh.set_forkserver_preload(["cnncourse.datafiles", "cnncourse.models", "cnncourse.training"])


class Child:
    """A process of its own that runs a function and says things.

    Args:
        function: Gets the `Parent`, then the arguments.
        *args: The arguments.
    """

    def __init__(self, function: Callable, *args) -> None:
        self.line, other_end = fresh.Pipe()
        self.process = fresh.Process(target=_run, args=(function, other_end, *args))
        with pytest.MonkeyPatch.context() as patch:  # what they all are forked from inherits it
            patch.setenv("CNNCOURSE_REDUCED", "0")
            patch.setenv("TF_NUM_INTRAOP_THREADS", "1")
            self.process.start()
        other_end.close()

    def hear(self):
        """Return the next thing that it says; an EOFError means that it ended without."""
        assert self.line.poll(600), "it hangs"
        return self.line.recv()

    def kill(self) -> bool:
        """Send it kill -9; say whether that ended it."""
        self.process.kill()
        self.process.join()
        return self.process.exitcode == -signal.SIGKILL


class Parent:
    """What a child knows of the process that started it."""

    def __init__(self, line) -> None:
        self.say = line.send
        self._line = line

    def wait_to_be_killed(self) -> None:
        """Wait for kill -9, or end when the parent ends without."""
        self._line.recv()


def _run(function, line, *args) -> None:
    function(Parent(line), *args)


class Reporting:
    """A learning rate's schedule that says when the training goes on from where to where."""

    def __init__(self, parent: Parent, pause_at: int | None) -> None:
        from cnncourse.training import one_cycle

        self.parent, self.pause_at, self.rate, self.calls = parent, pause_at, one_cycle(0.01), 0

    def __call__(self, progress: float, history: dict) -> float:
        self.calls += 1  # the first one is a check of the recipe
        if self.calls == 3:  # TensorFlow has compiled the network by now
            self.parent.say(
                ("trains", round(progress * EPOCHS * STEPS) // STEPS, time.process_time())
            )
        if round(progress * EPOCHS * STEPS) == self.pause_at and self.calls > 1:
            self.parent.say("paused")
            self.parent.wait_to_be_killed()
        return self.rate(progress, history)

    def __repr__(self) -> str:
        return repr(self.rate)


def prepare(runs: str) -> tuple:
    """Return drawn pictures, a function that builds a network with all that draws random
    numbers, and a recipe with the rest of it."""
    from cnncourse import data, models
    from cnncourse.augmentation import Pipeline, RandomAffine, RandomErasing

    os.environ.update(CNNCOURSE_RUNS=runs, CNNCOURSE_REDUCED="1")
    dataset = data.load("mnist").subset(STEPS * 20)
    os.environ["CNNCOURSE_REDUCED"] = "0"  # for more than two epochs

    def build():
        return models.conv_net((28, 28, 1), [2, "pool"], batch_norm=True, dropout=0.3)

    augment = Pipeline([RandomAffine(10, 0.1, 0.1), RandomErasing(fill="noise")])
    recipe = {"epochs": EPOCHS, "batch_size": 20, "optimizer": "adamw", "augment": augment}
    return dataset, build, recipe


def digest_of(*runs) -> str:
    """Return a hash of trained weights and histories."""
    digest = hashlib.sha256()
    for run in runs:
        digest.update(json.dumps(run.history).encode())
        for weights in run.model.get_weights():
            digest.update(np.asarray(weights).tobytes())
    return digest.hexdigest()


def train(parent: Parent, runs: str, pause_at: int | None = None, seed: int = 3) -> None:
    """Train a network, and say what came out."""
    from cnncourse import training
    from cnncourse.backend import keras

    dataset, build, recipe = prepare(runs)
    recipe |= {"learning_rate": Reporting(parent, pause_at), "seed": seed, "name": "mine"}
    keras.utils.set_random_seed(7)
    try:
        run = training.train(build(), dataset, **recipe)
    except ValueError as error:
        parent.say(("refused", str(error)))
        return
    parent.say(("trained", digest_of(run), time.process_time()))


def train_in_turn(parent: Parent, runs: str) -> None:
    """Train networks one after the other, and say what came out."""
    from cnncourse import training
    from cnncourse.backend import fixed_seed

    dataset, build, recipe = prepare(runs)
    recipe["learning_rate"] = training.one_cycle(0.01)
    trained = []
    for seed in SEEDS:
        with fixed_seed(seed):
            model = build()
        trained.append(training.train(model, dataset, seed=seed, **recipe))
    parent.say(digest_of(*trained))


def train_several(parent: Parent, runs: str) -> None:
    """Train the same side by side, and say what came out, and what the course said of it."""
    from cnncourse import training

    dataset, build, recipe = prepare(runs)
    recipe |= {"learning_rate": training.one_cycle(0.01), "name": "ours"}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        (trained,) = training.train_many(
            {"net": build}, dataset, repeats=len(SEEDS), seed=SEEDS[0], **recipe
        ).values()
    assert tuple(run.seed for run in trained) == SEEDS
    parent.say((digest_of(*trained), printed.getvalue()))
