"""Downloading from mirrors that work, fail, lie or dawdle: a whole file or none at all."""

import json
import os
import pickle
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from mirrors import (
    ARRAYS,
    FILES,
    IMAGES,
    RNG,
    as_batches,
    cut,
    cut_unannounced,
    drip,
    drip_first_lines,
    expect_whole,
    go_round,
    hashes,
    log_in,
    pour,
    send,
    stall,
)

from cnncourse import data, datafiles, downloads, locks

BROKEN = {
    "404": (None, "404 Client Error"),
    "cut": (cut, "IncompleteRead|Connection broken"),
    "cut unannounced": (cut_unannounced, "its md5 is not the published one"),
    "log in": (log_in, "its md5 is not the published one"),
    "drip": (drip, "slower than 20 kB/s after 0 s"),
    "drip first lines": (drip_first_lines, "no answer after 2 s"),
    "go round": (go_round, "Exceeded 30 redirects"),
    "pour": (pour, "more than 1 MB, so it is another file"),
    "stall": (stall, "timed out"),
}


def test_fetched_file_is_what_load_reads(serve, monkeypatch, tmp_path):
    serve(FILES)
    folder = tmp_path / "new" / "folder"
    folder.mkdir(parents=True)
    description = datafiles.Description(tuple("0123456789"), (28, 28), 60, 20)
    monkeypatch.setitem(datafiles.DATASETS, "mnist", description)
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    monkeypatch.setenv("CNNCOURSE_DATA", str(folder))
    first = data.load("mnist")
    expect_whole(folder / "mnist.npz")
    second = data.load("mnist")
    assert (first.source, second.source) == ("download", "data folder")
    assert np.array_equal(first.x_train, second.x_train)
    assert np.array_equal(first.x_test[..., 0], ARRAYS["x_test"])


@pytest.mark.parametrize("answer, reason", BROKEN.values(), ids=BROKEN.keys())
def test_broken_mirrors_leave_nothing_and_are_named(serve, impatient, tmp_path, answer, reason):
    first, second = serve({}, FILES | {IMAGES: answer})
    start = time.monotonic()
    message = f"no mirror gave {IMAGES} .*{first}: 404.*{second}: .*({reason})"
    with pytest.raises(OSError, match=message):
        datafiles.fetch("mnist", tmp_path)
    assert time.monotonic() - start < 5
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("answer", [None, cut, log_in, stall], ids=["404", "cut", "login", "stall"])
def test_second_mirror_helps_out(serve, impatient, tmp_path, answer):
    serve(FILES | {IMAGES: answer}, FILES)
    expect_whole(datafiles.fetch("mnist", tmp_path))


def test_slow_but_steady_mirror_is_not_given_up(serve, monkeypatch, tmp_path):
    def steady(request):
        content = FILES[IMAGES]
        send(request, b"", claimed=len(content))
        for start in range(0, len(content), 4096):
            request.wfile.write(content[start : start + 4096])
            time.sleep(0.05)

    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 0.1)
    serve(FILES | {IMAGES: steady})
    expect_whole(datafiles.fetch("mnist", tmp_path))


def test_file_that_is_there_is_neither_fetched_nor_changed(serve, tmp_path):
    serve({})
    path = tmp_path / "mnist.npz"
    path.write_bytes(b"damaged, but not ours to delete")
    assert datafiles.fetch("mnist", tmp_path) == path
    assert path.read_bytes() == b"damaged, but not ours to delete"


@pytest.mark.parametrize("name", ["minst", "VGG17"])
def test_unknown_name_is_refused_and_makes_no_folder(tmp_path, name):
    with pytest.raises(
        ValueError, match=f"no data set '{name}': choose from mnist, .*, VGG16, Res"
    ):
        datafiles.fetch(name, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_file_in_the_way_of_the_folder_is_an_os_error(serve, tmp_path):
    serve(FILES)
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(OSError, match="file"):
        datafiles.fetch("mnist", tmp_path / "file" / "data")
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_full_disk_leaves_nothing_and_is_not_the_mirrors_fault(serve, monkeypatch, tmp_path):
    def no_space(path, *arguments, **arrays):
        asked.append(path)
        raise OSError(28, "No space left on device")

    for module, function in ((np, "savez"), (downloads, "_stream")):
        asked = []
        serve(FILES, FILES)
        monkeypatch.setattr(module, function, no_space)
        with pytest.raises(OSError, match="No space left") as caught:
            datafiles.fetch("mnist", tmp_path)
        assert "no mirror" not in str(caught.value)
        assert len(asked) == 1, "no other mirror frees the disk"
        assert list(tmp_path.iterdir()) == []


def test_what_a_killed_fetch_left_is_removed_and_what_a_living_one_needs_is_not(serve, tmp_path):
    serve(FILES)
    for name in ("dead", "alive"):
        (tmp_path / f".mnist-{name}").mkdir()
        (tmp_path / f".mnist-{name}" / IMAGES).write_bytes(b"half of it")
    (tmp_path / ".mnist-dead.lock").touch()
    with locks.hold(tmp_path / ".mnist-alive.lock"):
        path = datafiles.fetch("mnist", tmp_path)
        found = {path.name for path in tmp_path.iterdir()}
        assert found == {path.name, ".mnist-alive", ".mnist-alive.lock"}


FETCH = """
import json, sys
from cnncourse import datafiles
name, folder, mirrors, hashes = json.loads(sys.argv[1])
datafiles.SOURCES[name] = datafiles.Source(hashes, mirrors)
print(datafiles.fetch(name, folder))
"""


def test_two_processes_at_once_both_end_with_whole_files(serve, tmp_path):
    both_are_fetching = threading.Barrier(2, timeout=30)

    def wait_for_the_other(request):
        both_are_fetching.wait()
        send(request, FILES[IMAGES])

    urls = serve(FILES | {IMAGES: wait_for_the_other})
    arguments = json.dumps(["mnist", str(tmp_path), urls, hashes(FILES)])
    program = [sys.executable, "-c", FETCH, arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    runs = [subprocess.Popen(program, **pipes) for _ in range(2)]
    printed = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], printed
    # Nothing on stderr, which would show red in a notebook.
    assert printed == [(f"{tmp_path / 'mnist.npz'}\n", "")] * 2
    expect_whole(tmp_path / "mnist.npz")


# CIFAR-10

BATCHES = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]


def as_batch(pictures: np.ndarray, labels: np.ndarray) -> bytes:
    """Return pictures (N, 32, 32, 3) as the archive holds them: planes of red, green and blue."""
    planes = pictures.transpose(0, 3, 1, 2).reshape(len(pictures), -1)
    return pickle.dumps({b"data": planes, b"labels": labels.tolist()})


def serve_archive(serve, archive: bytes, expected: bytes | None = None) -> None:
    """Serve one archive as CIFAR-10; its hash is expected unless another one is given."""
    known = hashes({"cifar-10-python.tar.gz": expected or archive})
    serve({"cifar-10-python.tar.gz": archive}, name="cifar10", known=known)


def test_cifar10_archive_gives_the_arrays(serve, tmp_path):
    pictures = RNG.integers(256, size=(24, 32, 32, 3), dtype=np.uint8)
    labels = RNG.integers(10, size=24, dtype=np.uint8)
    parts = {name: slice(4 * i, 4 * i + 4) for i, name in enumerate(BATCHES)}
    batches = {name: as_batch(pictures[part], labels[part]) for name, part in parts.items()}
    # The order within the archive is not that of the numbers.
    members = {name: batches[name] for name in sorted(batches, reverse=True)}
    others = {"batches.meta": b"not read", "readme.html": b""}
    serve_archive(serve, as_batches(others | members))
    path = datafiles.fetch("cifar10", tmp_path)
    with np.load(path) as found:
        assert np.array_equal(found["x_train"], pictures[:20])
        assert np.array_equal(found["y_train"], labels[:20])
        assert np.array_equal(found["x_test"], pictures[20:])
        assert np.array_equal(found["y_test"], labels[20:])
        assert {found[key].dtype for key in found} == {np.dtype(np.uint8)}
    assert list(tmp_path.iterdir()) == [path]


class Trap:
    """An object whose pickle makes a folder when it is opened."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_pickles_of_another_archive_are_not_opened(serve, tmp_path):
    sprung, folder = tmp_path / "sprung", tmp_path / "data"
    archive = as_batches(dict.fromkeys(BATCHES, pickle.dumps(Trap(sprung))))
    serve_archive(serve, archive, expected=b"the archive of the authors")
    with pytest.raises(OSError, match="its md5 is not the published one"):
        datafiles.fetch("cifar10", folder)
    assert not sprung.exists()
    assert list(folder.iterdir()) == []


# ImageNet weights

WEIGHTS = RNG.bytes(50_000)
(WEIGHTS_FILE,) = datafiles.SOURCES["VGG16"].hashes


def serve_weights(serve, *answers) -> None:
    """Serve mirrors of VGG16's weights; each answers with the given bytes or function."""
    mirrors = [{WEIGHTS_FILE: answer} for answer in answers]
    serve(*mirrors, name="VGG16", known=hashes({WEIGHTS_FILE: WEIGHTS}))


def test_weights_come_under_the_name_of_keras_and_once(serve, tmp_path):
    asked = []

    def count(request):
        asked.append(request.path)
        send(request, WEIGHTS)

    serve_weights(serve, None, log_in, count)
    for _ in range(2):
        path = datafiles.fetch("VGG16", tmp_path / "new")
        assert path == tmp_path / "new" / WEIGHTS_FILE
        assert path.read_bytes() == WEIGHTS
    assert asked == [f"/{WEIGHTS_FILE}"]
    assert list(path.parent.iterdir()) == [path]


def test_weights_with_another_content_are_refused_and_left(serve, tmp_path):
    serve_weights(serve, WEIGHTS)
    path = tmp_path / WEIGHTS_FILE
    path.write_bytes(WEIGHTS[:-1])
    message = "not a whole VGG16 file: its md5 is not .* left as it is; .* `cnncourse fetch VGG16`"
    with pytest.raises(ValueError, match=message):
        datafiles.fetch("VGG16", tmp_path)
    assert path.read_bytes() == WEIGHTS[:-1]
