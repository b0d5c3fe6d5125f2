"""Pictures in folders that are named after their classes: found, and written."""

import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from cnncourse.picturefiles import PathLike, listed, quoted
from cnncourse.validation import as_array, as_list, brief, check_labels

SUFFIXES = {".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic"}
SUFFIXES |= {".ppm", ".pgm", ".pbm", ".avif", ".heif"}
LEFT_BY_SYSTEMS = ("thumbs.db", "desktop.ini", "icon\r", "__macosx")  # and what begins with a dot
SETS = {"train": 0, "training": 0, "val": 1, "valid": 1, "validation": 1, "test": 2, "testing": 2}


class ClassFiles(NamedTuple):
    """The pictures of a folder: their paths, labels and sets (0 training, 1 validation, 2 test)."""

    class_names: tuple[str, ...]
    paths: list[Path]
    labels: np.ndarray
    sets: np.ndarray


def list_classes(folder: PathLike) -> ClassFiles:
    """Find the pictures of a folder that holds class folders, or train, val and test with such.

    Raises:
        ValueError: If there are not two class folders, one is empty, or the sets' classes differ.
    """
    (root,) = listed("folder", [folder])
    folders = [path for path in _inside(root) if os.path.isdir(path)]
    sets = {path: SETS[path.name.lower()] for path in folders if path.name.lower() in SETS}
    if len(set(sets.values())) < 2 or 0 not in sets.values():
        sets = {root: 0}
    elif len(sets) < len(folders):
        other = next(path for path in folders if path not in sets)
        raise ValueError(f"{quoted(other)} lies beside the folders of sets: move it elsewhere.")
    seen, found, names = {os.path.realpath(path) for path in (root, *sets)}, [], {}
    for group, number in sets.items():
        classes = _class_folders(group)
        names[group] = tuple(_text(path.name) for path in classes)
        for label, path in enumerate(classes):
            files = list(_files(path, seen))
            if not files:
                raise ValueError(
                    f"{quoted(path)} holds no files, or only links to other classes: put pictures "
                    "of the class into it, or remove it."
                )
            found += [(file, label, number) for file in files]
    (first, expected), *others = names.items()
    for group, given in others:
        if given != expected:
            odd = sorted({*given} ^ {*expected})[0]
            raise ValueError(
                f"Only one of {quoted(first)} and {quoted(group)} has a class folder "
                f"{brief(odd)}: give each set the same classes."
            )
    paths, labels, numbers = zip(*found, strict=True)
    return ClassFiles(expected, list(paths), np.array(labels), np.array(numbers))


def write_folder(
    folder: PathLike, images: np.ndarray, labels: np.ndarray, class_names: Sequence[str]
) -> Path:
    """Write pictures as PNG files, a folder for each class: what `from_folder` reads.

    Args:
        folder: Where to write; it is made if need be. Files of the same names are replaced.
        images: Pictures, uint8 (N, height, width, 1 or 3).
        labels: Their labels, integers (N,).
        class_names: Name of each label, and of its folder.

    Returns:
        The folder.

    Raises:
        ValueError: If pictures, labels and names do not fit together, or a class folder holds
            other files already.

    Example:
        >>> import tempfile
        >>> pictures = np.zeros((2, 8, 8, 3), np.uint8)
        >>> with tempfile.TemporaryDirectory() as place:
        ...     folder = write_folder(place, pictures, np.array([1, 0]), ["cat", "dog"])
        ...     sorted(str(path.relative_to(folder).as_posix()) for path in folder.glob("*/*"))
        ['cat/0001.png', 'dog/0000.png']
    """
    images = as_array("images", images, "uint8 pictures (N, height, width, channels)")
    are_pictures = images.dtype == np.uint8 and images.ndim == 4 and images.shape[-1] in (1, 3)
    names = as_list("class_names", class_names)
    check_labels("labels", labels, len(names))
    if not are_pictures or len(images) != len(labels):
        raise ValueError(
            f"images: {brief(images)} found for {len(labels)} labels: give uint8 pictures (N, "
            "height, width, 1 or 3), as many as labels."
        )
    for name in names:
        if not isinstance(name, str) or os.path.basename(name) != name or name in ("", ".", ".."):
            raise ValueError(f"class_names: {brief(name)} cannot name a folder: give plain texts.")
    (root,) = listed("folder", [folder])
    paths = [root / names[label] / f"{i:04}.png" for i, label in enumerate(labels)]
    for name in {names[label] for label in labels}:
        (root / name).mkdir(parents=True, exist_ok=True)
        if others := set(_inside(root / name)) - set(paths):
            raise ValueError(
                f"{quoted(min(others))} lies in a class folder already: give a new folder."
            )
    for path, image in zip(paths, images, strict=True):
        Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).save(path)
    return root


def _class_folders(folder: Path) -> list[Path]:
    """Return a folder's class folders in order: names that are all numbers, as numbers."""
    inside = _inside(folder)
    classes = [path for path in inside if os.path.isdir(path)]
    loose = [path for path in inside if path.suffix.lower() in SUFFIXES and path not in classes]
    if loose:
        raise ValueError(
            f"{quoted(loose[0])} lies in no class folder ({len(loose):,} such files): move each "
            "picture into a folder with the name of its class."
        )
    if len(classes) < 2:
        only = f", {quoted(classes[0])}; if that one holds the classes, give it" if classes else ""
        raise ValueError(
            f"{quoted(folder)} holds {len(classes) or 'no'} class folder{only}: make at least two, "
            "a folder for each class, with its pictures inside."
        )
    are_numbers = all(path.name.isdecimal() for path in classes)
    return sorted(classes, key=lambda path: int(path.name)) if are_numbers else classes


def _inside(folder: Path) -> list[Path]:
    """Return what a folder holds, sorted, without what is hidden."""
    try:
        names = sorted(os.listdir(folder))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a name"
        raise ValueError(
            f"The folder {quoted(folder)} cannot be opened ({reason}), as seen from "
            f"{quoted(Path.cwd())}: give the path of a folder with class folders."
        ) from None
    is_hidden = [name[0] == "." or name.lower() in LEFT_BY_SYSTEMS for name in names]
    return [folder / name for name, hidden in zip(names, is_hidden, strict=True) if not hidden]


def _files(folder: Path, seen: set[str]) -> Iterator[Path]:
    """Give the files of a folder and of those inside it, but of no folder twice (links)."""
    real = os.path.realpath(folder)
    if real not in seen:
        seen.add(real)
        for path in _inside(folder):
            if os.path.isdir(path):
                yield from _files(path, seen)
            else:
                yield path


def _text(name: str) -> str:
    """Return a name that can be printed, and is the same on every system."""
    return unicodedata.normalize("NFC", name.encode(errors="backslashreplace").decode())
