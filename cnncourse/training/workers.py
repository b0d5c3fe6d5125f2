"""Run trainings in processes of their own, with one TensorFlow thread each."""

import functools
import os
import pickle
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import cloudpickle
import joblib
import numpy as np
import psutil

from cnncourse import machine
from cnncourse.backend import keras, tf
from cnncourse.data import ImageDataset
from cnncourse.messages import silent_progress
from cnncourse.training.checkpoints import Checkpoint, State
from cnncourse.training.recipe import Recipe
from cnncourse.training.run import train
from cnncourse.validation import brief

Builder = Callable[[], keras.Model]

# loky replaces a worker whose memory has grown, and says so: nothing that a student can mend.
warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given")

IDLE_SECONDS = 10  # then a worker ends and gives its memory back; joblib's own is five minutes
WORKER_BYTES = 700e6  # what a worker takes with the course's middle networks
_one_at_a_time = threading.Lock()  # a Dask worker may have several threads in one process


class Shipment:
    """Objects on their way to the workers: unpacking some starts TensorFlow, so not too early.

    A notebook's function takes along what it uses, and be it a data set for its picture's shape.
    So large arrays stay outside, where joblib shares them between the processes.
    """

    def __init__(self, content: Any) -> None:
        buffers: list[pickle.PickleBuffer] = []
        try:
            self._packed = cloudpickle.dumps(content, protocol=5, buffer_callback=buffers.append)
        except Exception as error:  # one of the many that an object's own packing raises
            raise ValueError(
                f"The builders and options cannot be sent to other processes ({brief(error)}): a "
                "function uses something from outside that cannot travel, such as a tf.data."
                "Dataset, a lock or an open file. Make it inside that function."
            ) from None
        self._arrays = [np.frombuffer(buffer.raw(), np.uint8) for buffer in buffers]
        for array in self._arrays:
            array.flags.writeable = False

    def unpack(self) -> Any:
        """Return the objects; their arrays cannot be written to."""
        return cloudpickle.loads(self._packed, buffers=self._arrays)


@dataclass
class Job:
    """A training for a worker.

    Attributes:
        label: Name of the builder.
        seed: Seed of the run.
        name: Name of its checkpoint, if it has one.
        first_weights: What the network starts from.
        dataset: Where the pictures come from.
        shipment: The builders and the options of all jobs, by label.
    """

    label: str
    seed: int
    name: str | None
    first_weights: list[np.ndarray]
    dataset: ImageDataset
    shipment: Shipment


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


def processes(jobs: int, n_jobs: int | None) -> int | None:
    """Return how many processes to train in: as asked, or as many as cores and memory allow.

    None leaves it to the joblib backend that the caller has configured.
    """
    backend, configured = joblib.parallel.get_active_backend()
    if tf.config.list_physical_devices("GPU"):
        return 1  # the first one would take the memory that the others need
    if n_jobs is not None:
        return min(int(n_jobs), jobs)  # a process for each would be started
    if configured is not None or type(backend).__name__ != "LokyBackend":
        return None
    fitting = max(1, int(machine.free_memory() // WORKER_BYTES))
    return min(joblib.cpu_count(), jobs, fitting)


def train_in_processes(jobs: list[Job], n_jobs: int | None) -> Iterator[Outcome]:
    """Train through joblib, and give the outcomes as each finishes."""
    if not jobs:
        return iter(())
    count = processes(len(jobs), n_jobs)
    how: dict[str, Any] = {"n_jobs": count, "idle_worker_timeout": IDLE_SECONDS}
    if count == 1 or joblib.effective_n_jobs(count) == 1:
        # joblib would run the jobs in this process, with its threads: let one worker be fed at a
        # time instead, so that the results are the same bit for bit.
        how |= {"n_jobs": 2, "pre_dispatch": 1}
        if joblib.effective_n_jobs(2) == 1:  # a cluster of one thread
            how["backend"] = "loky"
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
        _end_with_the_parent()
        keras.backend.clear_session()  # a worker trains many models
        try:
            with silent_progress():
                return _train(job)
        except Exception as error:
            return Outcome(job.label, job.seed, failure=f"{type(error).__name__}: {error}")


def _train(job: Job) -> Outcome:
    builders, options = job.shipment.unpack()
    recipe = {**options[job.label], "seed": job.seed, "name": job.name}
    model = builders[job.label]()
    model.set_weights(job.first_weights)
    run = train(model, job.dataset, **recipe)
    if run.interrupted:
        raise KeyboardInterrupt
    weights = model.get_weights()
    if job.name is not None:  # kept until all are trained
        state = State(run.history, run.seconds, weights, optimizer=[])
        Checkpoint.of(Recipe.of(recipe), model, job.dataset).save(state)
    return Outcome(job.label, job.seed, run.history, run.seconds, weights)


@functools.cache
def _end_with_the_parent() -> None:
    """End this worker when the process that started it is gone, a killed kernel for instance.

    It would train on for nobody, and keep the name of its run from the kernel that comes after.
    """
    parent = psutil.Process().parent()

    def watch() -> None:
        while parent is None or parent.is_running():
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
