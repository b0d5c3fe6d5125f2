"""Read the weights in a file of PyTorch's older format, without PyTorch."""

import hashlib
import io
import math
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np

NUMBERS = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def read_torch_file(path: Path, sha256: str) -> dict[str, np.ndarray]:
    """Return the arrays of a file that ``torch.save`` wrote before PyTorch 1.6.

    Such a file is five pickles and then raw numbers. A pickle can run any code, so the file's hash
    is compared before anything is read, and only what describes an array is understood.

    Args:
        path: The file, often named .pth.
        sha256: Its SHA-256 in hexadecimal digits.

    Returns:
        Arrays by name, float32 or int64, in PyTorch's order of axes.

    Raises:
        ValueError: If the file is another one, and nothing of it has been read then.
        OSError: If it cannot be opened.

    Example:
        >>> read_torch_file(Path("nowhere.pth"), "00")
        Traceback (most recent call last):
        FileNotFoundError: [Errno 2] No such file or directory: 'nowhere.pth'
    """
    content = Path(path).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(
            f"{path} is not the file it should be: its sha256 is {found}, not {sha256}. Install "
            "the package it came with again, or copy a whole file from someone who has one."
        )
    file = io.BytesIO(content)
    # A magic number, the format's version, the sizes of numbers; then arrays, and their storages.
    *_, described, keys = [_OnlyArrays(file).load() for _ in range(5)]
    types = {array.key: array.numbers for array in described.values()}
    storages = {}
    for key in keys:
        count = int.from_bytes(file.read(8), "little")
        storages[key] = np.frombuffer(file.read(count * types[key].itemsize), types[key])
    return {name: array.of(storages[array.key]) for name, array in described.items()}


class _Described:
    """Where an array's numbers lie: in which storage, from where on, and in which strides."""

    def __init__(self, storage: tuple, offset: int, shape: tuple, strides: tuple, *_: Any) -> None:
        self.numbers, self.key = storage
        self.offset, self.shape, self.strides = offset, shape, strides

    def of(self, storage: np.ndarray) -> np.ndarray:
        """Return the array; its axes may lie in the storage in another order."""
        numbers = storage[self.offset : self.offset + math.prod(self.shape)]
        strides = [step * storage.itemsize for step in self.strides]
        return np.lib.stride_tricks.as_strided(numbers, self.shape, strides).copy()


class _OnlyArrays(pickle.Unpickler):
    """Understands arrays and the dictionary that holds them, and refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        known: dict[tuple[str, str], Any] = {("collections", "OrderedDict"): OrderedDict}
        known |= {("torch", kind): numbers for kind, numbers in NUMBERS.items()}
        known |= {("torch._utils", "_rebuild_tensor_v2"): _Described}
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an array")
        return known[module, name]

    def persistent_load(self, about: tuple) -> tuple[np.dtype, str]:
        _, numbers, key, *_ = about
        return numbers, key
