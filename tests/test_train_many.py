"""Training side by side: the same bits however many at a time, and one failure stays one."""

import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest

from cnncourse import data, locks, models
from cnncourse.augmentation import RandomAffine
from cnncourse.backend import keras, tf
from cnncourse.training import one_cycle, train_many, workers

SHAPE = (28, 28, 1)
SEED, REPEATS = 5, 2


@pytest.fixture(scope="module")
def dataset():
    return data.load("mnist").subset(200)


def small_builders() -> dict:
    """Return a lambda and a closure: what a notebook has, and pickle cannot send."""
    filters = 4

    def conv():
        return models.conv_net(SHAPE, [filters, "pool", filters], batch_norm=True, dropout=0.3)

    return {"dense": lambda: models.dense_net(SHAPE, [8]), "conv": conv}


def everything(dataset, **options) -> dict:
    """Train with all that a lesson passes on: objects, a schedule, an augmentation, a lambda."""
    return train_many(
        small_builders(),
        dataset,
        repeats=REPEATS,
        seed=SEED,
        epochs=1,
        batch_size=50,
        optimizer=keras.optimizers.AdamW(weight_decay=0.01),
        learning_rate=one_cycle(0.01),
        label_smoothing=0.1,
        augment=RandomAffine(10, 0.1, 0.1),
        callbacks=[lambda: keras.callbacks.EarlyStopping(monitor="loss")],
        **options,
    )


@pytest.fixture(scope="module")
def side_by_side(dataset):
    return everything(dataset, n_jobs=2)


def assert_same(first: dict, second: dict) -> None:
    assert list(first) == list(second)
    for one, other in zip(sum(first.values(), []), sum(second.values(), []), strict=True):
        assert one.seed == other.seed and one.history == other.history
        weights = zip(one.model.get_weights(), other.model.get_weights(), strict=True)
        assert all(np.array_equal(a, b) for a, b in weights)


# In processes


@pytest.mark.slow
def test_each_builder_has_a_run_for_each_seed(side_by_side):
    assert list(side_by_side) == ["dense", "conv"]
    for runs in side_by_side.values():
        assert [run.seed for run in runs] == [5, 6]
        assert all(run.epochs == 1 and run.seconds > 0 for run in runs)
        one, other = (run.model.get_weights()[0] for run in runs)
        assert not np.array_equal(one, other)


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [None, 1], ids=["again, one on each core", "one at a time"])
def test_bits_do_not_depend_on_how_many_run_at_a_time(side_by_side, dataset, n_jobs):
    assert_same(everything(dataset, n_jobs=n_jobs), side_by_side)


@pytest.mark.slow
def test_dask_cluster_gives_the_same_bits(side_by_side, dataset):
    distributed = pytest.importorskip("distributed")
    options = {"processes": True, "n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1"}
    with (
        distributed.LocalCluster(**options, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config(backend="dask"),
    ):
        assert_same(everything(dataset), side_by_side)
        logs = client.run(lambda: [name for name in __import__("sys").modules if name == "keras"])
        assert all(found == ["keras"] for found in logs.values())  # it ran there, on both


@pytest.mark.slow
def test_default_uses_every_core_and_never_this_process(dataset, tmp_path):
    folder = str(tmp_path)

    def build():
        open(f"{folder}/{os.getpid()}", "w").close()
        return models.dense_net(SHAPE, [4])

    for n_jobs in (None, 1):
        train_many({"a": build, "b": build, "c": build}, dataset, epochs=1, n_jobs=n_jobs)
    trainers = {int(path.name) for path in tmp_path.iterdir()} - {os.getpid()}
    assert len(trainers) >= min(2, joblib.cpu_count())


def test_processes_are_bounded_by_runs_cores_memory_and_a_gpu(monkeypatch):
    monkeypatch.setattr(workers.joblib, "cpu_count", lambda: 8)
    monkeypatch.setattr(workers.machine, "free_memory", lambda: 100e9)
    assert workers.processes(3, 10**6) == 3 and workers.processes(3, None) == 3
    assert workers.processes(30, None) == 8
    monkeypatch.setattr(workers.machine, "free_memory", lambda: 2.2e9)
    assert workers.processes(30, None) == 3
    monkeypatch.setattr(workers.machine, "free_memory", lambda: 1e6)
    assert workers.processes(30, None) == 1
    monkeypatch.setattr(workers.tf.config, "list_physical_devices", lambda kind: ["one"])
    assert workers.processes(30, None) == 1


@pytest.mark.slow
def test_test_pictures_never_reach_a_worker(dataset):
    class Secret(np.ndarray):
        def __reduce_ex__(self, protocol):
            if self.size:
                raise AssertionError("a test picture is on its way to a worker")
            return super().__reduce_ex__(protocol)

    secret = dataset.__class__(**{**vars(dataset), "x_test": dataset.x_test.view(Secret)})
    builders = {"dense": lambda: models.dense_net(SHAPE, [4])}
    assert train_many(builders, secret, epochs=1)["dense"][0].epochs == 1


@pytest.mark.slow
def test_failing_and_dying_members_are_named_and_the_others_whole(side_by_side, dataset, capsys):
    here = os.getpid()

    def raises():
        raise OSError("no such weights")

    def raises_there():
        if os.getpid() != here:
            raise OSError("not in this process")
        return models.dense_net(SHAPE, [4])

    def dies():  # as where memory runs out
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return models.dense_net(SHAPE, [4])

    good = small_builders()["dense"]
    builders = {"good": good, "raises": raises, "there": raises_there, "dies": dies, "late": good}
    runs = train_many(builders, dataset, epochs=1, n_jobs=1, seed=SEED)
    assert {label: len(found) for label, found in runs.items()} == {
        "good": 1,
        "raises": 0,
        "there": 0,
        "dies": 0,
        "late": 0,
    }
    out = capsys.readouterr().out
    assert "broke off with 3 of 5 networks in" in out
    assert "4 of 5 runs failed; the others are whole" in out
    assert "raises (seed 5): OSError: no such weights" in out
    assert "there (seed 5): OSError: not in this process" in out
    assert "dies (seed 5): TerminatedWorkerError" in out and "late (seed 5)" in out
    again = train_many({"good": good}, dataset, epochs=1, seed=SEED)  # the next cell works
    assert_same({"good": runs["good"]}, again)


@pytest.mark.slow
def test_script_prints_one_line_whatever_the_builder_imports():
    script = """
import os
from cnncourse import data, models, training
import tensorflow as tf
dataset = data.load("mnist").subset(50)
def build():
    assert tf.zeros(1).shape == 1
    return models.dense_net((28, 28, 1), [4])
training.train_many({"a": build, "b": build}, dataset, epochs=1)
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    assert re.fullmatch(r"2 networks in \d+ s\n", process.stdout)
    assert process.stderr == ""


def test_process_with_threads_of_its_own_is_refused(dataset):
    tf.zeros(1)  # TensorFlow has started here, with a thread for each core
    builders = {"a": lambda: models.dense_net(SHAPE, [4])}
    with (
        joblib.parallel_config(backend="threading", n_jobs=2),
        pytest.raises(RuntimeError, match="use a backend with processes"),
    ):
        train_many(builders, dataset, epochs=1)


def test_reduced_mode_caps_the_repeats_and_trains_in_processes_too(dataset, capfd):
    here = os.getpid()

    def build():
        layer = keras.layers.Dense(10, "softmax", use_bias=os.getpid() == here)
        return keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), layer])

    with pytest.raises(RuntimeError, match="No run succeeded. ValueError: .*weights"):
        train_many({"a": build}, dataset, epochs=9)  # there a network without biases was built
    runs = train_many({"a": small_builders()["dense"]}, dataset, repeats=9, epochs=9, seed=3)
    assert [run.seed for run in runs["a"]] == [3, 4] and runs["a"][0].epochs == 2
    out, err = capfd.readouterr()
    assert re.fullmatch(r"2 networks in \d+ s\n", out.splitlines(keepends=True)[-1]) and err == ""


def test_returned_models_hold_the_trained_weights_and_take_kerass_own_calls(side_by_side, dataset):
    for run, *_ in side_by_side.values():
        predicted = run.model.predict(dataset.x_val, verbose=0).argmax(axis=1)
        right = (predicted == dataset.y_val).mean()
        assert run.history["val_accuracy"][-1] == pytest.approx(right)
        assert run.model.evaluate(dataset.x_val, dataset.y_val, verbose=0)[1] == pytest.approx(
            right
        )


def test_random_states_stay_as_they_were(dataset):
    random.seed(1), np.random.seed(1)
    undisturbed = random.random(), np.random.rand()
    random.seed(1), np.random.seed(1)
    train_many({"a": small_builders()["dense"]}, dataset, epochs=1)
    assert (random.random(), np.random.rand()) == undisturbed


@pytest.mark.slow
def test_dictionary_with_the_names_gives_each_its_own_value(dataset):
    def build():
        return models.dense_net(SHAPE, [4])

    amounts, rates = {"a": None, "b": RandomAffine(90)}, {"a": 0.01, "b": one_cycle(0.01)}
    recipe = {"epochs": 1, "batch_size": 50}
    together = train_many(
        dict.fromkeys("ab", build), dataset, **recipe, augment=amounts, learning_rate=rates
    )
    for name, (run,) in together.items():
        (alone,) = train_many(
            {name: build}, dataset, **recipe, augment=amounts[name], learning_rate=rates[name]
        )[name]
        assert run.history["val_loss"] == alone.history["val_loss"]
    assert together["a"][0].history["val_loss"] != together["b"][0].history["val_loss"]


def test_pictures_that_a_builder_holds_are_shared_and_cannot_be_written_to():
    """Lesson 10's 15 jobs once took a copy each of the data set that their builder mentions."""
    pictures, nothing = np.zeros((500, 28, 28, 1), np.uint8), np.zeros(0)
    shipment = workers.Shipment({"pictures": pictures, "nothing": nothing})
    assert len(shipment._packed) < pictures.nbytes / 100
    unpacked = shipment.unpack()
    assert np.shares_memory(unpacked["pictures"], pictures) and len(unpacked["nothing"]) == 0
    assert pictures.flags.writeable and not unpacked["pictures"].flags.writeable


# Models that are not separate


def test_builders_that_hand_out_one_model_or_share_a_layer_are_refused(dataset):
    model = models.dense_net(SHAPE, [4])
    layer = keras.layers.Dense(10, "softmax")

    def sharing():
        return keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), layer])

    def nested():
        return keras.Sequential([keras.Input(SHAPE), model])

    remedy = "Build everything anew inside the function"
    for builders, repeats in (
        ({"a": lambda: model, "b": lambda: model}, 1),
        ({"a": lambda: model}, 2),
        ({"a": sharing, "b": sharing}, 1),
        ({"a": lambda: model, "b": nested}, 1),
    ):
        with pytest.raises(ValueError, match=remedy):
            train_many(builders, dataset, repeats=repeats, epochs=1)


# Killed and called again


def resumable(dataset) -> dict:
    builders = dict.fromkeys("abc", lambda: models.dense_net(SHAPE, [8], dropout=0.2))
    return train_many(builders, dataset, epochs=2, learning_rate=0.01, n_jobs=1, name="lesson 8")


KILLED = """
import os, threading, time
from pathlib import Path
import test_train_many as this

def watch():  # until a run is done, and another one has begun
    while len(list(Path(os.environ["CNNCOURSE_RUNS"]).glob("*.checkpoint.npz"))) < 2:
        time.sleep(0.01)
    os.kill(os.getpid(), 9)

threading.Thread(target=watch, daemon=True).start()
this.resumable(this.data.load("mnist").subset(200))
"""


@pytest.mark.slow
def test_killed_kernel_resumes_to_the_same_bits(dataset, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CNNCOURSE_RUNS", str(tmp_path))
    undisturbed = resumable(dataset)
    assert list(tmp_path.iterdir()) == []
    kernel = subprocess.run([sys.executable, "-c", KILLED], cwd=Path(__file__).parent)
    assert kernel.returncode == -9
    assert (tmp_path / "lesson 8 a e8b7be43 seed 0.checkpoint.npz").exists()
    capsys.readouterr()
    assert_same(resumable(dataset), undisturbed)
    said = capsys.readouterr().out
    assert re.fullmatch(r"3 networks, [12] of them trained before, in \d+ s\n", said)
    assert list(tmp_path.iterdir()) == []


def test_name_that_another_notebook_trains_under_is_refused(dataset, tmp_path, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_RUNS", str(tmp_path))
    with (
        locks.hold(tmp_path / "mine.checkpoint.lock"),
        pytest.raises(ValueError, match="name='mine': another notebook or process is training"),
    ):
        train_many({"a": raising}, dataset, epochs=1, name="mine")


def raising():
    raise ZeroDivisionError("by hand")


def test_all_failing_raises_with_the_reason(dataset):
    with pytest.raises(RuntimeError, match="No run succeeded. ZeroDivisionError: by hand"):
        train_many({"a": raising, "b": raising}, dataset, epochs=1)


@pytest.mark.slow
def test_stop_button_keeps_the_finished_runs(dataset, capsys):
    here = os.getpid()

    def stop():
        if os.getpid() != here:
            raise KeyboardInterrupt
        return models.dense_net(SHAPE, [4])

    good = small_builders()["dense"]
    runs = train_many({"good": good, "stop": stop, "late": good}, dataset, epochs=1, n_jobs=1)
    assert {label: len(found) for label, found in runs.items()} == {"good": 1, "stop": 0, "late": 0}
    out = capsys.readouterr().out
    assert "stopped with 1 of 3 networks in" in out
    assert "Stopped: stop, late not trained" in out and "Run this cell again" in out


def test_stop_button_before_the_first_run_says_what_to_do(dataset):
    here = os.getpid()

    def stop():
        if os.getpid() != here:
            raise KeyboardInterrupt
        return models.dense_net(SHAPE, [4])

    with pytest.raises(RuntimeError, match="before the first of 2 networks.*run this cell again"):
        train_many({"a": stop, "b": stop}, dataset, epochs=1)


MISTAKES = {
    "list of builders": ([raising], {}, ValueError, "give a dictionary from names to functions"),
    "no builder": ({}, {}, ValueError, "give a dictionary"),
    "models": ({"a": "model"}, {}, ValueError, "give a dictionary"),
    "name": ({"a": raising}, {"name": "a/b"}, ValueError, "use up to 100 letters"),
    "epochs": ({"a": raising}, {"epochs": 0}, ValueError, "epochs=0"),
    "batch size": ({"a": raising}, {"batch_size": -1}, ValueError, "batch_size=-1"),
    "seed": ({"a": raising}, {"seed": "x"}, ValueError, "seed='x': give a whole number"),
    "other names": (
        {"a": raising, "b": raising},
        {"augment": {"a": None}},
        ValueError,
        "augment={'a': None}: give one value, or a dictionary with a value for each of 'a', 'b'.",
    ),
    "one of several": ({"a": raising}, {"epochs": {"a": 0}}, ValueError, "epochs=0: give"),
    "repeats": ({"a": raising}, {"repeats": 0}, ValueError, "repeats=0"),
    "unknown": (
        {"a": raising},
        {"epoch": 3},
        TypeError,
        "There is no option 'epoch' of training. Did you mean 'epochs'? There are epochs, batch_s",
    ),
    "names": ({1: raising}, {}, ValueError, "give a dictionary from names to functions"),
    "arguments": ({"a": lambda x: x}, {}, ValueError, "builders['a']=<function"),
    "jobs": ({"a": raising}, {"n_jobs": "all"}, ValueError, "n_jobs='all': give a number of runs"),
    "no jobs": ({"a": raising}, {"n_jobs": 0}, ValueError, "n_jobs=0: give a number of runs"),
}


@pytest.mark.parametrize("builders, recipe, error, message", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_refused_before_anything_is_built(dataset, builders, recipe, error, message):
    with pytest.raises(error, match=re.escape(message)):
        train_many(builders, dataset, **{"epochs": 1, **recipe})


def test_a_builder_that_builds_no_model_is_named(dataset):
    with pytest.raises(RuntimeError, match="ValueError: int is not a keras.Model"):
        train_many({"a": lambda: 5}, dataset, epochs=1)


def test_what_is_no_data_set_is_refused():
    with pytest.raises(ValueError, match="list is not a data set"):
        train_many({"a": raising}, [1, 2], epochs=1)
