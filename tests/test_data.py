"""Loading: samples in reduced mode, whole files in full mode, and nothing else in between."""

import dataclasses
import hashlib
import io
import os
import pickle
import re
import socket
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from cnncourse import data, datafiles
from cnncourse.dataset import stratified

SHAPES = {"mnist": (28, 28, 1), "fashion_mnist": (28, 28, 1), "cifar10": (32, 32, 3)}
PICTURES, LABELS = np.zeros((20, 4, 4, 1), np.uint8), np.arange(20) % 4
PARTS = (PICTURES, LABELS) * 3
TINY = data.ImageDataset("tiny", *PARTS, class_names=tuple("abcd"), source="download")
TRAIN, TEST = 60, 20  # pictures of the small stand-in for MNIST whose file gets damaged


def make_arrays(train: int, test: int) -> dict[str, np.ndarray]:
    """Make arrays of MNIST's kind from noise, so that no two pictures are alike."""
    rng = np.random.default_rng(0)
    arrays = {}
    for part, count in (("train", train), ("test", test)):
        arrays[f"x_{part}"] = rng.integers(256, size=(count, 28, 28), dtype=np.uint8)
        arrays[f"y_{part}"] = rng.permutation(np.arange(count) % 10).astype(np.uint8)
    return arrays


def digests(pictures: np.ndarray) -> set[bytes]:
    return {hashlib.md5(picture.tobytes()).digest() for picture in pictures}


@pytest.fixture(scope="session")
def full_folder(tmp_path_factory):
    """Return a data folder with a file as large as MNIST's."""
    folder = tmp_path_factory.mktemp("data")
    np.savez(folder / "mnist.npz", **make_arrays(60_000, 10_000))
    yield folder
    (folder / "mnist.npz").unlink()


@pytest.fixture
def any_pictures(monkeypatch):
    """Take a file of MNIST's size whatever it shows."""
    known = dataclasses.replace(datafiles.DATASETS["mnist"], sums=None)
    monkeypatch.setitem(datafiles.DATASETS, "mnist", known)


@pytest.fixture
def full_mode(monkeypatch, full_folder, any_pictures):
    """Work in full mode, with a data folder that holds MNIST."""
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    monkeypatch.setenv("CNNCOURSE_DATA", str(full_folder))


@pytest.fixture
def small_file(monkeypatch, tmp_path):
    """Work in full mode with a small, whole mnist.npz, and return its path."""
    description = datafiles.Description(tuple("0123456789"), (28, 28), TRAIN, TEST)
    monkeypatch.setitem(datafiles.DATASETS, "mnist", description)
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path))
    path = tmp_path / "mnist.npz"
    np.savez_compressed(path, **make_arrays(TRAIN, TEST))
    return path


@pytest.fixture(scope="module", params=list(SHAPES))
def drawn(request):
    """Return each data set as reduced mode loads it."""
    return data.load(request.param)


# Reduced mode


def test_reduced_mode_gives_samples(drawn):
    parts = {"train": 540, "val": 60, "test": 200}
    for part, count in parts.items():
        x, y = getattr(drawn, f"x_{part}"), getattr(drawn, f"y_{part}")
        assert x.shape == (count, *SHAPES[drawn.name])
        assert y.shape == (count,)
        assert (x.dtype, y.dtype) == (np.uint8, np.int64)
        assert np.unique(y).tolist() == list(range(10))
    assert drawn.picture_shape == SHAPES[drawn.name]
    assert drawn.source == "samples"
    assert len(drawn.class_names) == 10


def test_reduced_mode_touches_neither_data_folder_nor_network(monkeypatch, tmp_path):
    def refuse(*arguments):
        raise AssertionError("reduced mode reached for the network or the disk")

    (tmp_path / "mnist.npz").write_bytes(b"would be refused if it were read")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(data.settings, "data_folder", refuse)
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path))
    assert data.load("mnist").source == "samples"
    assert data.load("cifar10").source == "samples"
    assert [path.name for path in tmp_path.iterdir()] == ["mnist.npz"]


def test_repr_is_one_line(drawn):
    size = "32 x 32 x 3" if drawn.name == "cifar10" else "28 x 28 x 1"
    assert repr(drawn) == (
        f"{drawn.name}: 540 training, 60 validation and 200 test pictures of {size}, uint8, "
        "from samples"
    )


@pytest.mark.parametrize("name", ["minst", "MNIST", None])
def test_unknown_name_is_refused_with_the_known_ones(name):
    with pytest.raises(ValueError, match=f"no data set {name!r}: choose from mnist, fashion_mnist"):
        data.load(name)


NOT_A_SHARE = [0, 1, 9, -0.1, 5000.5, 60_000, True, "0.1", float("nan")]


@pytest.mark.parametrize("validation", NOT_A_SHARE)
def test_wrong_validation_is_refused_before_anything_is_loaded(monkeypatch, validation):
    monkeypatch.setattr(data, "_draw", None)
    with pytest.raises(ValueError, match=f"validation={validation!r}: give a share such as 0.1"):
        data.load("mnist", validation=validation)


@pytest.mark.parametrize(
    "validation, held",
    [(0.2, 120), (np.int64(12_000), 120), (0.001, 10), (10, 10), (0.9999, 590)],
)
def test_samples_hold_out_the_same_share_as_the_real_pictures(validation, held):
    dataset = data.load("mnist", validation=validation)
    assert len(dataset.x_val) == len(dataset.y_val) == held
    assert len(dataset.x_train) == len(dataset.y_train) == 600 - held


def test_subset_of_samples_is_capped_at_all_of_them(drawn):
    assert len(drawn.subset(5000).x_train) == 540


@pytest.mark.parametrize("count", [9, 541, 100.0, "100", None, True])
def test_subset_refuses_what_is_not_a_number_of_pictures(count):
    dataset = dataclasses.replace(data.load("mnist"), source="download")
    with pytest.raises(
        ValueError, match=f"training pictures={count!r}: give a whole number from 10"
    ):
        dataset.subset(count)


def test_a_rare_class_keeps_a_picture_in_a_subset():
    labels = np.repeat(np.arange(4), [2, 500, 1, 497])
    for seed in range(20):
        for count in (4, 10, 999):
            picked = stratified(labels, count, seed)
            assert len(np.unique(picked)) == count
            assert np.unique(labels[picked]).tolist() == [0, 1, 2, 3]


WRONG_SETS = {
    "not an array": ({"x_val": [[0]]}, r"x_val is \[\[0\]\]: give uint8 pictures \(N, height"),
    "nothing": ({"x_train": None}, "x_train is None: give uint8 pictures"),
    "floats": (
        {"x_test": PICTURES / 255},
        r"x_test is float64 \(20, 4, 4, 1\): give uint8.*scales",
    ),
    "no channels": ({"x_train": PICTURES[..., 0]}, r"x_train is uint8 \(20, 4, 4\): give uint8"),
    "another size": ({"x_val": PICTURES[:, 1:]}, r"x_val is uint8 \(20, 3, 4, 1\): .*of one size"),
    "a list of labels": ({"y_val": [0, 1]}, r"y_val is \[0, 1\]: give .* as np.array\(y_val\)"),
    "a column": ({"y_train": LABELS[:, None]}, r"y_train is int64 \(20, 1\): .*y_train.ravel\(\)"),
    "one-hot": (
        {"y_train": np.eye(20)},
        r"y_train is float64 \(20, 20\): give an array .* y_train.argmax\(axis=1\)",
    ),
    "out of range": ({"y_test": LABELS + 1}, "y_test is int64 .* from 1 to 4: .* from 0 to 3"),
    "a label missing": ({"y_val": LABELS[1:]}, "x_val holds 20 pictures and y_val 19 labels"),
    "a name": ({"class_names": "abcd"}, "class_names='abcd': give a tuple of texts"),
    "numbers": (
        {"class_names": (0, 1, 2, 3)},
        r"class_names=\(0, 1, 2, 3\): give a tuple of texts",
    ),
}


@pytest.mark.parametrize("wrong, message", WRONG_SETS.values(), ids=WRONG_SETS.keys())
def test_what_is_not_a_data_set_cannot_be_made(wrong, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(TINY, **wrong)


def test_parts_may_be_empty_until_their_pictures_are_needed():
    empty = dataclasses.replace(TINY, x_test=PICTURES[:0], y_test=LABELS[:0])
    data.check_dataset(empty, "train", "val")
    with pytest.raises(ValueError, match="x_test of tiny is empty: give at least one picture"):
        data.check_dataset(empty, "train", "test")


def test_an_array_is_not_a_data_set():
    with pytest.raises(ValueError, match=r"ndarray is not a data set: use data.load\('mnist'\)"):
        data.check_dataset(PICTURES)


def test_select_keeps_pictures_of_the_named_classes_with_new_labels(drawn):
    first, second = drawn.class_names[7], drawn.class_names[2]
    pair = drawn.select([first, second])
    assert pair.class_names == (first, second)
    assert (pair.name, pair.source) == (f"{drawn.name}, 2 classes", "samples")
    for part in ("train", "val", "test"):
        x, y = getattr(drawn, f"x_{part}"), getattr(drawn, f"y_{part}")
        kept = np.isin(y, [7, 2])
        assert np.array_equal(getattr(pair, f"x_{part}"), x[kept])
        assert np.array_equal(getattr(pair, f"y_{part}"), (y[kept] == 2).astype(int))
        assert getattr(pair, f"y_{part}").dtype == np.int64


def test_select_and_subset_give_each_class_as_many_pictures(drawn):
    few = drawn.select(drawn.class_names[3:7]).subset(80)
    assert np.bincount(few.y_train).tolist() == [20] * 4


@pytest.mark.parametrize(
    "names", [[], ["ship"], ["ship", "ship"], ["ship", "bicycle"], "ship", (0, 1), [None, "ship"]]
)
def test_select_refuses_what_are_no_classes(names):
    message = re.escape(f"select({names!r}): give a list of at least two different names from air")
    with pytest.raises(ValueError, match=message):
        data.load("cifar10").select(names)


def test_transform_changes_the_pictures_of_all_sets_and_no_label(drawn):
    before = drawn.x_train.copy()
    inverted = drawn.transform(lambda x: 255 - x)
    for part in ("train", "val", "test"):
        x, y = f"x_{part}", f"y_{part}"
        assert np.array_equal(getattr(inverted, x), 255 - getattr(drawn, x))
        assert np.array_equal(getattr(inverted, y), getattr(drawn, y))
    assert np.array_equal(drawn.x_train, before)
    assert (inverted.name, inverted.source) == (drawn.name, "samples")


# Full mode: splits


def test_splits_of_a_file_share_no_picture_and_lose_none(full_mode, full_folder):
    held = 10_000
    dataset = data.load("mnist", validation=held, seed=3)
    assert dataset.source == "data folder"
    train, val, test = (digests(getattr(dataset, f"x_{p}")) for p in ("train", "val", "test"))
    assert (len(train), len(val), len(test)) == (60_000 - held, held, 10_000)
    assert len(train | val | test) == 70_000
    arrays = np.load(full_folder / "mnist.npz")
    assert train | val == digests(arrays["x_train"])
    assert np.array_equal(dataset.x_test[..., 0], arrays["x_test"])
    assert np.array_equal(dataset.y_test, arrays["y_test"])


def test_labels_stay_with_their_pictures(full_mode, full_folder):
    arrays = np.load(full_folder / "mnist.npz")
    pictures = map(np.ndarray.tobytes, arrays["x_train"])
    label_of = dict(zip(pictures, arrays["y_train"].tolist(), strict=True))
    dataset = data.load("mnist").subset(500)
    for x, y in ((dataset.x_train, dataset.y_train), (dataset.x_val, dataset.y_val)):
        assert [label_of[picture.tobytes()] for picture in x] == y.tolist()


@pytest.mark.parametrize("draw", [lambda d: d.y_val, lambda d: d.subset(5000, seed=1).y_train])
def test_validation_and_subset_are_stratified(full_mode, draw):
    labels = draw(data.load("mnist"))
    sizes = np.bincount(labels, minlength=10)
    assert sizes.min() >= len(labels) // 10 - 1
    assert sizes.max() <= len(labels) // 10 + 1
    assert np.any(np.diff(labels) < 0), "the order must not follow the classes"


def test_rare_classes_keep_their_share():
    labels = np.repeat(np.arange(10), [10, 20, 30, 40, 100, 200, 300, 400, 900, 1000])
    picked = stratified(labels, 300, seed=0)
    assert len(np.unique(picked)) == 300
    sizes = np.bincount(labels[picked], minlength=10)
    assert np.abs(sizes - np.bincount(labels) / 10).max() <= 1


def test_seed_decides_the_split_and_the_subset(full_mode):
    first, again = data.load("mnist", seed=1), data.load("mnist", seed=1)
    other = data.load("mnist", seed=2)
    assert np.array_equal(first.x_val, again.x_val)
    assert np.array_equal(first.x_train, again.x_train)
    assert not np.array_equal(first.x_val, other.x_val)
    few = first.subset(100, seed=1).x_train
    assert np.array_equal(few, again.subset(100, seed=1).x_train)
    assert not np.array_equal(few, first.subset(100, seed=2).x_train)


def test_subset_of_real_pictures(full_mode):
    dataset = data.load("mnist")
    subset = dataset.subset(5000)
    assert subset.x_train.shape == (5000, 28, 28, 1)
    assert digests(subset.x_train) < digests(dataset.x_train)
    assert subset.x_val is dataset.x_val
    assert subset.x_test is dataset.x_test
    with pytest.raises(ValueError, match="pictures=54001: give a whole number from 10 to 54000"):
        dataset.subset(54_001)


# Full mode: files


def test_real_and_drawn_arrays_behave_alike(small_file):
    dataset = data.load("mnist")
    for part in ("train", "val", "test"):
        x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
        assert x.shape[1:] == (28, 28, 1)
        assert (x.dtype, y.dtype) == (np.uint8, np.int64)
        assert x.flags.writeable
        assert y.flags.writeable


def test_labels_and_pictures_may_have_a_trailing_axis(small_file):
    before = datafiles.read(small_file, "mnist")
    np.savez(small_file, **{key: a[..., None] for key, a in make_arrays(TRAIN, TEST).items()})
    after = datafiles.read(small_file, "mnist")
    assert all(np.array_equal(after[key], before[key]) for key in before)


def drop(key):
    return lambda arrays: arrays.pop(key)


def put(key, change):
    return lambda arrays: arrays.update({key: change(arrays[key])})


WRONG_ARRAYS = {
    "missing array": (drop("y_test"), "no item named 'y_test.npy'"),
    "empty archive": (dict.clear, "no item named 'x_train.npy'"),
    "float pictures": (put("x_train", lambda x: x / 255), r"x_train is float64 \(60, 28, 28\)"),
    "int64 labels": (put("y_test", lambda y: y.astype(int)), r"y_test is int64 \(20,\), not uint8"),
    "too few": (put("x_train", lambda x: x[:59]), r"x_train is uint8 \(59, 28, 28\), not uint8"),
    "flat": (put("x_test", lambda x: x.reshape(20, -1)), r"x_test is uint8 \(20, 784\)"),
    "transposed": (put("x_test", np.asfortranarray), "x_test is uint8"),
    "one-hot": (put("y_train", lambda y: np.eye(10, dtype=np.uint8)[y]), r"y_train .* \(60, 10\)"),
    "label 10": (put("y_train", lambda y: y + 1), "y_train holds the label 10, above 9"),
    "no axes": (put("y_train", lambda y: y[0]), r"y_train is uint8 \(\), not uint8 \(60,\)"),
}


@pytest.mark.parametrize("change, reason", WRONG_ARRAYS.values(), ids=WRONG_ARRAYS.keys())
def test_wrong_arrays_are_refused_with_the_remedy(small_file, change, reason):
    arrays = make_arrays(TRAIN, TEST)
    change(arrays)
    np.savez(small_file, **arrays)
    expect_refusal(small_file, reason)


def test_other_pictures_under_a_known_name_are_refused(monkeypatch, full_folder):
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    monkeypatch.setenv("CNNCOURSE_DATA", str(full_folder))
    expect_refusal(full_folder / "mnist.npz", "x_train holds other pictures")


def test_other_labels_are_refused_and_another_order_is_not(small_file, monkeypatch):
    arrays = make_arrays(TRAIN, TEST)
    sums = {}
    for part in ("train", "test"):
        sums[part] = int(arrays[f"x_{part}"].sum(axis=(1, 2)) @ (arrays[f"y_{part}"] + 1.0))
    known = dataclasses.replace(datafiles.DATASETS["mnist"], sums=sums)
    monkeypatch.setitem(datafiles.DATASETS, "mnist", known)
    assert len(data.load("mnist").y_test) == TEST
    turned = {key: array[::-1].copy() for key, array in arrays.items()}
    np.savez(small_file, **turned)
    assert len(data.load("mnist").y_test) == TEST
    np.savez(small_file, **arrays | {"y_test": arrays["y_test"][::-1]})
    expect_refusal(small_file, "or y_test other labels")


@pytest.mark.parametrize("name", datafiles.DATASETS)
def test_the_real_pictures_are_known(name):
    path = Path.home() / ".cache" / "cnncourse" / f"{name}.npz"
    if not path.exists():
        pytest.skip("not downloaded here")
    assert len(datafiles.read(path, name)["y_test"]) == 10_000


def expect_refusal(path, reason: str | None = None) -> None:
    """Check that load() names the file, the reason and the remedy, and leaves the file alone."""
    before = path.read_bytes()
    with pytest.raises(ValueError, match=reason) as caught:
        data.load("mnist")
    message = str(caught.value)
    assert message.startswith(f"{path} is not a whole mnist file: ")
    assert "It was left as it is; move it away and run `cnncourse fetch mnist`" in message
    assert "\n" not in message
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"<html>Please log in to the wifi</html>", bytes(100)]
)
def test_what_is_no_archive_is_refused(small_file, content):
    small_file.write_bytes(content)
    expect_refusal(small_file, "not a zip file")


@pytest.mark.parametrize("share", [0.001, 0.7, 0.9999])
def test_truncated_file_is_refused(small_file, share):
    content = small_file.read_bytes()
    small_file.write_bytes(content[: int(share * len(content))])
    expect_refusal(small_file)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_flipped_bytes_are_noticed_or_harmless(small_file, save):
    save(small_file, **make_arrays(TRAIN, TEST))
    content, whole = small_file.read_bytes(), datafiles.read(small_file, "mnist")
    directory = content.index(b"PK\1\2")  # names, sizes and offsets: every byte of it
    places = [*range(0, 200), *range(200, directory, 1997), *range(directory, len(content))]
    refused = 0
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 0x81
        small_file.write_bytes(damaged)
        try:
            arrays = datafiles.read(small_file, "mnist")
        except ValueError as error:
            assert str(error).startswith(f"{small_file} is not a whole mnist file: ")
            assert ": . It was" not in str(error), "it must say what is wrong"
            assert "\n" not in str(error)
            refused += 1
        else:
            assert all(np.array_equal(arrays[key], whole[key]) for key in whole), place
    assert refused > len(places) / 2


def write_member(path, key: str, header: dict, content=b"", packing=zipfile.ZIP_DEFLATED):
    """Write an archive whose member ``key`` has a made-up header; the others are right."""
    arrays = make_arrays(TRAIN, TEST)
    del arrays[key]
    np.savez(path, **arrays)
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(member, header)
    with zipfile.ZipFile(path, "a", packing) as archive:
        archive.writestr(f"{key}.npy", member.getvalue() + content)


def header(shape, descr: str = "|u1") -> dict:
    return {"descr": descr, "fortran_order": False, "shape": shape}


@pytest.mark.parametrize(
    "made, zeros, reason",
    [
        (header((10**6, 10**6)), 100, r"x_train is uint8 \(1000000, 1000000\), not uint8"),
        (header((TRAIN, 28, 28), "|V1000000000"), 100, r"x_train is \|V1000000000"),
        (header((TRAIN, 28, 28)), 30_000_000, "cannot reshape array of size 47041"),
        (header((TRAIN, 28, 28)), 100, "cannot reshape array of size 100 into shape"),
    ],
    ids=["huge shape", "huge type", "more bytes than shape", "fewer bytes than shape"],
)
def test_lying_header_is_refused_without_taking_memory(small_file, made, zeros, reason):
    write_member(small_file, "x_train", made, bytes(zeros))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=reason):
            datafiles.read(small_file, "mnist")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000
    expect_refusal(small_file, reason)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_packings_that_unpack_without_limit_are_refused(small_file, packing):
    content = bytes(TRAIN * 784 + 20_000_000)
    write_member(small_file, "x_train", header((TRAIN, 28, 28)), content, packing=packing)
    tracemalloc.start()
    try:
        expect_refusal(small_file, f"x_train is packed by the unknown method {packing}")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000


def test_header_that_is_nested_too_deeply_is_refused(small_file):
    """Python's parser answers it with a MemoryError."""
    member = b"\x93NUMPY\1\0" + (9000).to_bytes(2, "little") + b"-" * 8999 + b"1"
    arrays = make_arrays(TRAIN, TEST)
    del arrays["y_test"]
    np.savez(small_file, **arrays)
    with zipfile.ZipFile(small_file, "a") as archive:
        archive.writestr("y_test.npy", member)
    expect_refusal(small_file, r"Header info length \(9000\) is large")


class Trap:
    """An object whose pickle makes a folder when it is opened."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_pickles_are_refused_unopened(small_file, tmp_path_factory):
    sprung = tmp_path_factory.mktemp("trap") / "sprung"
    content = pickle.dumps(Trap(sprung))
    write_member(small_file, "y_train", header((TRAIN,), "|O"), content)
    expect_refusal(small_file, r"y_train is object \(60,\), not uint8")
    small_file.write_bytes(content)
    expect_refusal(small_file, "not a zip file")
    assert not sprung.exists()
    pickle.loads(content)
    assert sprung.exists(), "the trap itself works"


# Full mode: neither file nor network


def test_without_file_and_network_samples_come_with_a_notice(monkeypatch, tmp_path, capsys):
    with socket.socket() as bound:  # bound but never listening: whoever connects is refused
        bound.bind(("127.0.0.1", 0))
        mirror = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        source = datafiles.Source(datafiles.SOURCES["mnist"].hashes, [mirror])
        monkeypatch.setitem(datafiles.SOURCES, "mnist", source)
        monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
        monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path))
        dataset = data.load("mnist", validation=10_000)
    assert dataset.source == "samples"
    assert (len(dataset.x_train), len(dataset.x_val), len(dataset.x_test)) == (5000, 1000, 1000)
    shown = " ".join(capsys.readouterr().out.replace("\n| ", " ").split())
    assert "+--- The real mnist pictures could not be had: using drawn samples instead" in shown
    assert f"no mirror gave train-images-idx3-ubyte.gz ({mirror}: no connection)" in shown
    assert "(1) run this cell again when the network is back" in shown
    assert "(2) set CNNCOURSE_DATA to a folder that holds mnist.npz" in shown
    assert "(3) go on with the samples" in shown
    assert list(tmp_path.iterdir()) == []


def test_data_folder_that_cannot_be_made_gives_samples_and_says_so(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setitem(data.SAMPLE_COUNTS, "full", (100, 20))
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path / "file" / "data"))
    assert data.load("mnist").source == "samples"
    assert "but there is no folder" in capsys.readouterr().out.replace("\n| ", " ")


# Speed


def test_import_is_fast_and_leaves_tensorflow_alone():
    program = (
        "import sys, time; start = time.perf_counter(); import cnncourse\n"
        "print(time.perf_counter() - start)\n"
        "import cnncourse.cli, cnncourse.data, cnncourse.datafiles, cnncourse.settings\n"
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    seconds = []
    for _ in range(2):
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        first, rest = run.stdout.splitlines()
        seconds.append(float(first))
        assert rest == "False False"
    assert min(seconds) < 0.3


def test_compressed_file_of_full_size_loads_fast(monkeypatch, tmp_path, any_pictures):
    arrays = make_arrays(60_000, 10_000)
    thousand = data.load("mnist").x_train[..., 0]  # strokes on black pack as well as MNIST's do
    members = {"x_train": np.resize(thousand, (60_000, 28, 28))}
    members |= {"x_test": np.resize(thousand, (10_000, 28, 28))}
    path = tmp_path / "mnist.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for key, array in (arrays | members).items():
            with archive.open(f"{key}.npy", "w") as file:
                np.lib.format.write_array(file, array)
    assert path.stat().st_size < 15e6
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path))
    seconds = []
    for _ in range(3):
        start = time.process_time()  # unlike the clock, blind to what else the machine does
        assert data.load("mnist").source == "data folder"
        seconds.append(time.process_time() - start)
    path.unlink()
    assert min(seconds) < 0.5


# What is not a seed, not names and not a function


@pytest.mark.parametrize("seed", [-1, 2**31, 0.5, "0", True])
def test_what_is_not_a_seed_is_refused(seed):
    for call in (
        lambda: data.load("mnist", seed=seed),
        lambda: data.load("mnist").subset(50, seed=seed),
    ):
        with pytest.raises(ValueError, match="seed=.*: give a whole number from 0 to 2147483647"):
            call()


@pytest.mark.parametrize("names", [5, None, np.zeros((3, 2)), [["cat"], ["dog"]]])
def test_select_refuses_what_holds_no_names(names):
    with pytest.raises(ValueError, match="give a list"):
        data.load("cifar10").select(names)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (5, "transform=5 .*it is not a function"),
        (lambda: None, r"transform=.*\(too many positional arguments\)"),
        (
            list,
            "<class 'list'> must return as many uint8 pictures: x_train is .*: give uint8 pictures",
        ),
        (lambda images: images / 255, "must return .*: x_train is float64 .*: give uint8"),
        (
            lambda images: images[1:],
            "must return as many .*539 pictures and y_train 540 labels",
        ),
    ],
)
def test_transform_refuses_what_makes_no_pictures(function, message):
    with pytest.raises(ValueError, match=message):
        data.load("mnist").transform(function)
