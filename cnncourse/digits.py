"""Pictures of your own handwritten digits, prepared as MNIST's were."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from cnncourse.picturefiles import PathLike, Unreadable, listed, open_upright, read_files

SIDE, BOX = 28, 20  # pixels of MNIST's pictures, and of the ink in them
LARGEST = 560  # pixels that a picture keeps while its ink is looked for
FAINTEST = 40  # grey levels between ink and paper
INK = 0.4  # of the darkest ink: what is above is part of the digit


def read_digits(
    paths: PathLike | Iterable[PathLike], *, skip_unreadable: bool = False
) -> np.ndarray:
    """Read pictures of one handwritten digit each, and make them look like MNIST's.

    A bright background becomes black and the ink white; the picture is cut to the ink, scaled to
    20 pixels and moved so that the ink's centre of mass lies in the middle of 28 x 28 pixels.

    Args:
        paths: A file, or a list of files; see `read_pictures`.
        skip_unreadable: Whether to leave out files that cannot be read, and name them in a box.

    Returns:
        The digits in the order of their paths, uint8 (N, 28, 28, 1), white on black.

    Raises:
        ValueError: If a file cannot be read, nothing is drawn on it, or its paper is not plain.

    Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", 1998.

    Example:
        >>> import tempfile, PIL.ImageDraw
        >>> paper = Image.new("RGB", (280, 280), "white")
        >>> PIL.ImageDraw.Draw(paper).line([(200, 30), (180, 250)], "black", width=20)
        >>> folder = tempfile.TemporaryDirectory()
        >>> paper.save(Path(folder.name, "one.png"))
        >>> digits = read_digits(Path(folder.name, "one.png"))
        >>> digits.shape, int(digits[0, 0, 0, 0])
        ((1, 28, 28, 1), 0)
    """
    return read_files(listed("paths", paths), (SIDE, SIDE, 1), _read, skip_unreadable)[0]


def like_mnist(picture: np.ndarray) -> np.ndarray:
    """Return a drawn digit, grey levels (height, width), as MNIST would show it, uint8 (28, 28).

    Example:
        >>> drawing = np.full((100, 100), 255)
        >>> drawing[20:80, 45:55] = 0
        >>> like_mnist(drawing)[4:24].any(axis=1).all()
        np.True_
    """
    grey = np.asarray(picture, float)
    border = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    paper = np.median(border)
    ink = np.clip(paper - grey if paper > 127 else grey - paper, 0, None)
    if ink.max() < FAINTEST:
        raise Unreadable("nothing is drawn on it")
    is_ink = ink > INK * ink.max()
    if np.mean(is_ink) > 0.5 or np.mean(np.abs(border - paper) > INK * ink.max()) > 0.25:
        raise Unreadable("no plain paper around a digit: cut the picture closer to the digit")
    rows, columns = np.flatnonzero(is_ink.any(axis=1)), np.flatnonzero(is_ink.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] * (255 / ink.max())
    scale = BOX / max(cut.shape)
    height, width = (max(1, round(side * scale)) for side in cut.shape)
    small = Image.fromarray(cut.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    digit = np.asarray(small) * (255 / np.asarray(small).max())  # thin strokes have become faint
    middle = np.argwhere(digit >= 0).T @ (digit.ravel() / digit.sum())
    top = int(np.clip(round(SIDE / 2 - middle[0]), 0, SIDE - height))
    left = int(np.clip(round(SIDE / 2 - middle[1]), 0, SIDE - width))
    full = np.zeros((SIDE, SIDE), np.uint8)
    full[top : top + height, left : left + width] = digit.round()
    return full


def _read(path: Path) -> np.ndarray:
    picture = open_upright(path, least=LARGEST).convert("L")
    picture.thumbnail((LARGEST, LARGEST))
    return like_mnist(np.asarray(picture))[..., None]
