"""Say which notebooks and text twins have drifted apart; `make sync` brings them together."""

from pathlib import Path

import jupytext
import nbformat
from jupytext.compare import NotebookDifference, compare_notebooks

from tools import COURSE, run


def differing(notebooks: Path) -> list[str]:
    """Return the names of notebooks that do not say what their twins say, or have none.

    Outputs do not count, nor which of the two files is newer: a checkout scrambles that.

    Args:
        notebooks: The course's folder ``notebooks``, with the twins in ``src``.
    """
    twins = {path.relative_to(notebooks / "src") for path in (notebooks / "src").rglob("*.py")}
    found = [path.relative_to(notebooks) for path in notebooks.rglob("*.ipynb")]
    pairs = {path.with_suffix(".py") for path in found if ".ipynb_checkpoints" not in path.parts}
    names = twins ^ pairs
    for name in twins & pairs:
        try:
            compare_notebooks(
                nbformat.read((notebooks / name).with_suffix(".ipynb"), as_version=4),
                jupytext.read(notebooks / "src" / name, fmt="py:percent"),
                fmt="py:percent",
                allow_expected_differences=True,
                compare_outputs=False,
            )
        except NotebookDifference:
            names.add(name)
    return sorted(name.with_suffix("").as_posix() for name in names)


def main(course: Path = COURSE) -> None:
    """Fail if a notebook and its twin differ."""
    if names := differing(course / "notebooks"):
        raise ValueError(f"Run `make sync`: these differ from their twins: {', '.join(names)}.")


if __name__ == "__main__":
    run(main)
