"""A damaged data file is refused with file and remedy, or it does no harm; it is never run."""

import io
import os
import pickle
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

from cnncourse import data, datafiles

COUNTS = {"train": 60, "test": 20}
MEMORY = 4_000_000  # bytes; the arrays themselves take a quarter of a megabyte at most
BOMB = 30_000_000  # bytes that a packed member claims, or really has

_opened: list[str] = []  # classes that any pickle asked for
sys.addaudithook(lambda event, args: _opened.append(args) if event == "pickle.find_class" else None)


class Trap:
    """An object whose pickle makes a folder when it is opened."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


class Damage:
    """A whole file, and what can happen to it.

    Args:
        name: Name of the data set.
        draw: Where the damage is random, it is drawn from here.
        trap: A folder that is made if a pickle in the file is opened.
    """

    def __init__(self, name: str, draw: np.random.Generator, trap) -> None:
        self.draw, self.trap = draw, trap
        shape = datafiles.DATASETS[name].picture_shape
        self.arrays = {}
        for part, count in COUNTS.items():
            pixels = draw.integers(256, size=(count, *shape), dtype=np.uint8)
            self.arrays[f"x_{part}"] = pixels
            self.arrays[f"y_{part}"] = draw.permutation(np.arange(count) % 10).astype(np.uint8)
        self.whole = self.written(self.arrays)
        self.key = self.one_of(list(self.arrays))

    def one_of(self, things: list):
        return things[self.draw.integers(len(things))]

    def written(self, arrays: dict) -> bytes:
        buffer = io.BytesIO()
        self.one_of([np.savez, np.savez_compressed])(buffer, **arrays)
        return buffer.getvalue()

    def changed(self, change) -> bytes:
        return self.written(self.arrays | {self.key: change(self.arrays[self.key])})

    def replaced(self, content: bytes, packing=zipfile.ZIP_DEFLATED) -> bytes:
        """Replace an array by other bytes in an archive that is whole otherwise."""
        others = {key: array for key, array in self.arrays.items() if key != self.key}
        buffer = io.BytesIO(self.written(others))
        with zipfile.ZipFile(buffer, "a", packing) as archive:
            archive.writestr(f"{self.key}.npy", content)
        return buffer.getvalue()

    def header(self, **changes) -> bytes:
        made, shape = io.BytesIO(), self.arrays[self.key].shape
        about = {"descr": "|u1", "fortran_order": False, "shape": shape} | changes
        np.lib.format.write_array_header_1_0(made, about)
        return made.getvalue()

    def places(self, count: int) -> np.ndarray:
        """Draw places in the file; half the time in the names and sizes at its end."""
        first = self.whole.index(b"PK\1\2") if self.draw.random() < 0.5 else 0
        return self.draw.integers(first, len(self.whole), size=count)

    # What can happen: each returns the damaged file's content.

    def flipped_bytes(self) -> bytes:
        content = bytearray(self.whole)
        for place in self.places(self.draw.integers(1, 10)):
            content[place] ^= self.draw.integers(1, 256)
        return bytes(content)

    def truncated(self) -> bytes:
        return self.whole[: self.places(1)[0]]

    def zeroed(self) -> bytes:
        start, end = np.sort(self.places(2))
        return self.whole[:start] + bytes(end - start) + self.whole[end:]

    def empty(self) -> bytes:
        return b""

    def another_kind_of_file(self) -> bytes:
        texts = [b"<html>Please log in</html>", b"PK\3\4", b"PK\5\6" + bytes(18), b"\x93NUMPY\1\0"]
        return self.one_of([*texts, self.draw.bytes(1000)])

    def a_piece_twice(self) -> bytes:
        start, end = np.sort(self.places(2))
        return self.whole[:end] + self.whole[start:]

    def wrong_dtype(self) -> bytes:
        kinds = ["int8", "uint16", "float32", "float64", "bool", "S1", "datetime64[s]", "complex64"]
        return self.changed(lambda array: array.astype(self.one_of(kinds)))

    def wrong_shape(self) -> bytes:
        changes = [
            lambda array: array[:-1],
            lambda array: array[:0],
            np.ravel if self.key.startswith("x") else np.atleast_2d,
            lambda array: np.concatenate([array, array]),
            lambda array: array[None],
            lambda array: np.array(7, np.uint8),
        ]
        return self.changed(self.one_of(changes))

    def wrong_labels(self) -> bytes:
        self.key = self.one_of(["y_train", "y_test"])
        labels = self.arrays[self.key].copy()
        labels[self.draw.integers(len(labels))] = self.draw.integers(10, 256)
        return self.changed(lambda array: labels)

    def missing_array(self) -> bytes:
        return self.written({k: array for k, array in self.arrays.items() if k != self.key})

    def pickled_array(self) -> bytes:
        shape = self.arrays[self.key].shape
        return self.changed(lambda array: np.full(shape, Trap(self.trap), object))

    def pickle_within(self) -> bytes:
        content = pickle.dumps(Trap(self.trap))
        return self.replaced(self.one_of([b"", self.header(descr="|O")]) + content)

    def pickle_instead(self) -> bytes:
        return pickle.dumps(Trap(self.trap))

    def claimed_size(self) -> bytes:
        """Claim in the archive's directory that a few bytes are gigabytes."""
        content = bytearray(self.replaced(self.header() + bytes(100)))
        entry = content.rindex(b"PK\1\2")
        content[entry + 24 : entry + 28] = (2**32 - 2).to_bytes(4, "little")
        return bytes(content)

    def claimed_shape(self) -> bytes:
        shapes = [(10**6, 10**6), (2**62, 4), (-1, 28), (60, 2**40), (0,)]
        return self.replaced(self.header(shape=self.one_of(shapes)) + bytes(100))

    def claimed_dtype(self) -> bytes:
        kinds = ["|V2000000000", "<U500000000", "|S0", "<f8", "|O", "no such type"]
        return self.replaced(self.header(descr=self.one_of(kinds)) + bytes(100))

    def bomb(self) -> bytes:
        """Pack megabytes of zeros into a few bytes, after a header that is right."""
        packings = [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
        return self.replaced(self.header() + bytes(BOMB), self.one_of(packings))

    def nested_header(self) -> bytes:
        """Give Python's parser a header to choke on."""
        nested = self.one_of([b"-" * 8000 + b"1", b"(" * 8000, b"[" * 90, b"x" + b".a" * 4000])
        return self.replaced(b"\x93NUMPY\1\0" + len(nested).to_bytes(2, "little") + nested)


_methods = [name for name in vars(Damage) if not name.startswith("_")]
KINDS = _methods[_methods.index("flipped_bytes") :]


@pytest.mark.parametrize("name", datafiles.DATASETS)
def test_damaged_file_is_refused_or_harmless(name, amount, tried, monkeypatch, tmp_path):
    path, trap = tmp_path / "data" / f"{name}.npz", tmp_path / "sprung"
    path.parent.mkdir()
    monkeypatch.setenv("CNNCOURSE_REDUCED", "0")
    monkeypatch.setenv("CNNCOURSE_DATA", str(path.parent))
    shape = datafiles.DATASETS[name].picture_shape
    description = datafiles.Description(
        datafiles.DATASETS[name].class_names, shape, *COUNTS.values()
    )
    monkeypatch.setitem(datafiles.DATASETS, name, description)
    refused = 0
    for number in range(amount(60, 400)):
        damage, kind = Damage(name, np.random.default_rng(number), trap), KINDS[number % len(KINDS)]
        path.write_bytes(damage.whole)
        original = data.load(name)
        path.write_bytes(content := getattr(damage, kind)())
        _opened.clear()
        tracemalloc.start()
        try:
            found = data.load(name)
        except ValueError as error:
            message = str(error)
            assert message.startswith(f"{path} is not a whole {name} file: "), (number, kind)
            assert f"It was left as it is; move it away and run `cnncourse fetch {name}`" in message
            assert len(message) < 1500 and "\n" not in message, (number, kind)
            refused += 1
        else:
            assert found.source == "data folder"
            for array in ("x_train", "y_train", "x_val", "y_val", "x_test", "y_test"):
                assert np.array_equal(getattr(found, array), getattr(original, array)), kind
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < MEMORY, (number, kind)
        assert not _opened and not trap.exists(), (number, kind)
        assert path.read_bytes() == content, (number, kind)
        assert list(path.parent.iterdir()) == [path], (number, kind)
        tried(f"corruptions of {name}.npz, of {len(KINDS)} kinds: refused, or loaded as it was")
    assert refused > 0.8 * number
    pickle.loads(damage.pickle_instead())
    assert _opened and trap.exists(), "the trap itself works"
