"""The data sets' files: what each must hold, and reading one without trusting it."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnncourse.validation import brief, is_one_of

FASHION = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat")
FASHION += ("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
OBJECTS = ("airplane", "automobile", "bird", "cat", "deer")
OBJECTS += ("dog", "frog", "horse", "ship", "truck")


@dataclass(frozen=True)
class Description:
    """What is known about a data set before its file is opened."""

    class_names: tuple[str, ...]
    picture_shape: tuple[int, ...]
    train_count: int
    test_count: int


DATASETS = {
    "mnist": Description(tuple("0123456789"), (28, 28), 60_000, 10_000),
    "fashion_mnist": Description(FASHION, (28, 28), 60_000, 10_000),
    "cifar10": Description(OBJECTS, (32, 32, 3), 50_000, 10_000),
}


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
    if not isinstance(path, (str, Path)) or "\0" in str(path):  # a number is an open file's
        raise ValueError(f"path={brief(path)}: give the path of an .npz file.")
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return _read_arrays(archive, DATASETS[name])
        except MemoryError:
            raise
        except Exception as error:  # ours, or one of the many that zipfile and zlib raise
            reason = (str(error) or "it ends too early").splitlines()[0]
            raise ValueError(
                f"{path} is not a whole {name} file: {reason}. It was left as it is; move it away "
                f"and run `cnncourse fetch {name}`, or copy a whole file from someone who has one."
            ) from None


def _read_arrays(archive: zipfile.ZipFile, description: Description) -> dict[str, np.ndarray]:
    arrays = {}
    for part, count in (("train", description.train_count), ("test", description.test_count)):
        x = _read_array(archive, f"x_{part}", (count, *description.picture_shape))
        y = _read_array(archive, f"y_{part}", (count,))
        if y.max() >= len(description.class_names):
            raise ValueError(f"y_{part} holds the label {y.max()}, above 9")
        arrays[f"x_{part}"] = x if x.ndim == 4 else x[..., None]
        arrays[f"y_{part}"] = y.astype(np.int64)
    return arrays


def _read_array(archive: zipfile.ZipFile, key: str, shape: tuple[int, ...]) -> np.ndarray:
    """Read one array, checking its header first: nothing large is read that does not fit."""
    if f"{key}.npy" not in archive.namelist():
        raise ValueError(f"the array {key} is missing")
    packed = archive.getinfo(f"{key}.npy").compress_type
    if packed not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # NumPy writes no other, and zipfile unpacks others into memory without a limit.
        raise ValueError(f"{key} is packed by the unknown method {packed}")
    with archive.open(f"{key}.npy") as file:
        version = np.lib.format.read_magic(file)
        if version != (1, 0):  # what NumPy writes for plain arrays
            raise ValueError(f"{key} has the unknown format version {version}")
        # A long one is none of NumPy's, and nested deeply enough it would take all memory.
        found, fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=500)
        # A trailing axis of one is fine: Keras' CIFAR-10 labels have it.
        if found not in (shape, (*shape, 1)) or dtype != np.uint8 or fortran:
            raise ValueError(f"{key} is {dtype} {found}, not uint8 {shape}")
        size = int(np.prod(shape))
        content = file.read(size + 1)
        if len(content) != size:
            raise ValueError(f"{key} holds {len(content)} bytes, not {size}")
        file.read()  # the checksum is compared at the end of the file
    # A bytearray can be written to, so that these arrays behave like drawn ones.
    return np.frombuffer(bytearray(content), np.uint8).reshape(shape)


def check_name(name: str) -> None:
    """Refuse what is no data set of the course.

    Raises:
        ValueError: If the name is unknown.

    Example:
        >>> check_name("cifar10")  # nothing happens: there is one
    """
    if not is_one_of(name, DATASETS):
        raise ValueError(f"There is no data set {brief(name)}: choose from {', '.join(DATASETS)}.")
