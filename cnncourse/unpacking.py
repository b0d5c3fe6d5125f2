"""The formats in which authors publish their data sets, unpacked into arrays."""

import gzip
import pickle
import tarfile
from pathlib import Path

import numpy as np


def unpack_idx(folder: Path) -> dict[str, np.ndarray]:
    """Read the four files of MNIST's own format: a header, then the bytes."""
    arrays = {}
    for path in folder.glob("*-ubyte.gz"):
        content = gzip.decompress(path.read_bytes())
        axes = content[3]
        shape = np.frombuffer(content, ">u4", count=axes, offset=4).astype(int)
        key = f"{'x' if axes == 3 else 'y'}_{'train' if path.name.startswith('train') else 'test'}"
        arrays[key] = np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
    return arrays


def unpack_cifar10(folder: Path) -> dict[str, np.ndarray]:
    """Read the batches of the archive, whose hash was checked: pickles run code when opened."""
    batches, arrays = {}, {}
    with tarfile.open(folder / "cifar-10-python.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if "_batch" in member.name else None
            if file:
                batches[Path(member.name).name] = pickle.load(file, encoding="bytes")
    for part, start in (("train", "data_batch"), ("test", "test_batch")):
        chosen = [batches[name] for name in sorted(batches) if name.startswith(start)]
        planes = np.concatenate([batch[b"data"] for batch in chosen]).reshape(-1, 3, 32, 32)
        arrays[f"x_{part}"] = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))
        arrays[f"y_{part}"] = np.concatenate([batch[b"labels"] for batch in chosen]).astype(
            np.uint8
        )
    return arrays
