"""Training side by side: the same bits however many at a time, and one failure stays one."""

import os
import random
import re
import signal
import subprocess
import sys
import threading

import joblib
import numpy as np
import pytest

from cnncourse import data, models, settings
from cnncourse.augmentation import RandomAffine
from cnncourse.backend import keras, tf
from cnncourse.training import one_cycle, train_many, workers

SHAPE = (28, 28, 1)
SEED, REPEATS = 5, 2


@pytest.fixture(scope="module")
def dataset():
    return data.load("mnist").subset(200)


@pytest.fixture
def full_mode(monkeypatch):
    """Train in processes; the pictures are samples all the same."""
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNCOURSE_REDUCED", "0")
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
def test_bits_do_not_depend_on_how_many_run_at_a_time(side_by_side, dataset, full_mode, n_jobs):
    assert_same(everything(dataset, n_jobs=n_jobs), side_by_side)


@pytest.mark.slow
def test_dask_cluster_gives_the_same_bits(side_by_side, dataset, full_mode):
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
def test_default_uses_every_core_and_never_this_process(dataset, full_mode, tmp_path):
    folder = str(tmp_path)

    def build():
        open(f"{folder}/{os.getpid()}", "w").close()
        return models.dense_net(SHAPE, [4])

    for n_jobs in (None, 1):
        train_many({"a": build, "b": build, "c": build}, dataset, epochs=1, n_jobs=n_jobs)
    builders = {int(path.name) for path in tmp_path.iterdir()} - {os.getpid()}
    assert len(builders) >= min(2, joblib.cpu_count())


@pytest.mark.slow
def test_test_pictures_never_reach_a_worker(dataset, full_mode):
    class Secret(np.ndarray):
        def __reduce_ex__(self, protocol):
            if self.size:
                raise AssertionError("a test picture is on its way to a worker")
            return super().__reduce_ex__(protocol)

    secret = dataset.__class__(**{**vars(dataset), "x_test": dataset.x_test.view(Secret)})
    builders = {"dense": lambda: models.dense_net(SHAPE, [4])}
    assert train_many(builders, secret, epochs=1)["dense"][0].epochs == 1


@pytest.mark.slow
def test_failing_and_dying_members_are_named_and_the_others_whole(
    side_by_side, dataset, full_mode, capsys
):
    here = os.getpid()

    def raises():
        raise OSError("no such weights")

    def dies():  # as where memory runs out
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)

    good = small_builders()["dense"]
    builders = {"good": good, "raises": raises, "dies": dies, "late": good}
    runs = train_many(builders, dataset, epochs=1, n_jobs=1, seed=SEED)
    assert {label: len(found) for label, found in runs.items()} == {
        "good": 1,
        "raises": 0,
        "dies": 0,
        "late": 0,
    }
    out = capsys.readouterr().out
    assert "broke off with 2 of 4 networks in" in out
    assert "3 of 4 runs failed; the others are whole" in out
    assert "raises (seed 5): OSError: no such weights" in out
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
os.environ["CNNCOURSE_REDUCED"] = "0"
def build():
    assert tf.zeros(1).shape == 1
    return models.dense_net((28, 28, 1), [4])
training.train_many({"a": build, "b": build}, dataset, epochs=1)
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    assert re.fullmatch(r"2 networks in \d+ s\n", process.stdout)
    assert process.stderr == ""


def test_process_with_threads_of_its_own_is_refused(dataset, full_mode):
    tf.zeros(1)  # TensorFlow has started here, with a thread for each core
    builders = {"a": lambda: models.dense_net(SHAPE, [4])}
    with (
        joblib.parallel_config(backend="threading", n_jobs=2),
        pytest.raises(RuntimeError, match="use a backend with processes"),
    ):
        train_many(builders, dataset, epochs=1)


# In this process


def test_reduced_mode_trains_here_and_caps_the_repeats(dataset, capfd):
    here = os.getpid()

    def build():
        assert os.getpid() == here
        return models.dense_net(SHAPE, [4])

    runs = train_many({"a": build}, dataset, repeats=9, epochs=9, seed=3)
    assert [run.seed for run in runs["a"]] == [3, 4] and runs["a"][0].epochs == 2
    out, err = capfd.readouterr()
    assert re.fullmatch(r"2 networks in \d+ s\n", out) and err == ""


def test_returned_models_hold_the_trained_weights(dataset):
    run = train_many({"a": lambda: models.dense_net(SHAPE, [4])}, dataset, epochs=2)["a"][0]
    predicted = run.model.predict(dataset.x_val, verbose=0).argmax(axis=1)
    assert run.history["val_accuracy"][-1] == pytest.approx((predicted == dataset.y_val).mean())
    assert run.seed == settings.seed()


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


def test_pictures_that_a_builder_holds_are_shared_and_cannot_be_written_to(dataset):
    """Lesson 10's 15 jobs once took a copy each of the data set that their builder mentions."""
    pictures, nothing = np.zeros((500, 28, 28, 1), np.uint8), np.zeros(0)
    packed = workers.Packed({"pictures": pictures, "nothing": nothing})
    assert len(packed._packed) < pictures.nbytes / 100
    (unpacked,) = packed.unpack()
    assert np.shares_memory(unpacked["pictures"], pictures) and len(unpacked["nothing"]) == 0
    assert pictures.flags.writeable and not unpacked["pictures"].flags.writeable

    def build():
        return models.dense_net(pictures.shape[1:], [4 + len(nothing)])

    runs = train_many({"a": build}, dataset, epochs=1, repeats=2)["a"]
    assert [run.epochs for run in runs] == [1, 1]


def raising():
    raise ZeroDivisionError("by hand")


def test_all_failing_raises_with_the_reason(dataset):
    with pytest.raises(RuntimeError, match="No run succeeded. ZeroDivisionError: by hand"):
        train_many({"a": raising, "b": raising}, dataset, epochs=1)


def test_stop_button_keeps_the_finished_runs(dataset, capsys):
    def stop():
        raise KeyboardInterrupt

    good = small_builders()["dense"]
    runs = train_many({"good": good, "stop": stop, "late": good}, dataset, epochs=1)
    assert {label: len(found) for label, found in runs.items()} == {"good": 1, "stop": 0, "late": 0}
    out = capsys.readouterr().out
    assert "stopped with 1 of 3 networks in" in out
    assert "Stopped: stop, late not trained" in out and "Run this cell again" in out


def test_stop_button_before_the_first_run_says_what_to_do(dataset):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(RuntimeError, match="before the first of 2 networks.*run this cell again"):
        train_many({"a": stop, "b": stop}, dataset, epochs=1)


MISTAKES = {
    "list of builders": ([raising], {}, ValueError, "give a dictionary from names to functions"),
    "no builder": ({}, {}, ValueError, "give a dictionary"),
    "models": ({"a": "model"}, {}, ValueError, "give a dictionary"),
    "name": ({"a": raising}, {"name": "x"}, ValueError, "leave `name` out"),
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
        "train_many passes its recipe to `train`: got an unexpected keyword argument 'epoch'",
    ),
    "names": ({1: raising}, {}, ValueError, "give a dictionary from names to functions"),
    "arguments": ({"a": lambda x: x}, {}, ValueError, "builders['a']=<function"),
    "jobs": ({"a": raising}, {"n_jobs": "all"}, ValueError, "n_jobs='all': give a number of runs"),
    "no jobs": ({"a": raising}, {"n_jobs": 0}, ValueError, "n_jobs=0: give a number of runs"),
    "forever": ({"a": raising}, {"repeats": 10**9}, ValueError, "repeats=1000000000: give a whole"),
}


@pytest.mark.parametrize("builders, recipe, error, message", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_refused_before_anything_is_built(dataset, builders, recipe, error, message):
    with pytest.raises(error, match=re.escape(message)):
        train_many(builders, dataset, **{"epochs": 1, **recipe})


def test_no_more_processes_are_started_than_there_are_runs(monkeypatch):
    asked = []
    monkeypatch.setattr(
        workers.joblib, "Parallel", lambda n_jobs, **_: asked.append(n_jobs) or list
    )
    workers.run_all([None] * 3, 10**6)
    assert asked == [3]


def test_a_builder_that_builds_no_model_is_named(dataset):
    with pytest.raises(RuntimeError, match="ValueError: int is no keras.Model"):
        train_many({"a": lambda: 5}, dataset, epochs=1)


def test_what_is_no_data_set_is_refused():
    with pytest.raises(ValueError, match="list is no data set"):
        train_many({"a": raising}, [1, 2], epochs=1)


def test_first_weights_are_those_of_the_seed_though_another_thread_draws_from_random():
    def disturbed():
        for draw in (lambda: random.sample(range(9), 3), lambda: random.randint(1, 9)):
            thread = threading.Thread(target=draw)
            thread.start()
            thread.join()
        return models.dense_net((28, 28, 1), [4])

    keras.utils.set_random_seed(3)
    expected = models.dense_net((28, 28, 1), [4]).get_weights()
    for found, wanted in zip(workers.built(disturbed, 3).get_weights(), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
