"""What lies on the disk is the same run's, or it is neither trusted nor touched.

That a killed run resumes to the same bits is tried in torture/test_kill_and_resume.py.
"""

import dataclasses
import hashlib
import json
import re
import signal
from pathlib import Path

import numpy as np
import pytest

from cnncourse import data, locks, models
from cnncourse.augmentation import Pipeline, RandomAffine, RandomErasing
from cnncourse.backend import keras
from cnncourse.training import checkpoints, halve_on_plateau, one_cycle, train
from cnncourse.training.checkpoints import Checkpoint, State

SHAPE = (28, 28, 1)


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "runs"
    monkeypatch.setenv("CNNCOURSE_RUNS", str(folder))
    return folder


@pytest.fixture(scope="module")
def dataset():
    return data.load("mnist").subset(100)


def build(**options) -> keras.Model:
    keras.utils.set_random_seed(7)
    return models.dense_net(SHAPE, [8], dropout=0.2, **options)


def digest(run) -> str:
    weights = b"".join(w.tobytes() for w in run.model.get_weights())
    return hashlib.sha256(json.dumps(run.history).encode() + weights).hexdigest()


# Another run's file


@pytest.fixture(scope="module")
def content_left(dataset, tmp_path_factory) -> bytes:
    """Return what a run leaves behind that is killed after its last epoch."""
    folder = tmp_path_factory.mktemp("left")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNCOURSE_RUNS", str(folder))
        patch.setattr(Checkpoint, "delete", lambda self: None)
        train(build(), dataset, **RECIPE)
    return (folder / "mine.checkpoint.npz").read_bytes()


@pytest.fixture
def left_behind(content_left, runs) -> Path:
    runs.mkdir()
    path = runs / "mine.checkpoint.npz"
    path.write_bytes(content_left)
    return path


RECIPE = {"epochs": 2, "name": "mine", "seed": 3, "batch_size": 50}
OTHERS = {
    "epochs": ({"epochs": 1}, "epochs: 2 then, 1 now"),
    "batch size": ({"batch_size": 20}, "batch_size: 50 then, 20 now"),
    "seed": ({"seed": 4}, "seed: 3 then, 4 now"),
    "optimizer": ({"optimizer": "sgd"}, "optimizer: Adam then, SGD now"),
    "optimizer's settings": (
        {"optimizer": keras.optimizers.Adam(beta_1=0.5)},
        "optimizer beta_1: 0.9 then, 0.5 now",
    ),
    "learning rate": ({"learning_rate": 0.1}, "learning_rate: None then, 0.1 now"),
    "schedule": ({"learning_rate": one_cycle(0.1)}, "None then, _OneCycle(peak=0.1"),
    "label smoothing": ({"label_smoothing": 0.1}, "label_smoothing: 0.0 then, 0.1 now"),
    "augmentation": (
        {"augment": RandomAffine(10)},
        "augmentation: =None then, class_name='RandomAffine'",
    ),
    "pipeline": (
        {"augment": Pipeline([RandomAffine(10), RandomErasing(0.3)])},
        "augmentation: =None then, class_name='Pipeline'",
    ),
}


@pytest.mark.parametrize("changes, difference", OTHERS.values(), ids=OTHERS)
def test_file_of_another_recipe_is_refused_and_left(left_behind, dataset, changes, difference):
    assert_refused(left_behind, build(), dataset, difference, **changes)


@pytest.mark.parametrize(
    "layers, difference",
    [([9], "layer 4 units: 8 then, 9 now"), ([8, 8], "layers: 6 then, 8 now")],
    ids=["other layer", "more layers"],
)
def test_file_of_another_architecture_is_refused_and_left(left_behind, dataset, layers, difference):
    other = models.dense_net(SHAPE, layers, dropout=0.2)
    assert_refused(left_behind, other, dataset, difference)


@pytest.mark.parametrize("part", ["x_train", "y_train", "x_val", "y_val"])
def test_file_of_other_data_is_refused_and_left(left_behind, dataset, part):
    changed = getattr(dataset, part).copy()
    changed[0] = (changed[0] + 1) % 10
    other = dataclasses.replace(dataset, **{part: changed})
    assert_refused(left_behind, build(), other, "data set: mnist ")


def assert_refused(path, model, dataset, difference, **changes):
    before, weights = path.read_bytes(), model.get_weights()
    with pytest.raises(ValueError, match=re.escape(difference)) as caught:
        train(model, dataset, **{**RECIPE, **changes})
    message = str(caught.value)
    assert str(path) in message and "choose another name, or delete the file" in message
    assert len(message) < 1200
    assert path.read_bytes() == before
    assert all(map(np.array_equal, model.get_weights(), weights))


def test_same_network_is_recognised_under_other_layer_names(left_behind, dataset, capsys):
    build(), build()  # Keras counts the names of its layers on
    train(build(), dataset, **RECIPE)
    assert not left_behind.exists()


def test_two_pipelines_are_told_apart_and_the_same_one_is_recognised(dataset, monkeypatch, capsys):
    monkeypatch.setattr(Checkpoint, "delete", lambda self: None)

    def pipeline(side=0.3, layers=(0, 1)):
        members = [RandomAffine(10), RandomErasing(side)]  # Keras counts their names on
        return Pipeline([members[i] for i in layers])

    train(build(), dataset, augment=pipeline(), **RECIPE)
    train(build(), dataset, augment=pipeline(), **RECIPE)
    assert "2 epochs" in capsys.readouterr().out
    for other in (pipeline(side=0.4), pipeline(layers=(1, 0)), pipeline(layers=[0]), None):
        with pytest.raises(ValueError, match="another run: augmentation: .*'Pipeline'.* then, "):
            train(build(), dataset, augment=other, **RECIPE)


def test_network_within_a_network_is_described_without_its_names():
    def nested():
        inner = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()])
        return keras.Sequential([keras.Input(SHAPE), inner, keras.layers.Dense(10)])

    first, second = (checkpoints.describe_architecture(nested()) for _ in range(2))
    assert first == second


# Two at once


def test_name_that_another_process_trains_under_is_refused(left_behind, dataset):
    model, before = build(), left_behind.read_bytes()
    weights = model.get_weights()
    with (
        locks.hold(left_behind.with_suffix(".lock")),
        pytest.raises(ValueError, match="name='mine': another notebook or process is training"),
    ):
        train(model, dataset, **RECIPE)
    assert left_behind.read_bytes() == before
    assert all(map(np.array_equal, model.get_weights(), weights))
    train(model, dataset, **RECIPE)
    assert not left_behind.exists()


def test_name_is_free_again_after_an_error(dataset, runs):
    def fail(progress, history):
        if progress > 0:  # the first call is the check of the recipe
            assert locks_there() == ["mine.checkpoint.lock"]
            raise RuntimeError("a bug of the student's")
        return 0.1

    def locks_there():
        return [path.name for path in runs.iterdir()]

    with pytest.raises(RuntimeError, match="a bug"):
        train(build(), dataset, **RECIPE, learning_rate=fail)
    assert locks_there() == []


# Damaged files


def state(seed: int = 0) -> State:
    draw = np.random.default_rng(seed).normal
    arrays = [draw(size=(3, 2)).astype(np.float32), draw(size=4).astype(np.float32)]
    return State({"loss": [0.1, float("nan")]}, 1.5, arrays, arrays[::-1])


def test_state_comes_back_as_it_was(runs):
    checkpoint = Checkpoint("mine", {"shape": (1, 2), "rate": None})
    assert checkpoint.load() is None
    checkpoint.save(state())
    assert repr(checkpoint.load()) == repr(state())
    assert [path.name for path in runs.iterdir()] == ["mine.checkpoint.npz"]
    checkpoint.delete()
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "foreign"])
def test_damaged_file_is_refused_with_file_and_remedy(left_behind, dataset, damage):
    whole = left_behind.read_bytes()
    content = {"empty": b"", "text": b"not a checkpoint", "cut": whole[: len(whole) // 2]}
    if damage == "foreign":
        np.savez(left_behind, x=np.arange(3))
    else:
        left_behind.write_bytes(content[damage])
    damaged = left_behind.read_bytes()
    remedy = "is damaged .*: delete it to train from the start"
    with pytest.raises(ValueError, match=remedy) as caught:
        train(build(), dataset, **RECIPE)
    assert str(left_behind) in str(caught.value)
    assert left_behind.read_bytes() == damaged


def test_no_flipped_byte_gets_through(runs):
    checkpoint = Checkpoint("mine", {"seed": 0})
    checkpoint.save(state())
    whole, refused = checkpoint.path.read_bytes(), 0
    for position in range(0, len(whole), 3):
        flipped = bytearray(whole)
        flipped[position] ^= 0xFF
        checkpoint.path.write_bytes(flipped)
        try:
            assert repr(checkpoint.load()) == repr(state())  # a date, say, does not matter
        except ValueError as error:
            assert "is damaged" in str(error)
            refused += 1
    assert refused > len(whole) / 3 / 2


# Disks that do not take it


def no_space(*args, **kwargs):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("function", ["os.fsync", "os.replace", "numpy.savez"])
def test_full_disk_gives_one_notice_and_training_goes_on(
    dataset, runs, monkeypatch, capsys, function
):
    plain = train(build(), dataset, **{**RECIPE, "name": None})
    capsys.readouterr()
    monkeypatch.setattr(function, no_space)
    run = train(build(), dataset, **RECIPE)
    out = capsys.readouterr().out
    assert out.count("This run keeps no checkpoint") == 1
    assert "No space left on device" in out and "CNNCOURSE_RUNS" in out
    assert digest(run) == digest(plain)
    assert list(runs.iterdir()) == []


def test_folder_that_cannot_be_made_gives_one_notice(dataset, runs, capsys):
    runs.write_text("a file where the folder should be")
    run = train(build(), dataset, **RECIPE)
    assert run.epochs == 2
    assert capsys.readouterr().out.count("This run keeps no checkpoint") == 1


def test_full_disk_leaves_the_checkpoint_before_as_it_was(runs, monkeypatch, capsys):
    checkpoint = Checkpoint("mine", {})
    checkpoint.save(state(0))
    monkeypatch.setattr("os.fsync", no_space)
    checkpoint.save(state(1))
    assert repr(checkpoint.load()) == repr(state(0))


# Names and the stop button


@pytest.mark.parametrize("name", ["a/b", "../a", "", ".hidden", "a\\b", "a\n", "x" * 101, 3])
def test_name_that_is_not_a_file_name_is_refused(runs, name):
    with pytest.raises(ValueError, match="use up to 100 letters, digits, spaces and ._-"):
        Checkpoint(name)


@pytest.mark.parametrize("name", ["E01", "größeres Netz", "lr-0.1_b"])
def test_usual_names_are_taken(runs, name):
    checkpoint = Checkpoint(name, {})
    checkpoint.save(state())
    assert checkpoint.path.parent == runs and checkpoint.path.exists()


@pytest.mark.parametrize("augment", [None, keras.layers.RandomRotation(0.1)])
def test_stopped_run_keeps_its_checkpoint_and_resumes(dataset, runs, capsys, augment):
    """Also where the pictures are changed by a layer of Keras."""
    recipe = {**RECIPE, "augment": augment}
    undisturbed = train(build(), dataset, **{**recipe, "learning_rate": halve_on_plateau()})

    class StopAt:
        armed = True

        def __call__(self, progress, history):
            if self.armed and progress > 0.7:
                signal.raise_signal(signal.SIGINT)
            return halve_on_plateau()(progress, history)

        def __repr__(self):
            return "a schedule"

    rate = StopAt()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    stopped = train(build(), dataset, **recipe, learning_rate=rate)
    signal.signal(signal.SIGINT, before)
    assert stopped.interrupted and stopped.epochs == 2
    assert [path.name for path in runs.iterdir()] == ["mine.checkpoint.npz"]
    rate.armed = False
    resumed = train(build(), dataset, **recipe, learning_rate=rate)
    assert digest(resumed) == digest(undisturbed)
    assert list(runs.iterdir()) == []
    assert "stopped in epoch 2 in " in capsys.readouterr().out


def test_run_without_a_name_writes_nothing(dataset, runs):
    train(build(), dataset, epochs=1)
    assert not runs.exists()
