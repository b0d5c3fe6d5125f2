"""Carry the text twins' changes over to the notebooks, which keep their outputs.

The twin is the source. No server pairs them by itself: a student's JupyterLab would refuse to open,
or write over, what another program saved.
"""

import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
from jupytext.combine import combine_inputs_with_outputs

from tools import COURSE, exercises, run

CONFLICT = re.compile(r"^(<<<<<<< |=======$|>>>>>>> )", re.MULTILINE)


def sync(twin: Path, notebook: Path) -> bool:
    """Make a notebook say what its text twin says; outputs of cells that stay are kept.

    Args:
        twin: The text, a file of jupytext's percent format.
        notebook: The notebook, which may be missing.

    Returns:
        Whether the notebook's file changed.

    Raises:
        ValueError: If a file holds the marks of a git conflict, or the notebook is broken.
    """
    refuse_conflicts(twin, notebook)
    new = jupytext.read(twin, fmt="py:percent")
    new.metadata.get("jupytext", {}).pop("text_representation", None)  # says what the twin is
    before = notebook.read_text(encoding="utf-8") if notebook.exists() else ""
    if before:
        try:
            old = nbformat.reads(before, as_version=4)
        except Exception as error:  # one of the many that nbformat raises
            raise ValueError(f"{notebook} is not a notebook ({error}): bring it back.") from None
        new = combine_inputs_with_outputs(new, old, fmt="py:percent")
    after = nbformat.writes(new) + "\n"
    if after != before:
        notebook.write_text(after, encoding="utf-8")
    return after != before


def refuse_conflicts(*paths: Path) -> None:
    """Refuse files that hold what git writes where two changes meet."""
    for path in filter(Path.exists, paths):
        if CONFLICT.search(path.read_text(encoding="utf-8")):
            raise ValueError(f"{path} holds the marks of a git conflict: resolve it first.")


def changed_by_hand(course: Path, notebook: Path, twin: Path) -> bool:
    """Say whether git sees a change in a notebook's cells, and none in its twin."""

    def asked(*words: str) -> str:
        asking = ["git", "-C", str(course), *words]
        return subprocess.run(asking, capture_output=True, text=True).stdout

    if not asked("diff", "--name-only", "HEAD", "--", str(notebook)) or asked(
        "diff", "--name-only", "HEAD", "--", str(twin)
    ):
        return False
    committed = asked("show", f"HEAD:./{notebook.relative_to(course).as_posix()}")
    return bool(committed) and _sources(committed) != _sources(notebook.read_text("utf-8"))


def _sources(text: str) -> list[str]:
    return [cell.source for cell in nbformat.reads(text, as_version=4).cells]


def main(course: Path = COURSE) -> None:
    """Sync all lessons and solutions, and cut the exercises anew."""
    notebooks, changed = course / "notebooks", 0
    for folder in ("", "solutions"):
        for twin in sorted((notebooks / "src" / folder).glob("*.py")):
            notebook = notebooks / folder / f"{twin.stem}.ipynb"
            refuse_conflicts(twin, notebook)
            if notebook.exists() and changed_by_hand(course, notebook, twin):
                raise ValueError(
                    f"{notebook} was edited, and not its twin {twin.name}, the source. Make the "
                    f"change there, or take it over: {Path(sys.executable).parent}/jupytext --to "
                    f"py:percent --output {twin} {notebook}"
                )
            changed += sync(twin, notebook)
    print(f"{changed} notebooks changed.")
    exercises.main(course)


if __name__ == "__main__":
    run(main)
