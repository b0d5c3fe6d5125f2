"""The student's own copies of the notebooks: made once, and never overwritten once they changed.

The course's notebooks carry the outputs of a full run, and a tool of the maintainers writes them.
A student works on copies without outputs, in a folder that none of these tools touches.
"""

import contextlib
import hashlib
import itertools
import json
import os
from pathlib import Path

from cnncourse import locks

GIVEN = ".given.json"  # for each copy the hash of what the student was given
FOLDERS = (".", "exercises")  # of the course's notebooks; solutions are reached by links


def update(course: Path, work: Path) -> list[str]:
    """Bring the student's copies up to date.

    A copy that the student has not changed follows the course. Beside one that was changed, run or
    cannot be read, the course's new version arrives under another name.

    Args:
        course: The folder with the course's notebooks.
        work: The folder of the copies; made if it is missing.

    Returns:
        A line for each notebook that is new, has changed or arrived beside another one.

    Raises:
        ValueError: If there is no course, or another process is updating these copies.
        OSError: If the folder cannot be written.
    """
    sources = [path for folder in FOLDERS for path in sorted((course / folder).glob("*.ipynb"))]
    if not sources:
        raise ValueError(f"{course} holds no notebooks: go to the course's own folder first.")
    work.mkdir(parents=True, exist_ok=True)
    with locks.hold(work / ".update.lock") as free:
        if free is False:
            raise ValueError(f"{work} is being updated by another process: try again in a moment.")
        given, lines = _read_given(work), []
        for source in sources:
            name = source.relative_to(course).as_posix()
            new = _without_outputs(
                source, os.path.relpath(course / "solutions", (work / name).parent)
            )
            line = _update_one(new, work / name, given.setdefault(name, []))
            lines += [f"{name}: {line}"] if line else []
            _replace(work / GIVEN, json.dumps(given, indent=1))
    return lines


def _update_one(new: str, copy: Path, given: list[str]) -> str:
    """Bring one copy up to date, and note what was given; return what there is to say about it."""
    found = _hash(_read(copy)) if copy.exists() else None
    if found == _hash(new) or (found and given[-1:] == [_hash(new)]):
        line = ""
    else:
        if found is None:
            line = "back again, as it was missing" if given else "new"
        elif found in given:
            line = "brought up to date"
        else:
            copy = _free_name(copy, new)
            line = f"you changed yours, so the course's new version lies beside it: {copy.name}"
        copy.parent.mkdir(parents=True, exist_ok=True)
        _replace(copy, new)
    if given[-1:] != [_hash(new)]:
        given.append(_hash(new))
    return line


def _without_outputs(source: Path, solutions: str) -> str:
    """Return a notebook as a student gets it: no outputs, no stamp, no pairing with a text twin."""
    try:
        notebook = json.loads(source.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{source} is not a notebook ({error}): a git conflict, perhaps. `git status` names "
            f"the files, and `git checkout -- {source.name}` brings the course's back."
        ) from None
    notebook["metadata"] = {"kernelspec": notebook["metadata"].get("kernelspec", {})}
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return text.replace("(../solutions/", f"({Path(solutions).as_posix()}/")


def _free_name(copy: Path, new: str) -> Path:
    """Return a free name for a new version, or the name under which it came before."""
    for number in itertools.count(2):
        path = copy.with_name(f"{copy.stem} (version {number}).ipynb")
        if not path.exists() or _read(path) == new:
            break
    return path


def _hash(text: str) -> str:
    """Return a hash of cells with outputs and pictures: a program may rewrite the rest."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        cells = [
            [cell["cell_type"], "".join(cell["source"]), cell.get("outputs", [])]
            + [cell[key] for key in ("attachments",) if cell.get(key)]
            for cell in json.loads(text)["cells"]
        ]
        text = json.dumps(cells, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _read(copy: Path) -> str:
    # Some editors on Windows begin a file with a byte-order mark.
    return copy.read_text(encoding="utf-8-sig", errors="replace")


def _read_given(work: Path) -> dict[str, list[str]]:
    # Nothing was given yet, or the file is damaged.
    with contextlib.suppress(OSError, ValueError, AttributeError, TypeError):
        found = json.loads((work / GIVEN).read_text(encoding="utf-8"))
        return {str(name): list(map(str, hashes)) for name, hashes in found.items()}
    return {}


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
