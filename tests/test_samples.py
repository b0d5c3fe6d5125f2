"""The stand-in data sets: what they promise, and that they are neither trivial nor hopeless."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cnncourse import samples

SHAPES = {"mnist": (28, 28, 1), "fashion_mnist": (28, 28, 1), "cifar10": (32, 32, 3)}
NAMES = list(SHAPES)


@pytest.fixture(scope="module", params=NAMES)
def drawn(request):
    """Return a data set's name, 1,500 training pictures and 500 test pictures."""
    name = request.param
    return name, samples.draw(name, 1500), samples.draw(name, 500, split="test")


def digest(name: str, count: int, **options) -> str:
    images, labels = samples.draw(name, count, **options)
    return hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("count", [1, 23])
@pytest.mark.parametrize("name", NAMES)
def test_shapes_types_and_balance(name, count, split):
    images, labels = samples.draw(name, count, split=split)
    assert images.shape == (count, *SHAPES[name])
    assert images.dtype == np.uint8
    assert labels.shape == (count,)
    assert labels.dtype == np.int64
    sizes = np.bincount(labels, minlength=10)
    assert len(sizes) == 10
    assert sizes.max() - sizes.min() <= 1


def test_order_is_shuffled(drawn):
    _, (_, labels), _ = drawn
    repeats = np.mean(labels[1:] == labels[:-1])
    assert 0.05 < repeats < 0.15  # sorted labels give 1.0, a fixed cycle gives 0.0
    assert np.mean(labels[10:] == labels[:-10]) < 0.2


def test_numpy_whole_number_is_a_count():
    assert len(samples.draw("mnist", np.int32(12))[0]) == 12


@pytest.mark.parametrize("name", NAMES)
def test_arguments_decide_the_pictures(name):
    first = digest(name, 40, seed=3)
    assert digest(name, 40, seed=3) == first
    others = {digest(name, 40, seed=4), digest(name, 40, seed=3, split="test")}
    assert len(others | {first}) == 3


def test_fresh_process_draws_the_same_and_imports_little():
    code = (
        "import sys, hashlib\n"
        "from cnncourse import samples\n"
        "print(sorted({'tensorflow', 'keras', 'sklearn'} & set(sys.modules)))\n"
        f"for name in {NAMES}:\n"
        "    images, labels = samples.draw(name, 30, split='test', seed=5)\n"
        "    print(hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest())\n"
    )
    environment = os.environ | {"PYTHONHASHSEED": "12345"}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    expected = ["[]", *(digest(name, 30, split="test", seed=5) for name in NAMES)]
    assert answer.stdout.splitlines() == expected


def test_no_picture_comes_twice(drawn):
    name, (train, _), (test, _) = drawn
    pictures = [picture.tobytes() for picture in (*train, *test)]
    assert len(set(pictures)) == len(pictures), name


def test_original_digits_are_divided_between_the_splits():
    originals = {
        split: [
            {np.asarray(image).tobytes() for image in images}
            for images in samples.digits.originals(split)
        ]
        for split in ("train", "test")
    }
    for in_train, in_test in zip(originals["train"], originals["test"], strict=True):
        assert not in_train & in_test
        share = len(in_train) / (len(in_train) + len(in_test))
        assert 0.6 < share < 0.75
    assert sum(map(len, originals["train"] + originals["test"])) == 1797


def test_each_split_is_drawn_from_its_own_originals(monkeypatch):
    white, black = (Image.new("L", (16, 16), grey) for grey in (255, 0))
    fakes = {"train": ([white],) * 10, "test": ([black],) * 10}
    monkeypatch.setattr(samples.digits, "originals", fakes.__getitem__)
    assert samples.draw("mnist", 20, split="train", seed=1)[0].mean() > 100
    assert samples.draw("mnist", 20, split="test", seed=1)[0].max() == 0


@pytest.mark.parametrize(
    ("arguments", "seen", "remedy"),
    [
        ({"name": "svhn"}, "'svhn'", "fashion_mnist"),
        ({"name": "MNIST"}, "'MNIST'", "mnist"),
        ({"name": None}, "None", "cifar10"),
        ({"name": ["mnist"]}, "['mnist']", "mnist"),
        ({"count": 0}, "count=0", "of at least 1"),
        ({"count": -3}, "count=-3", "of at least 1"),
        ({"count": 2.0}, "2.0", "whole number"),
        ({"count": "12"}, "'12'", "whole number"),
        ({"count": True}, "True", "whole number"),
        ({"split": "validation"}, "'validation'", "'test'"),
        ({"split": np.arange(2)}, "int64 (2,)", "'test'"),
        ({"seed": -1}, "seed=-1", "of at least 0"),
        ({"seed": 0.5}, "0.5", "whole number"),
    ],
)
def test_bad_input_is_refused(arguments, seen, remedy):
    good = {"name": "mnist", "count": 10, "split": "train", "seed": 0}
    with pytest.raises(ValueError) as refusal:
        samples.draw(**(good | arguments))
    message = str(refusal.value)
    assert seen in message
    assert remedy in message


def test_full_range_of_greys(drawn):
    _, (images, _), _ = drawn
    for channel in np.moveaxis(images, -1, 0):
        assert channel.min() == 0
        assert channel.max() == 255
        assert len(np.unique(channel)) > 200


def test_ground_and_place_look_like_the_real_ones(drawn):
    name, (images, _), _ = drawn
    mean = images.mean((0, 3))
    assert images.std(axis=(1, 2)).min() > 5, "a picture is empty"
    if name == "cifar10":
        assert mean.min() > 60
    else:
        assert mean[[0, 0, -1, -1], [0, -1, 0, -1]].max() < 15, "corners are black"
        rows, columns = np.indices(mean.shape)
        centre = np.array([(rows * mean).sum(), (columns * mean).sum()]) / mean.sum()
        assert np.abs(centre - 13.5).max() < 2


def test_colour_and_brightness_do_not_give_the_class_away(drawn):
    _, (train, train_labels), (test, test_labels) = drawn
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300))
    model.fit(train.mean((1, 2)), train_labels)
    assert model.score(test.mean((1, 2)), test_labels) < 0.35
    # Not even where the classes need not lie in a row.
    model = KNeighborsClassifier(25).fit(train.mean((1, 2)), train_labels)
    assert model.score(test.mean((1, 2)), test_labels) < 0.35


def test_learnable_but_not_trivial(drawn):
    name, (train, train_labels), (test, test_labels) = drawn
    bounds = {"mnist": (0.7, 0.97), "fashion_mnist": (0.65, 0.95), "cifar10": (0.35, 0.9)}
    least, most = bounds[name]
    model = KNeighborsClassifier(5).fit(train.reshape(len(train), -1) / 255, train_labels)
    assert least < model.score(test.reshape(len(test), -1) / 255, test_labels) < most


def test_no_class_is_a_copy_of_another(drawn):
    """Compare outlines, which do not depend on colour; of two copies, half would be mistaken."""
    _, (train, train_labels), (test, test_labels) = drawn
    guesses = KNeighborsClassifier(5).fit(outlines(train), train_labels).predict(outlines(test))
    table = confusion_matrix(test_labels, guesses)
    right = np.diag(table)[:, None] + np.diag(table)
    share = right / (right + table + table.T) + np.eye(10)
    assert share.min() > 0.65, np.unravel_index(share.argmin(), share.shape)


def outlines(images: np.ndarray) -> np.ndarray:
    """Return the strength of the edges in blocks of 2x2 pixels, (count, features)."""
    down, across = np.gradient(images.astype(np.float32), axis=(1, 2))
    edges = np.minimum(np.sqrt((down**2 + across**2).sum(-1)), 40)
    half = edges.shape[1] // 2
    return edges.reshape(-1, half, 2, half, 2).mean((2, 4)).reshape(len(edges), -1)
