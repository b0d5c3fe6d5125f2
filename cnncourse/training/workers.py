"""Run trainings in processes of their own, with one TensorFlow thread each."""

import pickle
import random
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import cloudpickle
import joblib
import numpy as np

from cnncourse.backend import keras, tf
from cnncourse.data import ImageDataset
from cnncourse.messages import silent_progress
from cnncourse.training.engine import train
from cnncourse.validation import check_model

Builder = Callable[[], keras.Model]

# loky replaces a worker whose memory has grown, and says so: nothing that a student can mend.
warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given")

IDLE_SECONDS = 10  # then a worker ends and gives its memory back; joblib's own is five minutes
_one_at_a_time = threading.Lock()  # a Dask worker may have several threads in one process


@dataclass
class Job:
    """A training for a worker.

    Attributes:
        label: Name of the builder.
        seed: Seed of the run.
        dataset: Where the pictures come from.
        packed: The builders and recipes of all jobs.
    """

    label: str
    seed: int
    dataset: ImageDataset
    packed: "Packed"


class Packed:
    """Objects on their way to the workers: unpacking some starts TensorFlow, so not too early.

    A notebook's function takes along what it uses, and be it a data set for its picture's shape.
    So large arrays stay outside, where joblib shares them between the processes.
    """

    def __init__(self, *objects: Any) -> None:
        """Pack objects; they may be lambdas and closures."""
        buffers: list[pickle.PickleBuffer] = []
        self._packed = cloudpickle.dumps(objects, protocol=5, buffer_callback=buffers.append)
        self._arrays = [np.frombuffer(buffer.raw(), np.uint8) for buffer in buffers]
        for array in self._arrays:
            array.flags.writeable = False

    def unpack(self) -> tuple:
        """Return the objects; their arrays cannot be written to."""
        return cloudpickle.loads(self._packed, buffers=self._arrays)


@dataclass
class Outcome:
    """What comes back from a worker: weights and numbers, as models do not travel well."""

    label: str
    seed: int
    history: dict = field(default_factory=dict)
    seconds: float = 0.0
    weights: list = field(default_factory=list)
    failure: str = ""

    @property
    def title(self) -> str:
        """Name and seed."""
        return f"{self.label} (seed {self.seed})"


def run_all(jobs: list[Job], n_jobs: int | None) -> Iterator[Outcome]:
    """Train through joblib, so many at a time, and give the outcomes as each finishes."""
    backend, configured = joblib.parallel.get_active_backend()
    if n_jobs is None and configured is None and type(backend).__name__ == "LokyBackend":
        n_jobs = min(joblib.cpu_count(), len(jobs))  # joblib's own default is 1
    if n_jobs is not None:
        n_jobs = min(int(n_jobs), len(jobs))  # a process for each would be started
    how = {"n_jobs": n_jobs}
    if n_jobs == 1 or joblib.effective_n_jobs(n_jobs) == 1:
        # joblib would run the jobs in this process, with its threads: let one worker be fed at a
        # time instead, so that the results are the same bit for bit.
        how = {"n_jobs": 2, "pre_dispatch": 1}
        if joblib.effective_n_jobs(2) == 1:  # a cluster of one thread
            how["backend"] = "loky"
    how["idle_worker_timeout"] = IDLE_SECONDS
    parallel = joblib.Parallel(**how, return_as="generator_unordered", batch_size=1)
    return parallel(joblib.delayed(_train_in_worker)(job) for job in jobs)


def _train_in_worker(job: Job) -> Outcome:
    """Train with one thread: the sum of the last bits depends on the number of threads."""
    with _one_at_a_time:
        if tf.config.threading.get_intra_op_parallelism_threads() != 1:
            try:
                tf.config.threading.set_intra_op_parallelism_threads(1)
                tf.config.threading.set_inter_op_parallelism_threads(1)
            except RuntimeError:
                reason = "TensorFlow already runs in this process: use a backend with processes"
                return Outcome(job.label, job.seed, failure=reason)
        keras.backend.clear_session()  # a worker trains many models
        return train_one(job)


def train_one(job: Job) -> Outcome:
    """Train in this process; a failure is an outcome as well."""
    try:
        with silent_progress():
            builders, recipes = job.packed.unpack()
            model = built(builders[job.label], job.seed)
            run = train(model, job.dataset, seed=job.seed, **recipes[job.label])
        if run.interrupted:
            raise KeyboardInterrupt
        weights = run.model.get_weights()
        return Outcome(job.label, job.seed, run.history, run.seconds, weights)
    except Exception as error:
        return Outcome(job.label, job.seed, failure=describe(error))


def built(build: Builder, seed: int) -> keras.Model:
    """Build a model whose first weights follow from the seed alone.

    Keras draws its initializers' seeds from Python's own `random`, and so does a thread of every
    Dask worker now and then: its draw in between would change the weights. So give this thread a
    generator of its own while it builds.
    """
    keras.utils.set_random_seed(seed)
    shared, here, own = random.randint, threading.get_ident(), random.Random(seed)

    def randint(low: int, high: int) -> int:
        return (own.randint if threading.get_ident() == here else shared)(low, high)

    random.randint = randint
    try:
        model = build()
    finally:
        random.randint = shared
    check_model(model)
    return model


def describe(error: Exception) -> str:
    """Return the kind and the text of an error."""
    return f"{type(error).__name__}: {error}"
