"""The same seed gives the same weights, and the same lesson the same accuracies."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnncourse import data, datafiles, models, samples, training
from cnncourse.augmentation import RandomAffine, RandomErasing
from cnncourse.backend import keras
from tools import execute

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FULL = os.environ.get("CNNCOURSE_TORTURE") == "1"

pytestmark = pytest.mark.slow


def trained(number: int) -> str:
    """Train a network by a recipe that is drawn at random; return a hash of its weights."""
    draw = np.random.default_rng(number)

    def one_of(*choices):
        return choices[draw.integers(len(choices))]

    layers = one_of([4], [4, "pool", 4], [(4, 5), "pool", 8], [2, 2, "pool"])
    options = {"dropout": one_of(0.0, 0.3), "batch_norm": one_of(True, False)}
    recipe = {
        "epochs": 2,
        "batch_size": one_of(32, 50, 64),
        "optimizer": one_of("adam", "adamw", "sgd"),
        "learning_rate": one_of(None, 0.01, training.one_cycle(0.01)),
        "label_smoothing": one_of(0.0, 0.1),
        "augment": one_of(None, RandomAffine(10, 0.1, 0.1), RandomErasing()),
    }
    keras.utils.set_random_seed(number)
    model = models.conv_net((28, 28, 1), layers, dense=[8], **options)
    run = training.train(model, data.load("mnist").subset(300), seed=number, **recipe)
    weights = b"".join(weight.tobytes() for weight in run.model.get_weights())
    return hashlib.sha256(weights + json.dumps(run.history).encode()).hexdigest()


def test_same_seed_gives_the_same_weights_in_one_process_and_in_two(amount, tried):
    numbers = range(amount(1, 20))
    first = [trained(number) for number in numbers]
    np.random.rand(3), keras.random.uniform((3,))  # what was drawn before must not matter
    assert [trained(number) for number in reversed(numbers)] == first[::-1]
    assert len(set(first)) == len(first)
    program = f"import test_reproducibility as t; [print(t.trained(i)) for i in {numbers}]"
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line for line in elsewhere.stdout.split() if len(line) == 64] == first
    tried("recipes drawn at random, trained to the same bits twice in one process", len(first))
    tried("recipes drawn at random, trained to the same bits in another process", len(first))


# `make execute` twice

PICTURES = {"train": 8000, "test": 1000}
SMALLER = f"""
import dataclasses
from cnncourse import datafiles, settings

for name, known in datafiles.DATASETS.items():
    counts = dict(train_count={PICTURES["train"]}, test_count={PICTURES["test"]}, sums=None)
    datafiles.DATASETS[name] = dataclasses.replace(known, **counts)
settings._capped = lambda what, count, cap: min(count, 2)
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Go to an empty course, in which kernels expect small files and train for few epochs."""
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "smaller.py").write_text(SMALLER)
    for folder in ("notebooks", "data"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_small(folder, name):
    """Write a data set's file as it should be, but with fewer pictures, which are drawn."""
    arrays = {}
    for part, count in PICTURES.items():
        x, y = samples.draw(name, count, split=part)
        arrays[f"x_{part}"] = x.reshape(count, *datafiles.DATASETS[name].picture_shape)
        arrays[f"y_{part}"] = y.astype(np.uint8)
    np.savez(folder / f"{name}.npz", **arrays)


@pytest.mark.skipif(not FULL, reason="takes minutes: only in `make torture`")
@pytest.mark.parametrize("lesson", ["01", "04", "05", "06"])
def test_executing_a_lesson_twice_gives_the_same_accuracies(course, lesson, tried):
    (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
    for name in set(re.findall(r'data\.load\(\\"(\w+)', path.read_text())):
        write_small(course / "data", name)
    measured = []
    for _ in range(2):
        shutil.copy(path, course / "notebooks")
        execute.main([lesson], course)
        written = json.loads((course / "results" / f"{path.stem}.json").read_text())
        for entry in written["experiments"]:
            assert entry.pop("seconds") >= 0 and entry["data_source"] == "data folder"
        measured.append(written["experiments"])
        (course / "results" / f"{path.stem}.json").unlink()
    assert measured[0] == measured[1] != []
    tried("lessons executed twice, with the same accuracies to the last digit")
