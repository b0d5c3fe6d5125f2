"""Picture files corrupted in a folder: each is read or named, and nothing else is raised."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

from cnncourse import data, picturefiles

SUFFIXES = ("png", "jpg", "webp", "gif", "bmp", "tiff", "ppm", "jpeg", "PNG")
MODES = ("RGB", "L", "P", "1", "RGBA", "LA", "CMYK", "I;16")
SIDE, MEMORY = 16, 50e6


def save_some_picture(path, rng):
    """Save a picture of a random mode, with and without remarks in the file."""
    picture = Image.fromarray(rng.integers(0, 256, (40, 50, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = int(rng.integers(0, 10))  # 1 to 8 are ways to turn it
    mode = MODES[rng.integers(len(MODES))]
    changed = picture.convert("L").convert(mode) if mode == "I;16" else picture.convert(mode)
    try:
        changed.save(path, exif=exif)
    except (OSError, ValueError):  # not every format knows every mode
        picture.save(path, exif=exif)


def corrupted(content, rng):
    """Return a file's content with one kind of damage."""
    changed, places = bytearray(content), rng.integers(0, len(content), 20)
    kind = rng.integers(8)
    if kind == 0:
        return content[: places[0]]
    if kind == 1:
        changed[places[0]] ^= 1 << rng.integers(8)
    elif kind == 2:
        for place in places:
            changed[place] = rng.integers(256)
    elif kind == 3:
        changed[places[0] % 64 : places[0] % 64 + 8] = rng.bytes(8)  # in the header
    elif kind == 4:
        start, end = sorted(places[:2])
        del changed[start:end]
    elif kind == 5:
        return content[: places[0]] + rng.bytes(200) + content[places[0] :]
    elif kind == 6:  # a claim of an enormous size, where PNG, BMP or GIF have theirs
        start = (16, 18, 6)[rng.integers(3)]
        changed[start : start + 4] = (2 ** int(rng.integers(12, 31))).to_bytes(4, "big")
    else:
        return (b"", b"PK\3\4", b"<svg/>", b"\x89PNG\r\n\x1a\n", rng.bytes(500))[rng.integers(5)]
    return bytes(changed)


def test_corrupted_pictures_are_read_or_named(amount, tried, tmp_path, capsys):
    rng, count = np.random.default_rng(0), amount(40, 400)
    for number in range(count):
        path = tmp_path / "ab"[number % 2] / f"{number}.{SUFFIXES[number % len(SUFFIXES)]}"
        path.parent.mkdir(exist_ok=True)
        save_some_picture(path, rng)
        assert data.read_pictures(path, SIDE).shape == (1, SIDE, SIDE, 3), "the picture is whole"
        path.write_bytes(corrupted(path.read_bytes(), rng))
    files, unreadable = sorted(path for path in tmp_path.glob("?/*")), 0
    for path in files:
        tracemalloc.start()
        try:
            assert data.read_pictures(path, SIDE).shape == (1, SIDE, SIDE, 3)
            assert data.read_digits(path).shape == (1, 28, 28, 1)
        except ValueError as error:
            message = str(error)
            assert message.startswith("1 of 1 files cannot be read as pictures: "), message
            assert path.name in message and len(message) < 500 and message.isprintable(), message
            assert error.__suppress_context__ or error.__context__ is None
            unreadable += 1
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MEMORY, path
        tried("corrupted picture files: read, or named as unreadable")
    assert 0.3 * count < unreadable < count
    with pytest.raises(ValueError, match=f"of {count} files cannot be read as pictures"):
        data.from_folder(tmp_path, SIDE)
    for name in ("a", "b"):  # so that each set has a picture of each class
        for i in range(20):
            Image.new("RGB", (20, 20)).save(tmp_path / name / f"whole{i}.png")
    dataset = data.from_folder(tmp_path, SIDE, skip_unreadable=True)
    assert sum(map(len, (dataset.y_train, dataset.y_val, dataset.y_test))) >= 40
    assert "and were left out" in capsys.readouterr().out
    assert picturefiles.Image.MAX_IMAGE_PIXELS == 89478485, "Pillow's own limit is untouched"
