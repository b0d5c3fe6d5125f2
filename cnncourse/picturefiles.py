"""Reading picture files of any size and kind into one array."""

import os
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from cnncourse.machine import free_memory
from cnncourse.messages import StatusLine, notice
from cnncourse.validation import as_list, brief, is_one_of, true_or_false, whole_number

PathLike = str | os.PathLike[str]
FORMATS = ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF"]
MOST_PIXELS = 120_000_000  # of one picture; a telephone's largest has 108 million
LARGEST_SIDE = 4096  # of the pictures in an array
SECONDS_SILENT = 1.0  # before a line says how far the reading is


class Unreadable(Exception):
    """Why a file cannot be read as a picture, in words for the student."""


def read_pictures(
    paths: PathLike | Iterable[PathLike],
    size: int | tuple[int, int],
    *,
    grey: bool = False,
    fit: str = "crop",
    skip_unreadable: bool = False,
) -> np.ndarray:
    """Read picture files into one array, ready for a network that was trained on such pictures.

    Reads PNG, JPEG, WebP, GIF and animations (their first picture), BMP, TIFF and AVIF. Photographs
    are turned upright, transparent places become white, 16 bits a pixel become 8.

    Args:
        paths: A file, or a list of files.
        size: Height and width of each picture in pixels, such as (96, 128); 96 means (96, 96).
        grey: Whether to read one channel of grey instead of red, green and blue.
        fit: "crop" cuts the largest middle part of that shape; "pad" keeps all of the picture and
            puts black bars beside it. Both then resize without jagged edges.
        skip_unreadable: Whether to leave out files that cannot be read, and name them in a box.

    Returns:
        The pictures in the order of their paths, uint8 (N, height, width, 1 or 3), from 0 to 255.

    Raises:
        ValueError: If a file is missing, damaged, too large or not a picture.

    Example:
        >>> from matplotlib import cbook
        >>> portrait = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
        >>> read_pictures(portrait, size=96).shape
        (1, 96, 96, 3)
    """
    prepare, shape = preparation(size, grey, fit)
    return read_files(listed("paths", paths), shape, prepare, skip_unreadable)[0]


def preparation(
    size: int | tuple[int, int], grey: bool, fit: str
) -> tuple[Callable[[Path], np.ndarray], tuple[int, int, int]]:
    """Return a function that reads a file as a picture of one shape, and that shape."""
    pair = size if isinstance(size, (tuple, list)) and len(size) == 2 else (size, size)
    height, width = (whole_number("size", side, 1, LARGEST_SIDE) for side in pair)
    mode = "L" if true_or_false("grey", grey) else "RGB"
    if not is_one_of(fit, ("crop", "pad")):
        raise ValueError(f'fit={brief(fit)}: choose "crop" or "pad".')

    def prepare(path: Path) -> np.ndarray:
        picture = open_upright(path, least=2 * max(height, width))
        if fit == "crop":
            full = ImageOps.fit(picture, (width, height), Image.Resampling.BICUBIC)
        else:
            scale = min(width / picture.width, height / picture.height)
            inner = [max(1, round(side * scale)) for side in picture.size]
            full = Image.new(picture.mode, (width, height))
            part = picture.resize(inner, Image.Resampling.BICUBIC)
            full.paste(part, ((width - inner[0]) // 2, (height - inner[1]) // 2))
        return np.asarray(full.convert(mode)).reshape(height, width, -1)

    return prepare, (height, width, 1 if grey else 3)


def open_upright(path: Path, least: int) -> Image.Image:
    """Return a file's picture, upright, opaque, in 8 bits ("L" or "RGB").

    A large JPEG file is decoded at a half to an eighth of its size, but not below `least` pixels.
    """
    if not os.path.isfile(path):
        raise Unreadable("it is a folder" if os.path.isdir(path) else "there is no such file")
    if not os.path.getsize(path):
        raise Unreadable("it is empty")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes, checked here, and of remarks in the file
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            image.verify()  # PNG's checksums; it leaves nothing to read
        with Image.open(path, formats=FORMATS) as image:
            image.draft(None, (least, least))
            picture = ImageOps.exif_transpose(image)
            if picture.mode == "F" or (picture.mode == "I" and image.format == "TIFF"):
                raise Unreadable("its pixels have 32 bits, of unknown range: save it in 8 bits")
            if picture.mode[0] == "I":  # 16 bits
                picture = Image.fromarray((np.asarray(picture) / 257).round().astype(np.uint8))
            if picture.has_transparency_data:
                picture = picture.convert("RGBA")
                paper = Image.new("RGBA", picture.size, "white")
                picture = Image.alpha_composite(paper, picture)
            return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def read_files(
    paths: Sequence[Path],
    shape: tuple[int, ...],
    prepare: Callable[[Path], np.ndarray],
    skip_unreadable: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures, each written into one array, and which of the files they are."""
    true_or_false("skip_unreadable", skip_unreadable)
    size = len(paths) * int(np.prod(shape))
    if size > free_memory():
        raise ValueError(
            f"{len(paths):,} pictures of {' x '.join(map(str, shape))} need {size / 1e9:.1f} GB, "
            f"and {free_memory() / 1e9:.1f} GB are free: choose a smaller size or fewer pictures."
        )
    pictures = np.empty((len(paths), *shape), np.uint8)
    readable: list[int] = []
    unreadable: list[str] = []
    line, started = StatusLine(), time.monotonic()
    for number, path in enumerate(paths):
        try:
            pictures[len(readable)] = prepare(path)
            readable.append(number)
        except Exception as error:  # Pillow raises nearly anything
            unreadable.append(f"{quoted(path)} ({_reason(error, path)})")
        if time.monotonic() - started > SECONDS_SILENT:
            line.update(f"{number + 1:,} of {len(paths):,} pictures read")
    if time.monotonic() - started > SECONDS_SILENT:
        line.close(f"{len(readable):,} pictures read")
    if unreadable:
        what = f"{len(unreadable):,} of {len(paths):,} files cannot be read as pictures"
        if not skip_unreadable or not readable:
            raise ValueError(
                f"{what}: {_first(unreadable, 3)}. Remove or replace them, or leave them out with "
                "skip_unreadable=True."
            )
        notice(f"{what}, and were left out", _first(unreadable, 30))
    return pictures[: len(readable)], np.array(readable)


def listed(what: str, paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """Return paths as a list, or refuse what is not a file's name or a list of them."""
    found = as_list(what, [paths] if isinstance(paths, (str, os.PathLike)) else paths)
    for path in found:
        if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
            raise ValueError(f"{what}={brief(path)}: give a path, such as 'my_pictures/cat.jpg'.")
    if not found:
        raise ValueError(f"{what} is empty, {brief(paths)}: give at least one file.")
    return [Path(os.path.expanduser(path)) for path in found]


def _first(texts: list[str], count: int) -> str:
    """Return the first of some texts in a line, and how many more there are."""
    more = [f"and {len(texts) - count:,} more"] if len(texts) > count else []
    return ", ".join([*texts[:count], *more])


def _reason(error: Exception, path: Path) -> str:
    """Say in a few words why a file cannot be read."""
    if isinstance(error, Unreadable):
        return str(error)
    if isinstance(error, Image.DecompressionBombError):
        return f"it has more than {MOST_PIXELS // 10**6} million pixels"
    if isinstance(error, (UnidentifiedImageError, KeyError)):
        is_heic = path.suffix.lower() in (".heic", ".heif")
        return "save it as JPEG: HEIC is not read" if is_heic else "not a picture, or damaged"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"damaged: {(str(error) or type(error).__name__).splitlines()[0][:100]}"


def quoted(path: Path) -> str:
    """Return a path as a message shows it: its end, if it is long."""
    text = repr(str(path))
    return text if len(text) <= 100 else f"'...{text[-96:]}"
